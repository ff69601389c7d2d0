import numpy as np
import pytest
from keras_conformance import Case, LayerContract
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
