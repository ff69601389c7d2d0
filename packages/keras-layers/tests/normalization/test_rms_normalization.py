import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import RMSNormalization


class TestRMSNormalization(LayerContract):
    layer = RMSNormalization
    masks = True
    tolerance = 1e-4
    cases = [Case((3, 4)), Case((2, 3, 4), {"axis": 1}), Case((2, 3, 4), {"axis": [1, 2], "epsilon": 0.1})]

    def reference(self, inputs, weights, axis=-1, epsilon=1e-6):
        axes = tuple(axis) if isinstance(axis, list) else (axis,)
        (scale,) = weights
        shape = [n if k in axes or k - inputs.ndim in axes else 1 for k, n in enumerate(inputs.shape)]
        return inputs / np.sqrt((inputs**2).mean(axes, keepdims=True) + epsilon) * scale.reshape(shape)


def test_the_weight_is_scale():
    layer = RMSNormalization()
    layer.build((None, 4))
    assert [(w.name, w.shape) for w in layer.weights] == [("scale", (4,))]


def test_a_normalized_axis_must_be_known():
    with pytest.raises(ValueError, match=r"a normalized axis .* must be known"):
        RMSNormalization().build((None, None))
