import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import UnitNormalization


class TestUnitNormalization(LayerContract):
    layer = UnitNormalization
    masks = True
    cases = [Case((3, 4)), Case((2, 3, 4), {"axis": 1}), Case((2, 3, 4), {"axis": [1, 2]})]

    def reference(self, inputs, weights, axis=-1):
        axes = tuple(axis) if isinstance(axis, list) else axis
        return inputs / np.sqrt((inputs**2).sum(axes, keepdims=True))


def test_zeros_stay_zeros():
    assert not np.asarray(UnitNormalization()(np.zeros((2, 3), "float32"))).any()


def test_axes_are_checked():
    with pytest.raises(ValueError, match="axis must be an integer or a list of integers, got 'x'"):
        UnitNormalization(axis="x")
    with pytest.raises(ValueError, match=r"axis 3 is out of range for an input of shape \(2, 3\)"):
        UnitNormalization(axis=3)(np.zeros((2, 3), "float32"))
