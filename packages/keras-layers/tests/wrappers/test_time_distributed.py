import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor
from keras_layers import BatchNormalization, Conv1D, Dense, TimeDistributed
from layer_references import convolve


class TestTimeDistributed(LayerContract):
    layer = TimeDistributed
    computes = False
    masks = True
    cases = [
        Case((2, 3, 4), lambda: {"layer": Dense(2)}),
        Case((2, 3, 5, 2), lambda: {"layer": Conv1D(3, 2)}),
    ]

    def reference(self, inputs, weights, layer):
        kernel, bias = weights
        if kernel.ndim == 2:
            return inputs @ kernel + bias
        return np.stack([convolve(inputs[:, t], kernel) + bias for t in range(3)], axis=1)


def test_unknown_lengths():
    assert TimeDistributed(Dense(2))(KerasTensor((None, None, 4))).shape == (None, None, 2)


def test_training_reaches_the_layer():
    x = np.random.default_rng(0).normal(size=(4, 3, 2)).astype("float32")
    layer = TimeDistributed(BatchNormalization(momentum=0.0))
    layer(x, training=True)
    np.testing.assert_allclose(layer.layer.moving_mean.numpy(), x.mean((0, 1)), rtol=1e-4, atol=1e-6)


def test_inputs_need_a_time_axis():
    with pytest.raises(ValueError, match=r"expected inputs \(batch, time, features, ...\), got shape \(2, 3\)"):
        TimeDistributed(Dense(2))(np.zeros((2, 3), "float32"))
    with pytest.raises(ValueError, match="takes a layer"):
        TimeDistributed(4)
