import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax.ops import elementwise
from keras_core import ops

X = jnp.asarray([-1.5, 0.0, 2.5])


def test_operands_are_broadcast() -> None:
    found = elementwise.subtract(jnp.ones((2, 1)), jnp.arange(3.0))
    np.testing.assert_array_equal(found, [[1, 0, -1]] * 2)


def test_truth_values_are_added_and_multiplied_as_or_and_and() -> None:
    a, b = jnp.asarray([True, True, False]), jnp.asarray([True, False, False])
    assert elementwise.add(a, b).tolist() == [True, True, False]
    assert elementwise.multiply(a, b).tolist() == [True, False, False]
    for function in (elementwise.abs, elementwise.sign, elementwise.square):
        assert function(a) is a


def test_integers_are_whole_already() -> None:
    x = jnp.asarray([1, -7])
    for function in (elementwise.floor, elementwise.ceil):
        assert function(x) is x
    np.testing.assert_array_equal(elementwise.floor(X), [-2, 0, 2])


@pytest.mark.parametrize(
    ("x", "decimals", "expected"),
    [([0.5, 1.5, 2.5], 0, [0, 2, 2]), ([1.26, -1.24], 1, [1.3, -1.2]), ([7], 2, [7])],
)
def test_round_half_to_even(x: list[float], decimals: int, expected: list[float]) -> None:
    np.testing.assert_allclose(elementwise.round(jnp.asarray(x), decimals), expected, rtol=1e-6)


def test_integers_are_rounded_to_tens_in_every_width() -> None:
    for dtype in ("int32", "int64"):
        found = ops.round(np.array([15, 25, 14, 2**30 + 6], dtype), -1)
        assert str(found.dtype) == dtype
        np.testing.assert_array_equal(ops.convert_to_numpy(found), [20, 20, 10, 2**30 + 6])


def test_the_gradient_of_abs_at_zero_is_zero() -> None:
    np.testing.assert_array_equal(jax.grad(lambda x: elementwise.abs(x).sum())(X), [-1, 0, 1])


def test_powers_of_integers() -> None:
    np.testing.assert_array_equal(elementwise.power(jnp.asarray([2, 3]), jnp.asarray(3)), [8, 27])


def test_shifts_keep_the_sign_of_signed_integers_alone() -> None:
    assert elementwise.bitwise_right_shift(jnp.int8(-8), jnp.int8(1)) == -4
    assert elementwise.bitwise_right_shift(jnp.uint8(248), jnp.uint8(1)) == 124
    assert elementwise.bitwise_left_shift(jnp.int32(3), jnp.int32(2)) == 12


def test_a_choice_and_a_stopped_gradient() -> None:
    np.testing.assert_array_equal(elementwise.where(X > 0, X, jnp.zeros(())), [0, 0, 2.5])
    assert jax.grad(lambda x: (elementwise.stop_gradient(x) * x).sum())(X).tolist() == X.tolist()
