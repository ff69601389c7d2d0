from __future__ import annotations

import pytest
from keras_core import Input
from keras_core.layers import InputLayer


def test_shapes() -> None:
    assert Input((3,)).shape == (None, 3)
    assert Input((3,), batch_size=8).shape == (8, 3)
    assert Input(batch_shape=(None, None, 2)).shape == (None, None, 2)
    assert Input((3,), batch_shape=(4, 5)).shape == (4, 5)
    assert Input((3,), dtype="int32").dtype == "int32"
    assert InputLayer(input_shape=(3,)).batch_shape == (None, 3)


def test_mistakes_are_explained() -> None:
    with pytest.raises(ValueError, match=r"Input\(shape=\(784,\)\)"):
        Input(784)
    with pytest.raises(ValueError, match="needs a shape"):
        Input()


def test_config_round_trip() -> None:
    layer = InputLayer((3,), name="inp", dtype="int32")
    again = InputLayer.from_config(layer.get_config())
    assert (again.name, again.batch_shape, again.output.dtype) == ("inp", (None, 3), "int32")
