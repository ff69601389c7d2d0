import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Model
from keras_layers import GroupNormalization


class TestGroupNormalization(LayerContract):
    layer = GroupNormalization
    masks = True
    tolerance = 1e-4
    cases = [
        Case((3, 4), {"groups": 2}),
        Case((2, 3, 6), {"groups": 3, "epsilon": 0.1}),
        Case((2, 3, 4, 6), {"groups": -1}),
        Case((2, 4, 3), {"groups": 2, "axis": 1, "center": False}),
        Case((2, 5, 4), {"groups": 1, "scale": False}),
    ]

    def reference(self, inputs, weights, groups=32, axis=-1, epsilon=1e-3, center=True, scale=True):
        x = np.moveaxis(inputs, axis, -1)
        channels = x.shape[-1]
        outputs = np.empty_like(x)
        size = channels // (channels if groups == -1 else groups)
        for example in range(len(x)):
            for start in range(0, channels, size):
                part = x[example, ..., start : start + size]
                outputs[example, ..., start : start + size] = (part - part.mean()) / np.sqrt(part.var() + epsilon)
        weights = list(weights)
        outputs = outputs * weights.pop(0) if scale else outputs
        outputs = outputs + weights.pop(0) if center else outputs
        return np.moveaxis(outputs, -1, axis)


def test_weights_are_one_number_a_channel():
    layer = GroupNormalization(groups=2)
    layer.build((None, 5, 4))
    assert [(w.name, w.shape) for w in layer.weights] == [("gamma", (4,)), ("beta", (4,))]


def test_groups_divide_the_channels():
    with pytest.raises(ValueError, match="groups=3 does not divide the 4 channels"):
        GroupNormalization(groups=3).build((None, 4))
    with pytest.raises(ValueError, match="groups must be a positive integer or -1, got 0"):
        GroupNormalization(groups=0)
    with pytest.raises(ValueError, match="axis 0 is no axis of channels"):
        GroupNormalization(axis=0).build((None, 4))


@pytest.mark.parametrize("shape", [(4, 16), (64, 64, 16)])
def test_a_mean_far_from_zero_costs_no_digits(shape):
    x = (np.random.default_rng(0).normal(size=(2, *shape)) + 1000).astype("float32")
    start = Input(shape)
    found = Model(start, GroupNormalization(4)(start)).predict(x, verbose=0)
    groups = x.astype("float64").reshape(2, -1, 4, 4)
    centred = groups - groups.mean((1, 3), keepdims=True)
    expected = centred / np.sqrt((centred**2).mean((1, 3), keepdims=True) + 1e-3)
    np.testing.assert_allclose(found, expected.reshape(x.shape), atol=5e-6)
