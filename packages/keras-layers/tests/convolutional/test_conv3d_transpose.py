import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Conv3DTranspose
from layer_references import convolve_transposed


class TestConv3DTranspose(LayerContract):
    layer = Conv3DTranspose
    tolerance = 1e-4
    masks = False
    cases = [
        Case((1, 2, 3, 2, 2), {"filters": 2, "kernel_size": 2}),
        Case((1, 2, 3, 2, 2), {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False}),
        Case((1, 2, 3, 2, 2), {"filters": 2, "kernel_size": 2, "strides": 3}),
        Case((1, 2, 3, 2, 2), {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1}),
    ]

    def reference(
        self, inputs, weights, filters, kernel_size, strides=1, padding="valid", output_padding=None, use_bias=True
    ):
        outputs = convolve_transposed(inputs, weights[0], strides, padding, output_padding)
        return outputs + (weights[1] if use_bias else 0)


def test_output_padding_must_be_below_the_stride():
    with pytest.raises(ValueError, match=r"output_padding=.* must be below strides"):
        Conv3DTranspose(2, 3, strides=2, output_padding=2)
