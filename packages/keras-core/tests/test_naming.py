from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Layer, Model, Sequential, naming
from keras_core.random import SeedGenerator


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Dense", "dense"), ("Conv2DTranspose", "conv2d_transpose"), ("LSTM", "lstm"), ("MyLayerV2", "my_layer_v2")],
)
def test_snake_case(name: str, expected: str) -> None:
    assert naming.snake_case(name) == expected


def test_automatic_names_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "_counts", type(naming._counts)())
    assert [naming.auto_name("dense") for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    naming.reset_names()
    assert naming.auto_name("dense") == "dense"
    assert (naming.get_uid("x"), naming.get_uid("x")) == (1, 2)


def test_scopes_prefix_paths() -> None:
    with naming.name_scope("model"), naming.name_scope("dense"):
        assert naming.scoped_path("kernel") == "model/dense/kernel"
    assert naming.scoped_path("kernel") == "kernel"


class Block(Layer):
    """A layer with a weight of its own and one that is built when it is called."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.early = self.add_weight((2,), name="early")
        self.inner = Affine(2, name="inner")

    def build(self, input_shape: Any) -> None:
        self.own = self.add_weight((2,), name="own")

    def call(self, x: Any) -> Any:
        return self.inner(x) * self.own


class Wrapped(Layer):
    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any) -> None:
        self.layer.build(input_shape)

    def call(self, x: Any) -> Any:
        return self.layer(x)


class Blocks(Model):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.blocks = [Block(name="first"), Wrapped(Affine(2, name="core"), name="second")]

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return x


def paths(layer: Layer) -> list[str]:
    return [variable.path for variable in layer.weights]


def test_variables_are_named_by_the_layers_around_them() -> None:
    """The paths that Keras 3.15.1 gives."""
    expected = ["first/early", "model/first/own", "model/first/inner/kernel", "model/first/inner/bias"]
    expected += ["model/second/core/kernel", "model/second/core/bias"]
    called, built = Blocks(name="model"), Blocks(name="model")
    called(np.ones((1, 2), "float32"))
    built.build((None, 2))
    assert paths(called) == paths(built) == expected
    assert [layer.path for layer in called.flatten_layers()] == [
        "model", "model/first", "model/first/inner", "model/second", "model/second/core"
    ]  # fmt: skip
    with naming.name_scope("outer"):
        layer = Affine(1, name="d")
        layer.build((None, 2))
    assert paths(layer) == ["outer/d/kernel", "outer/d/bias"]


def test_sequentials_name_their_layers_and_graphs_do_not() -> None:
    def stack(*begin: Any) -> Sequential:
        return Sequential([*begin, Affine(2, name="d")], name="s")

    late, given = stack(), Input((2,))
    late.build((None, 2))
    assert paths(late) == paths(stack(Input((2,)))) == ["s/d/kernel", "s/d/bias"]
    assert paths(Model(given, stack()(given))) == paths(Model(given, stack(Input((2,)))(given))) == paths(late)
    outer = Sequential([Input((2,)), stack()], name="outer")
    assert paths(outer) == ["outer/s/d/kernel", "outer/s/d/bias"]
    model = Model(given, Affine(2, name="d")(given), name="graph")
    assert paths(model) == paths(Sequential([Input((2,)), model], name="s")) == ["d/kernel", "d/bias"]


def test_generators_of_seeds_name_their_states() -> None:
    assert SeedGenerator(1, name="draws").state.path == "draws/seed_generator_state"
