import pytest
from keras_layers.arguments import forwarded


class Plain:
    def __init__(self, **arguments):
        self.arguments = arguments


class Named(Plain):
    def __init__(self, size, seed=None, **kwargs):
        super().__init__(**forwarded(locals(), without=("seed",)))


def test_arguments_go_on_by_name():
    assert Named(3, seed=1, colour="red").arguments == {"size": 3, "colour": "red"}


def test_an_argument_is_not_given_twice():
    with pytest.raises(TypeError, match="size"):
        Named(3, size=4)
