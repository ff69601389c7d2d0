"""SeparableConv2D, and what both separable convolutions share.

Covers: base_separable_conv.py
"""

import pytest
from keras_conformance import Case, LayerContract
from keras_layers import SeparableConv2D
from layer_references import convolve, convolve_channels


class TestSeparableConv2D(LayerContract):
    layer = SeparableConv2D
    tolerance = 1e-4
    masks = False
    cases = [
        Case((2, 4, 4, 3), {"filters": 2, "kernel_size": 2}),
        Case((2, 4, 4, 3), {"filters": 4, "kernel_size": 3, "depth_multiplier": 2, "strides": 2, "padding": "same"}),
    ]

    def reference(self, inputs, weights, filters, kernel_size, strides=1, padding="valid", depth_multiplier=1):
        depthwise, pointwise, bias = weights
        spread = convolve_channels(inputs, depthwise, strides=strides, padding=padding)
        return convolve(spread, pointwise) + bias


def test_weights_are_named_as_in_files():
    layer = SeparableConv2D(4, 3, depth_multiplier=2)
    layer.build((None, 6, 6, 3))
    shapes = [(w.name, w.shape) for w in layer.weights]
    assert shapes == [
        ("depthwise_kernel", (3, 3, 3, 2)),
        ("pointwise_kernel", (1, 1, 6, 4)),
        ("bias", (4,)),
    ]


def test_a_config_of_keras_2_may_hold_more():
    config = {
        "filters": 2,
        "kernel_size": (3, 3),
        "groups": 1,
        "kernel_initializer": "zeros",
        "kernel_constraint": None,
    }
    assert SeparableConv2D.from_config(config).kernel_size == (3, 3)
    with pytest.raises(ValueError, match="groups=2 is not supported"):
        SeparableConv2D.from_config({**config, "groups": 2})
