import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Conv3D
from layer_references import convolve


class TestConv3D(LayerContract):
    layer = Conv3D
    tolerance = 1e-4
    masks = False
    cases = [
        Case((1, 4, 3, 4, 4), {"filters": 2, "kernel_size": 2}),
        Case((1, 4, 3, 4, 4), {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "groups": 2}),
        Case((1, 4, 3, 4, 4), {"filters": 2, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}),
        Case((1, 2, 3, 3, 2), {"filters": 3, "kernel_size": 2, "data_format": "channels_first", "activation": "tanh"}),
    ]

    def reference(
        self,
        inputs,
        weights,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        dilation_rate=1,
        groups=1,
        data_format="channels_last",
        use_bias=True,
        activation=None,
    ):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = convolve(x, weights[0], strides, padding, dilation_rate) + (weights[1] if use_bias else 0)
        outputs = np.tanh(outputs) if activation else outputs
        return np.moveaxis(outputs, -1, 1) if first else outputs
