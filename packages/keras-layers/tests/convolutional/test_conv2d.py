"""Conv2D, and what all convolutions share.

Covers: base_conv.py, windows.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import AtrousConvolution2D, Conv2D
from layer_references import convolve


class TestConv2D(LayerContract):
    layer = Conv2D
    tolerance = 1e-4
    masks = False
    cases = [
        Case((2, 5, 4, 4), {"filters": 2, "kernel_size": 2}),
        Case((2, 5, 4, 4), {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "groups": 2}),
        Case((2, 5, 4, 4), {"filters": 2, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}),
        Case((2, 3, 4, 3), {"filters": 3, "kernel_size": 2, "data_format": "channels_first", "activation": "tanh"}),
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


def test_kernel_is_window_channels_filters():
    layer = Conv2D(8, (3, 2), groups=2)
    layer.build((None, 9, 9, 4))
    assert [(w.name, w.shape) for w in layer.weights] == [("kernel", (3, 2, 2, 8)), ("bias", (8,))]


def test_keras_1_names():
    with pytest.warns(DeprecationWarning) as seen:
        layer = Conv2D(nb_filter=8, nb_row=3, nb_col=2, border_mode="same", dim_ordering="th")
    assert (layer.kernel_size, layer.padding, layer.data_format) == ((3, 2), "same", "channels_first")
    assert any("nb_row and nb_col is a Keras 1 argument; write kernel_size=" in str(one.message) for one in seen)
    with pytest.warns(DeprecationWarning), pytest.raises(TypeError, match="nb_row, nb_col belong together"):
        Conv2D(nb_filter=8, nb_row=3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, "filters must be a positive integer"),
        ({"filters": 3, "groups": 2}, "filters=3 must be a multiple of groups=2"),
        ({"kernel_size": (1, 2, 3)}, "kernel_size must be an integer of at least 1 or a tuple of 2"),
        ({"strides": 0}, "strides must be an integer of at least 1"),
        ({"padding": "causal"}, "padding must be one of 'valid', 'same', got 'causal'"),
        ({"data_format": "last"}, "data_format must be one of"),
        ({"strides": 2, "dilation_rate": 2}, "cannot both exceed 1"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv2D(**{"filters": 4, "kernel_size": 3, **arguments})


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"4 dimensions|at least 4"):
        Conv2D(4, 3)(np.zeros((2, 8, 8), "float32"))
    with pytest.raises(ValueError, match=r"number of channels.*must be known"):
        Conv2D(4, 3).build((None, 8, 8, None))
    with pytest.raises(ValueError, match=r"3 channels.*not a multiple of groups=2"):
        Conv2D(4, 3, groups=2).build((None, 8, 8, 3))
    layer = Conv2D(4, 3, name="edges")
    layer(np.zeros((1, 8, 8, 3), "float32"))
    with pytest.raises(ValueError, match=r"'edges'.*size 3"):
        layer(np.zeros((1, 8, 8, 1), "float32"))


def test_names_of_dilated_convolutions_in_keras_1():
    with pytest.warns(DeprecationWarning, match="Keras 1 argument"):
        layer = AtrousConvolution2D(nb_filter=4, nb_row=3, nb_col=2, atrous_rate=(2, 2), border_mode="same")
    assert (layer.filters, layer.kernel_size, layer.dilation_rate, layer.padding) == (4, (3, 2), (2, 2), "same")
