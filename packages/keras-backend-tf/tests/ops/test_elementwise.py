import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import elementwise


def test_bools_add_and_multiply_as_truth_values() -> None:
    a, b = tf.constant([True, True, False]), tf.constant([True, False, False])
    assert elementwise.add(a, b).numpy().tolist() == [True, True, False]
    assert elementwise.multiply(a, b).numpy().tolist() == [True, False, False]
    assert elementwise.maximum(a, b).numpy().tolist() == [True, True, False]
    assert elementwise.less(b, a).numpy().tolist() == [False, True, False]


def test_unsigned_integers() -> None:
    x = tf.constant([0, 1, 200], tf.uint8)
    assert elementwise.sign(x).numpy().tolist() == [0, 1, 1]
    assert elementwise.abs(x).numpy().tolist() == [0, 1, 200]
    assert elementwise.negative(x).numpy().tolist() == [0, 255, 56]


@pytest.mark.parametrize(("decimals", "expected"), [(0, [15, 25, -15]), (-1, [20, 20, -20]), (2, [15, 25, -15])])
def test_integers_are_rounded_half_to_even(decimals: int, expected: list[int]) -> None:
    assert elementwise.round(tf.constant([15, 25, -15]), decimals).numpy().tolist() == expected


def test_cast_to_bool_and_from_floats() -> None:
    assert elementwise.cast(tf.constant([0.0, 0.5, -2.0]), "bool").numpy().tolist() == [False, True, True]
    assert elementwise.cast(tf.constant([1.9, -1.9]), int).numpy().tolist() == [1, -1]


def test_extremes_pass_nan_on() -> None:
    x, y = tf.constant([np.nan, 1.0]), tf.constant([1.0, np.nan])
    assert np.isnan(elementwise.maximum(x, y)).all()
    assert np.isnan(elementwise.minimum(x, y)).all()


@pytest.mark.parametrize("shape", [(2, 3), (2, 2, 3), (2, 2, 2, 3), (2, 1, 2, 2, 3)])
def test_adding_a_bias_and_its_gradients(shape: tuple[int, ...]) -> None:
    x, bias = tf.ones(shape), tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch(bias)
        with tf.GradientTape() as tape:
            tape.watch(bias)
            out = elementwise.add(x, bias)
            loss = tf.reduce_sum(out**2)
        slope = tape.gradient(loss, bias)
    np.testing.assert_array_equal(out, np.ones(shape) + [1, 2, 3])
    rows = np.prod(shape[:-1])
    np.testing.assert_allclose(slope, rows * 2 * np.array([2, 3, 4]))
    np.testing.assert_allclose(outer.gradient(slope, bias), [2 * rows] * 3)


def test_a_bias_of_one_is_broadcast() -> None:
    np.testing.assert_array_equal(elementwise.add(tf.ones((1, 1, 1, 3)), tf.ones(1)), 2 * np.ones((1, 1, 1, 3)))
    np.testing.assert_array_equal(elementwise.add(tf.ones((1, 1, 1, 1)), tf.ones(3)), 2 * np.ones((1, 1, 1, 3)))
