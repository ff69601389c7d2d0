import jax
import jax.numpy as jnp
import numpy as np
from keras_backend_jax.ops import nn

X = np.array([-100.0, -1.0, 0.0, 2.0, 100.0], "float32")


def test_activations_against_numpy() -> None:
    np.testing.assert_array_equal(nn.relu(jnp.asarray(X)), np.maximum(X, 0))
    np.testing.assert_allclose(nn.sigmoid(jnp.asarray(X)), 1 / (1 + np.exp(-X.astype("f8"))), rtol=1e-5, atol=1e-30)
    np.testing.assert_allclose(nn.softplus(jnp.asarray(X)), np.logaddexp(0, X.astype("f8")), rtol=1e-5, atol=1e-30)


def test_truth_values_are_their_own_relu() -> None:
    x = jnp.asarray([True, False])
    assert nn.relu(x) is x


def test_relu_is_flat_at_zero_and_keeps_nan() -> None:
    slope = jax.vmap(jax.grad(nn.relu))(jnp.asarray(X))
    np.testing.assert_array_equal(slope, [0, 0, 0, 1, 1])
    assert np.isnan(nn.relu(jnp.asarray(np.nan)))
    np.testing.assert_array_equal(nn.relu(jnp.asarray([-1, 2], "int32")), [0, 2])
