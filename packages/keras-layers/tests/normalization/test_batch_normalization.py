import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import backend, gradients, ops, stage
from keras_layers import BatchNormalization

MASK = np.array([[True, True, False], [True, False, False]])


class TestBatchNormalization(LayerContract):
    layer = BatchNormalization
    masks = True
    tolerance = 1e-4
    cases = [
        Case((3, 4)),
        Case((3, 4), call={"training": True}),
        Case((2, 3, 4), {"axis": 1, "epsilon": 0.1}, {"training": True}),
        Case((2, 3, 2), {"center": False}, {"training": True, "mask": MASK}),
        Case((2, 3), {"scale": False}, {"training": True}),
    ]

    def reference(self, inputs, weights, axis=-1, epsilon=1e-3, center=True, scale=True, training=False, mask=None):
        *factors, mean, variance = (np.expand_dims(w, tuple(range(1, inputs.ndim))) for w in weights)
        x = np.moveaxis(inputs, axis, 0)
        if training:
            values = x.reshape(len(x), -1) if mask is None else inputs[mask].T
            shape = (-1, *(1,) * (inputs.ndim - 1))
            mean, variance = values.mean(1).reshape(shape), values.var(1).reshape(shape)
        outputs = (x - mean) / np.sqrt(variance + epsilon)
        outputs = outputs * factors.pop(0) if scale else outputs
        outputs = outputs + factors.pop(0) if center else outputs
        return np.moveaxis(outputs, 0, axis)


X = np.random.default_rng(0).normal(2.0, 3.0, size=(8, 3)).astype("float32")


def test_weights_stand_in_file_order():
    layer = BatchNormalization()
    layer.build((None, 3))
    assert [w.name for w in layer.weights] == ["gamma", "beta", "moving_mean", "moving_variance"]
    assert [w.name for w in layer.trainable_weights] == ["gamma", "beta"]


def test_moving_averages_follow_the_batch_in_training_only():
    layer = BatchNormalization(momentum=0.9)
    layer(X)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), np.zeros(3))
    layer(X, training=True)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.1 * X.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.numpy(), 0.9 + 0.1 * X.var(0), rtol=1e-5)


def test_moving_averages_follow_in_a_compiled_step():
    layer = BatchNormalization(momentum=0.5)
    layer.build((None, 3))
    step = stage(lambda x: layer(x, training=True), layer.variables)
    step(X)
    step(X)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.75 * X.mean(0), rtol=1e-5)


def test_a_frozen_layer_uses_and_keeps_its_averages():
    layer = BatchNormalization()
    layer.build((None, 3))
    layer.trainable = False
    np.testing.assert_allclose(np.asarray(layer(X, training=True)), X / np.sqrt(1 + 1e-3), rtol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), np.zeros(3))
    assert layer.trainable_weights == []


def test_gradients_leave_the_averages_right(needs_train):
    layer = BatchNormalization(momentum=0.5)
    layer.build((None, 3))
    assert "train" in backend.active().capabilities
    gradients(lambda: ops.sum(layer(X, training=True)), layer.trainable_weights)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.5 * X.mean(0), rtol=1e-5)


def test_half_precision_sums_in_single_precision():
    if "float16" not in backend.active().capabilities:
        pytest.skip("the backend does not compute in float16")
    x = (np.arange(4000).reshape(2000, 2) % 7 + 200).astype("float16")
    layer = BatchNormalization(dtype="mixed_float16", epsilon=1e-7)
    outputs = np.asarray(layer(x, training=True)).astype("float64")
    assert outputs.dtype == "float64"
    np.testing.assert_allclose(outputs.std(0), 1, atol=1e-2)


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"momentum must be a number from 0 to 1, got 1.5"):
        BatchNormalization(momentum=1.5)
    with pytest.raises(ValueError, match=r"number of channels .* must be known"):
        BatchNormalization().build((None, None))
