import pytest
from keras_layers import LSTM
from keras_layers.recurrent.cudnn import refuse_options, without_options


class Named(LSTM):
    """A layer after a kernel."""


def test_options_are_refused_and_left_out():
    layer = Named(3)
    refuse_options(layer, {"name": "x"})
    with pytest.raises(TypeError, match=r"Named has no dropout: .* Use LSTM, which takes any"):
        refuse_options(layer, {"dropout": 0.5})
    assert without_options({"units": 3, "dropout": 0.5, "unroll": True}) == {"units": 3}
