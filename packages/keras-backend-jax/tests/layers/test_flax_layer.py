"""Modules of Flax as layers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import FlaxLayer
from keras_core import Input, Model, backend, ops, saving

nn = pytest.importorskip("flax.linen")

X = np.random.default_rng(0).normal(1.0, 2.0, size=(8, 3)).astype("float32")


class Normalized(nn.Module):
    """A dense layer, batch normalization and dropout."""

    @nn.compact
    def __call__(self, x, training=False):
        x = nn.Dense(4)(x)
        x = nn.BatchNorm(use_running_average=not training, momentum=0.9)(x)
        self.sow("intermediates", "normalized", x)
        return nn.Dropout(0.5, deterministic=not training)(x)

    def twice(self, x):
        return 2 * x


def by_name(layer):
    return {weight.name: weight for weight in layer.weights}


def test_it_computes_what_the_module_does():
    module = nn.Dense(2)
    variables = module.init(jax.random.key(0), X)
    layer = FlaxLayer(module, variables=variables)
    assert layer.built and sorted(by_name(layer)) == ["bias", "kernel"]
    expected = X @ np.asarray(variables["params"]["kernel"]) + np.asarray(variables["params"]["bias"])
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), expected, rtol=1e-5)


def test_weights_are_made_from_a_seed_when_built():
    first, second, other = (FlaxLayer(nn.Dense(2), seed=seed) for seed in (3, 3, 4))
    for layer in (first, second, other):
        layer.build((None, 3))
    for one, same in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, same)
    assert not np.allclose(first.get_weights()[1], other.get_weights()[1])


def test_state_and_random_numbers_in_training():
    layer = FlaxLayer(Normalized(), seed=1)
    inferred = layer(X)
    assert len(layer.trainable_weights) == 4 and len([w for w in layer.weights if not w.trainable]) == 2
    mean, variance = by_name(layer)["batch_stats_BatchNorm_0_mean"], by_name(layer)["batch_stats_BatchNorm_0_var"]
    np.testing.assert_array_equal(mean.numpy(), 0)
    kernel, bias = by_name(layer)["Dense_0_kernel"].numpy(), by_name(layer)["Dense_0_bias"].numpy()
    np.testing.assert_allclose(ops.convert_to_numpy(inferred), (X @ kernel + bias) / np.sqrt(1 + 1e-5), rtol=1e-4)
    dropped = [ops.convert_to_numpy(layer(X, training=True)) for _ in range(2)]
    assert all(0.1 < (one == 0).mean() < 0.9 for one in dropped) and not np.array_equal(*dropped)
    hidden = X @ kernel + bias
    np.testing.assert_allclose(mean.numpy(), (0.1 + 0.09) * hidden.mean(0), rtol=1e-4)
    np.testing.assert_allclose(variance.numpy(), 0.81 + (0.1 + 0.09) * hidden.var(0), rtol=1e-4)


def test_it_trains_in_a_graph_and_in_one_compiled_loop():
    inputs = Input((3,))
    layer = FlaxLayer(Normalized(), seed=1)
    model = Model(inputs, layer(inputs))
    assert model.output_shape == (None, 4)
    model.compile("sgd", "mse")
    before = model.get_weights()
    first = model.evaluate(X, np.ones((8, 4), "float32"), verbose=0)
    model.fit(X, np.ones((8, 4), "float32"), batch_size=4, epochs=20, verbose=0)
    assert not any(np.allclose(one, other) for one, other in zip(before, model.get_weights(), strict=True))
    assert model.evaluate(X, np.ones((8, 4), "float32"), verbose=0) < first


def test_a_method_by_name_or_as_a_function():
    np.testing.assert_array_equal(ops.convert_to_numpy(FlaxLayer(Normalized(), method="twice")(X)), 2 * X)
    layer = FlaxLayer(nn.Dense(2), method=lambda module, inputs, training: module(inputs) + training, seed=0)
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(X, training=True)), 1 + ops.convert_to_numpy(layer(X)), rtol=1e-5
    )


def test_integers_with_given_variables():
    module = nn.Embed(5, 2)
    variables = module.init(jax.random.key(0), jnp.zeros((1, 1), "int32"))
    table = np.asarray(variables["params"]["embedding"])
    ids = np.array([[1, 4]], "int32")
    np.testing.assert_array_equal(ops.convert_to_numpy(FlaxLayer(module, variables=variables)(ids)), table[ids])


def test_a_module_of_nnx_by_its_bridge():
    from flax import nnx

    layer = FlaxLayer(nnx.bridge.to_linen(nnx.Linear, 3, 2), seed=2)
    out = layer(X)
    bias, kernel = (w.numpy() for w in sorted(layer.trainable_weights, key=lambda w: w.name))
    np.testing.assert_allclose(ops.convert_to_numpy(out), X @ kernel + bias, rtol=1e-5)


def test_a_file_of_a_class_that_makes_its_module(tmp_path):
    @saving.register_keras_serializable("flax_test")
    class Hidden(FlaxLayer):
        def __init__(self, **kwargs):
            super().__init__(Normalized(), **kwargs)

    inputs = Input((3,))
    model = Model(inputs, Hidden(seed=5)(inputs))
    model.save(tmp_path / "model.keras")
    loaded = saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)


def test_wrong_arguments():
    with pytest.raises(TypeError, match=r"takes a flax.linen.Module, got 3.*to_linen"):
        FlaxLayer(3)
    with pytest.raises(ValueError, match="module Dense has no method 'encode'"):
        FlaxLayer(nn.Dense(2), method="encode")
    with backend.use_backend("numpy"), pytest.raises(ValueError, match="FlaxLayer runs on JAX"):
        FlaxLayer(nn.Dense(2))
