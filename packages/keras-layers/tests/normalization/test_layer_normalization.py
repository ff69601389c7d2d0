import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import LayerNormalization


class TestLayerNormalization(LayerContract):
    layer = LayerNormalization
    masks = True
    tolerance = 1e-4
    cases = [
        Case((3, 4)),
        Case((2, 3, 4), {"axis": 1}),
        Case((2, 3, 4), {"axis": [1, 2], "epsilon": 0.1}),
        Case((2, 4), {"center": False}),
        Case((2, 4), {"scale": False}),
        Case((2, 4), {"rms_scaling": True}),
    ]

    def reference(self, inputs, weights, axis=-1, epsilon=1e-3, center=True, scale=True, rms_scaling=False):
        axes = tuple(axis) if isinstance(axis, list) else (axis,)
        mean, variance = (f(inputs, axis=axes, keepdims=True) for f in (np.mean, np.var))
        shape = [n if k in axes or k - inputs.ndim in axes else 1 for k, n in enumerate(inputs.shape)]
        factors = [w.reshape(shape) for w in weights]
        if rms_scaling:
            return inputs / np.sqrt(variance + epsilon) * factors[0]
        outputs = (inputs - mean) / np.sqrt(variance + epsilon)
        outputs = outputs * factors.pop(0) if scale else outputs
        return outputs + factors.pop(0) if center else outputs


def test_weights_are_gamma_and_beta():
    layer = LayerNormalization(axis=[1, 2])
    layer.build((None, 3, 4))
    assert [(w.name, w.shape) for w in layer.weights] == [("gamma", (3, 4)), ("beta", (3, 4))]


def test_a_normalized_axis_must_be_known():
    with pytest.raises(ValueError, match=r"a normalized axis .* must be known"):
        LayerNormalization().build((None, None))
