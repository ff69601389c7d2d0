import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_core import Variable, gradients, ops, stage


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


def test_wide_indices_have_gradients_in_a_compiled_step() -> None:
    """What is far outside of the axis is brought to its nearest end, too, and not to what its low 32 bits say."""
    places = np.array([0, -1, 2**32 + 1, -(2**33)])
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "float32")
    expected = [[2, 2], [0, 0], [2, 2]]  # how often each row is taken
    taken = stage(lambda indices: ops.take(rows, indices, 0), [])(ops.convert_to_tensor(places))
    np.testing.assert_array_equal(taken, rows[[0, 2, 2, 0]])
    with pytest.raises(IndexError, match=r"take\(\) got index -8589934592, expected indices from -3 to 2"):
        ops.take(rows, ops.convert_to_tensor(places), 0)  # where nothing is compiled, it is seen

    x = Variable(rows, trainable=True)

    def step(indices: jax.Array) -> jax.Array:
        (_,), (gradient,) = gradients(lambda: (ops.sum(ops.take(x, indices, 0)),), [x])
        return gradient

    found = stage(step, [])(ops.convert_to_tensor(places))
    np.testing.assert_array_equal(found, expected)
