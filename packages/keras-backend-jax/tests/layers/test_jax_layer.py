"""Functions of JAX as layers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import JaxLayer
from keras_core import Input, Model, backend, ops

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def dense(params, inputs):
    return jnp.tanh(inputs @ params["kernel"] + params["bias"])


def make_dense(rng, inputs):
    return {"kernel": jax.random.normal(rng, (inputs.shape[-1], 2)), "bias": jnp.ones(2)}


def test_it_computes_what_the_function_does():
    kernel, bias = np.ones((3, 2), "float32"), np.full(2, 0.5, "float32")
    layer = JaxLayer(dense, params={"kernel": kernel, "bias": bias}, native_serialization_platforms=["cpu"])
    assert layer.built and sorted(w.name for w in layer.trainable_weights) == ["bias", "kernel"]
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), np.tanh(X @ kernel + bias), rtol=1e-5)


def test_parameters_are_made_from_a_seed_and_trained_in_a_graph():
    first, second = (JaxLayer(dense, make_dense, seed=3) for _ in range(2))
    inputs = Input((3,))
    model = Model(inputs, first(inputs))
    second.build((None, 3))
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert model.output_shape == (None, 2)
    model.compile("sgd", "mse")
    bias, kernel = model.get_weights()
    out = np.tanh(X @ kernel + bias)
    model.fit(X, np.zeros((6, 2), "float32"), batch_size=6, verbose=0, shuffle=False)
    expected = bias - 0.01 * (2 * out * (1 - out**2) / 12).sum(0)
    np.testing.assert_allclose(model.get_weights()[0], expected, rtol=1e-4)


def test_state_keys_and_training():
    def count(params, state, rng, inputs, training):
        noise = jax.random.uniform(rng, inputs.shape) if training else 0.0
        return inputs * params + noise, {"calls": state["calls"] + 1}

    layer = JaxLayer(count, params=np.float32(2), state={"calls": np.int32(0)}, seed=1)
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), 2 * X, rtol=1e-6)
    drawn = [ops.convert_to_numpy(layer(X, training=True)) - 2 * X for _ in range(2)]
    assert all(one.min() >= 0 and one.max() <= 1 for one in drawn) and not np.allclose(*drawn)
    (calls,) = (w for w in layer.non_trainable_weights if w.name == "calls")
    assert int(calls.numpy()) == 3


def test_wrong_arguments():
    with pytest.raises(ValueError, match="needs params, or an init_fn"):
        JaxLayer(dense)
    with pytest.raises(ValueError, match=r"call_fn must take params and inputs, .* it takes params, x"):
        JaxLayer(lambda params, x: x, params={})
    with (
        backend.use_backend("numpy"),
        pytest.raises(ValueError, match="runs on JAX, and the active backend is 'numpy'"),
    ):
        JaxLayer(dense, make_dense)
