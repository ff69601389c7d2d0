import jax
import jax.numpy as jnp
import numpy as np
from keras_core import ops


def test_products_at_one_place_and_their_gradient() -> None:
    """Three updates of one place, one of them 0: only that one moves the product."""
    places = np.array([[0], [0], [0], [2]])

    def product(updates: jax.Array) -> jax.Array:
        return ops.scatter_update(jnp.asarray([2.0, 5.0, 3.0]), places, updates, "mul")

    updates = jnp.asarray([3.0, 0.0, 4.0, 7.0])
    np.testing.assert_array_equal(product(updates), [0, 5, 21])
    np.testing.assert_array_equal(jax.grad(lambda u: product(u).sum())(updates), [0, 24, 0, 3])
    np.testing.assert_array_equal(jax.hessian(lambda u: product(u).sum())(updates)[1], [8, 0, 6, 0])


def test_a_single_pick_is_that_of_the_index() -> None:
    x = np.random.default_rng(0).normal(size=(4, 7)).astype("float32")
    picks = np.array([[0], [6], [-1], [3]])
    np.testing.assert_array_equal(ops.take_along_axis(x, picks, 1), np.take_along_axis(x, picks, 1))
    assert np.isfinite(ops.take_along_axis(np.array([[np.inf, 1.0]], "float32"), np.array([[1]]), 1)).all()
