"""DepthwiseConv2D, and what both depthwise convolutions share.

Covers: base_depthwise_conv.py
"""

import pytest
from keras_conformance import Case, LayerContract
from keras_layers import DepthwiseConv2D
from layer_references import convolve_channels


class TestDepthwiseConv2D(LayerContract):
    layer = DepthwiseConv2D
    tolerance = 1e-4
    masks = False
    cases = [
        Case((2, 4, 4, 3), {"kernel_size": 2}),
        Case((2, 4, 4, 3), {"kernel_size": 3, "depth_multiplier": 2, "strides": 2, "padding": "same"}),
        Case((2, 4, 4, 3), {"kernel_size": 2, "dilation_rate": 2, "use_bias": False}),
    ]

    def reference(
        self,
        inputs,
        weights,
        kernel_size,
        strides=1,
        padding="valid",
        depth_multiplier=1,
        dilation_rate=1,
        use_bias=True,
    ):
        outputs = convolve_channels(inputs, weights[0], strides=strides, padding=padding, dilation=dilation_rate)
        return outputs + (weights[1] if use_bias else 0)


def test_a_config_of_keras_2_may_hold_more():
    config = {"kernel_size": (3, 3), "groups": 1, "kernel_initializer": "zeros"}
    assert DepthwiseConv2D.from_config(config).kernel_size == (3, 3)
    with pytest.raises(ValueError, match="groups=2 is not supported"):
        DepthwiseConv2D.from_config({**config, "groups": 2})
