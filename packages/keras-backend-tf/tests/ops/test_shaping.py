import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import shaping

X = np.arange(12, dtype="float32").reshape(3, 4)
OPEN = tf.TensorSpec((None, 4))


def traced(function: object, *arguments: object) -> np.ndarray:
    """The result where the number of rows is not known while tracing."""
    return tf.function(lambda x: function(x, *arguments), autograph=False, input_signature=[OPEN])(X).numpy()


def test_a_size_is_a_constant_where_known() -> None:
    assert int(shaping.axis_size(tf.constant(X), 0)) == 3
    assert int(traced(shaping.axis_size, 0)) == 3


def test_axes_are_counted_from_either_end() -> None:
    assert traced(shaping.expand_dims, (0, -1)).shape == (1, 3, 4, 1)
    assert shaping.squeeze(tf.constant(X[None, :, None])).shape == (3, 4)
    assert traced(shaping.transpose).shape == (4, 3)
    assert shaping.transpose(tf.constant(X[None]), (0, -1, 1)).shape == (1, 4, 3)


def test_joining_and_splitting() -> None:
    x = tf.constant(X)
    np.testing.assert_array_equal(shaping.concatenate([x, x], -1), np.concatenate([X, X], -1))
    np.testing.assert_array_equal(shaping.stack([x, x], -1), np.stack([X, X], -1))
    for cuts in (2, [1, 3]):
        for found, expected in zip(shaping.split(x, cuts, 1), np.split(X, cuts, 1), strict=True):
            np.testing.assert_array_equal(found, expected)
    assert [row.numpy().tolist() for row in shaping.unstack(x)] == X.tolist()


@pytest.mark.parametrize(("repeats", "axis"), [(2, None), (3, 0), (2, -1), ([1, 0, 2, 1], 1), (np.int64(2), 0)])
def test_repeats(repeats: object, axis: int | None) -> None:
    np.testing.assert_array_equal(traced(shaping.repeat, repeats, axis), np.repeat(X, repeats, axis))


@pytest.mark.parametrize("repeats", [2, (2, 3), (2, 1, 3)])
def test_tiles(repeats: object) -> None:
    np.testing.assert_array_equal(traced(shaping.tile, repeats), np.tile(X, repeats))


def test_padding() -> None:
    pairs = [(1, 0), (0, 2)]
    np.testing.assert_array_equal(traced(shaping.pad, pairs, "constant", 7), np.pad(X, pairs, constant_values=7))
    np.testing.assert_array_equal(traced(shaping.pad, 1, "reflect"), np.pad(X, 1, "reflect"))


@pytest.mark.parametrize(
    "key", [1, (slice(None), -1), (Ellipsis, None), [2, -1], (slice(None), [3, -4]), (slice(1, None), [0, 1])]
)
def test_keys_of_slices(key: object) -> None:
    np.testing.assert_array_equal(traced(shaping.getitem, key), X[key])


@pytest.mark.parametrize("offset", [0, 1, -1, 7, -7])
def test_diagonals(offset: int) -> None:
    np.testing.assert_array_equal(shaping.diagonal(tf.constant(X), offset), np.diagonal(X, offset))
    y = X.reshape(1, 3, 4)
    np.testing.assert_array_equal(shaping.diagonal(tf.constant(y), offset, 2, 1), np.diagonal(y, offset, 2, 1))


def test_as_often_as_a_batch_is_long() -> None:
    row = np.array([[1.0, 2.0]], "float32")

    def copies(x: tf.Tensor) -> tuple[tf.Tensor, ...]:
        count, own = shaping.axis_size(x, 0), tf.constant(row)
        down, rows = shaping.tile(own, (count, 1)), shaping.repeat(own, count, axis=0)
        return down, rows, shaping.tile(own, count), shaping.repeat(own, count)

    program = tf.function(copies, autograph=False, input_signature=[OPEN])
    for length in (3, 1):
        down, rows, across, flat = program(X[:length])
        np.testing.assert_array_equal(down, np.tile(row, (length, 1)))
        np.testing.assert_array_equal(rows, np.tile(row, (length, 1)))
        np.testing.assert_array_equal(across, np.tile(row, length))
        np.testing.assert_array_equal(flat, np.repeat(row, length))
