from keras_conformance import Case, LayerContract
from keras_layers import DepthwiseConv1D
from layer_references import convolve_channels


class TestDepthwiseConv1D(LayerContract):
    layer = DepthwiseConv1D
    tolerance = 1e-4
    masks = False
    cases = [
        Case((2, 5, 3), {"kernel_size": 2}),
        Case((2, 5, 3), {"kernel_size": 3, "depth_multiplier": 2, "strides": 2, "padding": "same"}),
        Case((2, 5, 3), {"kernel_size": 2, "dilation_rate": 2, "use_bias": False}),
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
