import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Conv1D
from layer_references import convolve


class TestConv1D(LayerContract):
    layer = Conv1D
    tolerance = 1e-4
    masks = False
    cases = [
        Case((2, 6, 4), {"filters": 2, "kernel_size": 2}),
        Case((2, 6, 4), {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "groups": 2}),
        Case((2, 6, 4), {"filters": 2, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}),
        Case((2, 6, 4), {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}),
        Case((2, 3, 5), {"filters": 3, "kernel_size": 2, "data_format": "channels_first", "activation": "tanh"}),
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


def test_causal_outputs_do_not_depend_on_later_steps():
    layer = Conv1D(2, 3, padding="causal")
    x = np.random.default_rng(0).normal(size=(1, 6, 4)).astype("float32")
    later = x.copy()
    later[:, 4:] = 0
    np.testing.assert_allclose(np.asarray(layer(x))[:, :4], np.asarray(layer(later))[:, :4], rtol=1e-6)


def test_keras_1_names():
    with pytest.warns(DeprecationWarning):
        layer = Conv1D(nb_filter=4, filter_length=3, border_mode="same", subsample_length=2)
    assert (layer.filters, layer.kernel_size, layer.padding, layer.strides) == (4, (3,), "same", (2,))
