import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor
from keras_layers import Reshape


class TestReshape(LayerContract):
    layer = Reshape
    masks = False
    cases = [
        Case((2, 12), {"target_shape": (3, 4)}),
        Case((2, 3, 4), {"target_shape": (2, -1, 3)}),
        Case((2, 3), {"target_shape": [3, 1]}),
    ]

    def reference(self, inputs, weights, target_shape):
        return inputs.reshape(len(inputs), *target_shape)


def test_the_target_must_hold_as_many_numbers():
    layer = Reshape((5, -1), name="folded")
    with pytest.raises(ValueError, match=r"'folded'.*\(12,\) has 12 numbers.*\(5, -1\)"):
        layer(np.zeros((2, 12), "float32"))


def test_only_one_size_may_be_left_open():
    with pytest.raises(ValueError, match="at most one -1"):
        Reshape((-1, -1))


def test_unknown_sizes_with_a_size_left_open():
    assert Reshape((-1, 2))(KerasTensor((None, None, 4))).shape == (None, None, 2)
