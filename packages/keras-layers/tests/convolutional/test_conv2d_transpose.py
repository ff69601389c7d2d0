"""Conv2DTranspose, and what all transposed convolutions share.

Covers: base_conv_transpose.py
"""

import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Conv2DTranspose
from layer_references import convolve_transposed


class TestConv2DTranspose(LayerContract):
    layer = Conv2DTranspose
    tolerance = 1e-4
    masks = False
    cases = [
        Case((2, 3, 4, 3), {"filters": 2, "kernel_size": 2}),
        Case((2, 3, 4, 3), {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False}),
        Case((2, 3, 4, 3), {"filters": 2, "kernel_size": 2, "strides": 3}),
        Case((2, 3, 4, 3), {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1}),
    ]

    def reference(
        self, inputs, weights, filters, kernel_size, strides=1, padding="valid", output_padding=None, use_bias=True
    ):
        outputs = convolve_transposed(inputs, weights[0], strides, padding, output_padding)
        return outputs + (weights[1] if use_bias else 0)


def test_output_padding_must_be_below_the_stride():
    with pytest.raises(ValueError, match=r"output_padding=.* must be below strides"):
        Conv2DTranspose(2, 3, strides=2, output_padding=2)


def test_a_config_of_keras_2_may_hold_more():
    config = {"filters": 2, "kernel_size": (3, 3), "groups": 1}
    assert Conv2DTranspose.from_config(config).kernel_size == (3, 3)
    with pytest.raises(ValueError, match="groups=2 is not supported"):
        Conv2DTranspose.from_config({**config, "groups": 2})
