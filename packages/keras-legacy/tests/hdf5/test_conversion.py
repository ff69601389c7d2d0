"""Arrays of Keras 1, of the Theano backend of old and of layers on cuDNN, in today's form.

Covers: layout.py, placement.py
"""

import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Model, Sequential


def loaded(layer, shape, arrays, write_weights, version="2.2.4", backend="tensorflow"):
    """The weights of a layer after reading a file with these arrays for it."""
    model = Sequential([Input(shape), layer])
    named = [(f"{layer.name}/{index}:0", array) for index, array in enumerate(arrays)]
    model.load_weights(write_weights([(layer.name, named)], version, backend))
    return layer.get_weights()


class TestTheano:
    def test_kernels_are_flipped(self, write_weights, normal):
        kernel = normal(3, 2, 1, 4)
        conv = layers.Conv2D(4, (3, 2), use_bias=False)
        (found,) = loaded(conv, (5, 5, 1), [kernel], write_weights, backend="theano")
        np.testing.assert_array_equal(found, kernel[::-1, ::-1])
        # A convolution by hand, which is what Theano computed: the window runs backwards.
        x = normal(1, 3, 2, 1)
        by_hand = sum(x[0, i, j, 0] * kernel[2 - i, 1 - j, 0] for i in range(3) for j in range(2))
        np.testing.assert_allclose(np.asarray(conv(x))[0, 0, 0], by_hand, rtol=1e-5)

    def test_others_are_not(self, write_weights, normal):
        for backend in ("cntk", "tensorflow", None):
            kernel = normal(2, 1, 3)
            conv = layers.Conv1D(3, 2, use_bias=False)
            np.testing.assert_array_equal(loaded(conv, (4, 1), [kernel], write_weights, backend=backend)[0], kernel)

    def test_convolution_inside_a_recurrent_layer(self, write_weights, normal):
        arrays = [normal(2, 2, 1, 8), normal(2, 2, 2, 8), normal(8)]
        found = loaded(layers.ConvLSTM2D(2, 2), (3, 4, 4, 1), arrays, write_weights, backend="theano")
        for one, other in zip(found, [arrays[0][::-1, ::-1], arrays[1][::-1, ::-1], arrays[2]], strict=True):
            np.testing.assert_array_equal(one, other)


class TestKeras1:
    def test_convolutions(self, write_weights, normal):
        first = {"version": None, "backend": None}
        kernel = normal(2, 3, 4, 5)
        conv = layers.Conv2D(5, (2, 3), use_bias=False)
        np.testing.assert_array_equal(loaded(conv, (4, 4, 4), [kernel], write_weights, **first)[0], kernel)
        conv = layers.Conv2D(5, (2, 3), use_bias=False, data_format="channels_first")
        old = kernel.transpose(3, 2, 0, 1)
        np.testing.assert_array_equal(loaded(conv, (4, 4, 4), [old], write_weights, **first)[0], kernel)
        transposed = layers.Conv2DTranspose(4, (2, 3), use_bias=False)
        old = kernel.transpose(0, 1, 3, 2)
        np.testing.assert_array_equal(loaded(transposed, (4, 4, 5), [old], write_weights, **first)[0], kernel)

    @pytest.mark.parametrize("axes", [(0, 1, 2, 3), (3, 2, 0, 1)])
    def test_one_dimensional_convolution(self, write_weights, normal, axes):
        kernel = normal(2, 1, 3, 4)
        conv = layers.Conv1D(4, 2, use_bias=False)
        old = kernel.transpose(axes)
        (found,) = loaded(conv, (5, 3), [old], write_weights, version="1.2.2")
        np.testing.assert_array_equal(found, kernel[:, 0])

    @pytest.mark.parametrize(("layer", "stored", "now"), [(layers.LSTM, "icfo", "ifco"), (layers.GRU, "zrh", "zrh")])
    def test_gates(self, write_weights, normal, layer, stored, now):
        gates = {gate: (normal(3, 2), normal(2, 2), normal(2)) for gate in now}
        arrays = [array for gate in stored for array in gates[gate]]
        options = {} if layer is layers.LSTM else {"reset_after": False}
        found = loaded(layer(2, **options), (4, 3), arrays, write_weights, version="1.2.2")
        for part in range(3):
            np.testing.assert_array_equal(found[part], np.concatenate([gates[g][part] for g in now], axis=-1))

    def test_gates_of_kernels_with_channels_first(self, write_weights, normal):
        gates = {gate: (normal(2, 2, 1, 3), normal(2, 2, 3, 3), normal(3)) for gate in "ifco"}
        arrays = [a.transpose(3, 2, 0, 1) if a.ndim == 4 else a for gate in "icfo" for a in gates[gate]]
        layer = layers.ConvLSTM2D(3, 2, data_format="channels_first")
        found = loaded(layer, (2, 1, 4, 4), arrays, write_weights, version="1.2.2")
        for part in range(3):
            np.testing.assert_array_equal(found[part], np.concatenate([gates[g][part] for g in "ifco"], axis=-1))


