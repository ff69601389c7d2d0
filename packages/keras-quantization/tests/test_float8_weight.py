"""Covers: straight_through.py"""

import keras_layers as layers
import ml_dtypes
import numpy as np
import pytest
from keras_core import Input, Sequential, ops
from keras_core.backend import active
from keras_core.saving import load_model

X = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
NAMES = [
    "kernel",
    "bias",
    "inputs_scale",
    "inputs_amax_history",
    "kernel_scale",
    "kernel_amax_history",
    "outputs_grad_scale",
    "outputs_grad_amax_history",
]

pytestmark = pytest.mark.skipif(active().name == "theano", reason="PyTensor has no floats of 8 bits")
trains = pytest.mark.skipif("train" not in active().capabilities, reason="has no gradients")


def model(layer):
    made = Sequential([Input((6,)), layer])
    made.quantize("float8")
    return made


def rounded(values):
    return values.astype(ml_dtypes.float8_e4m3fn).astype("float32")


@pytest.mark.parametrize("make", [lambda: layers.Dense(3), lambda: layers.EinsumDense("ab,bc->ac", 3, bias_axes="c")])
def test_products_are_of_rounded_factors(make):
    found = model(make())
    assert [weight.name for weight in found.weights] == NAMES
    kernel = found.weights[0].numpy()
    np.testing.assert_allclose(ops.convert_to_numpy(found(X)), rounded(X) @ rounded(kernel), rtol=1e-5, atol=1e-6)
    assert found.layers[0].dtype_policy.name == "float8_from_float32"


@trains
def test_scales_follow_the_largest_magnitudes(tmp_path):
    found = model(layers.Dense(3))
    found.compile("sgd", "mse")
    kernels = []
    for _ in range(3):
        kernels.append(np.abs(found.weights[0].numpy()).max())
        found.train_on_batch(X, 2 * X[:, :3])
    state = {weight.name: weight.numpy() for weight in found.weights}
    largest = np.abs(X).max()
    np.testing.assert_allclose(state["inputs_scale"], largest / 448, rtol=1e-6)
    assert state["inputs_amax_history"][0] == largest
    np.testing.assert_allclose(state["kernel_scale"], kernels[0] / 448, rtol=1e-6)
    np.testing.assert_allclose(state["kernel_amax_history"][0], kernels[2], rtol=1e-6)
    assert 0 < state["outputs_grad_amax_history"][0] < 2
    assert 0 < state["outputs_grad_scale"] < 1e-4
    before = ops.convert_to_numpy(found(X))
    np.testing.assert_array_equal(found.layers[0].weights[2].numpy(), state["inputs_scale"])  # a call changes none
    found.save(tmp_path / "model.keras")
    np.testing.assert_allclose(ops.convert_to_numpy(load_model(tmp_path / "model.keras")(X)), before, rtol=1e-6)


@trains
def test_it_trains():
    found = model(layers.Dense(3))
    found.compile("adam", "mse")
    x = np.random.default_rng(1).normal(size=(64, 6)).astype("float32")
    losses = found.fit(x, x[:, :3], epochs=30, batch_size=8, verbose=0).history["loss"]
    assert losses[-1] < 0.8 * losses[0]
