import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Permute


class TestPermute(LayerContract):
    layer = Permute
    masks = False
    cases = [
        Case((2, 3, 4), {"dims": (2, 1)}),
        Case((2, 3, 4, 5), {"dims": (3, 1, 2)}),
    ]

    def reference(self, inputs, weights, dims):
        return np.transpose(inputs, (0, *dims))


def test_dims_must_be_an_order_of_the_axes():
    with pytest.raises(ValueError, match="dims must be an order of the axes 1 to 2"):
        Permute((0, 1))