def blocks(kernel, gates, function):
    return np.hstack([function(block) for block in np.hsplit(kernel, gates)])


class TestCuDNN:
    def test_lstm_in_bidirectional(self, write_weights, normal):
        wanted = [normal(3, 16), normal(4, 16), normal(16)] + [normal(3, 16), normal(4, 16), normal(16)]
        stored = []
        for kernel, recurrent, bias in (wanted[:3], wanted[3:]):
            other = normal(16)
            stored += [
                blocks(kernel, 4, lambda block: block.T.reshape(block.shape)),
                blocks(recurrent, 4, np.transpose),
                np.concatenate([other, bias - other]),
            ]
        found = loaded(layers.Bidirectional(layers.LSTM(4)), (5, 3), stored, write_weights)
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)

    def test_gru(self, write_weights, normal):
        kernel, recurrent, bias = wanted = [normal(3, 6), normal(2, 6), normal(2, 6)]
        stored = [
            blocks(kernel, 3, lambda block: block.T.reshape(block.shape)),
            blocks(recurrent, 3, np.transpose),
            bias.reshape(-1),
        ]
        for one, other in zip(loaded(layers.GRU(2), (5, 3), stored, write_weights), wanted, strict=True):
            np.testing.assert_array_equal(one, other)
        with pytest.raises(ValueError, match=r"'slow'.*CuDNNGRU with reset_after=True.*made with reset_after=False"):
            loaded(layers.GRU(2, reset_after=False, name="slow"), (5, 3), stored, write_weights)

    def test_gru_that_computes_differently(self, write_weights, normal):
        with pytest.raises(ValueError, match=r"'fast'.*with reset_after=False, and .*made with reset_after=True"):
            loaded(layers.GRU(2, name="fast"), (5, 3), [normal(3, 6), normal(2, 6), normal(6)], write_weights)


class TestOrders:
    """Trained weights first, or layer by layer: tf.keras wrote frozen models so."""

    def inner(self):
        inner = Sequential([Input((2,)), layers.BatchNormalization(name="a"), layers.BatchNormalization(name="b")])
        x = Input((2,))
        return Model(x, inner(x))

    @pytest.mark.parametrize("by_layer", [False, True])
    @pytest.mark.parametrize("frozen", [False, True])
    def test_names_decide(self, write_weights, normal, by_layer, frozen):
        arrays = {
            f"{layer}/{name}:0": normal(2)
            for layer in "ab"
            for name in ("gamma", "beta", "moving_mean", "moving_variance")
        }
        names = list(arrays) if by_layer else sorted(arrays, key=lambda name: "moving" in name)
        path = write_weights([("inner", [(name, arrays[name]) for name in names])], "2.4.0")
        model = self.inner()
        model.layers[-1].trainable = not frozen
        model.load_weights(path)
        for one, other in zip(model.layers[-1].weights, arrays.values(), strict=True):
            np.testing.assert_array_equal(one.numpy(), other)
