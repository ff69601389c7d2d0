import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import indexing, shaping


def test_indices_out_of_range_read_nothing() -> None:
    x = tf.constant([1.0, 2.0])
    for index in (2, -3):
        with pytest.raises(tf.errors.InvalidArgumentError):
            indexing.take(x, tf.constant([index]))
    clipped = tf.function(lambda i: indexing.take(x, i), jit_compile=True, autograph=False)(tf.constant([7]))
    assert clipped.numpy().tolist() == [2]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_take_along_axis_with_unknown_sizes(axis: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 4)).astype("float32")
    indices = rng.integers(0, x.shape[axis], (2, 3, 4)).astype("int32")
    f = tf.function(
        lambda a, i: indexing.take_along_axis(a, i, axis),
        autograph=False,
        input_signature=[tf.TensorSpec((None, None, None)), tf.TensorSpec((None, None, None), tf.int32)],
    )
    np.testing.assert_array_equal(f(x, indices), np.take_along_axis(x, indices, axis))


def test_products_of_scattered_updates() -> None:
    found = indexing.scatter_update(
        tf.constant([[1.0, 2.0], [3.0, 4.0]]),
        tf.constant([[0, 1], [0, 1], [-1, 0]]),
        tf.constant([2.0, 5.0, 7.0]),
        "mul",
    )
    np.testing.assert_array_equal(found, [[1, 20], [21, 4]])


def test_equal_elements_keep_their_order() -> None:
    assert indexing.argsort(tf.constant([1, 0, 1, 0])).numpy().tolist() == [1, 3, 0, 2]
    assert indexing.argsort(tf.constant([True, False, True])).numpy().tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    "key",
    [
        (Ellipsis, 1), (slice(None), None, -1), (slice(None, None, -2),), ([1, 0], slice(1, 3)), (Ellipsis, [0, -1]),
        (1, [0, 2]), (None, slice(0, 1), [2, 1]),
    ],
)  # fmt: skip
def test_getitem_like_numpy(key: object) -> None:
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(shaping.getitem(tf.constant(x), key), x[key])


def test_getitem_by_tensors() -> None:
    x = np.arange(12.0).reshape(3, 4)
    found = shaping.getitem(tf.constant(x), (tf.constant(-1), slice(tf.constant(1), None)))
    np.testing.assert_array_equal(found, x[-1, 1:])
    found = shaping.getitem(tf.constant(x), (slice(None), tf.constant([[0], [3]])))
    np.testing.assert_array_equal(found, x[:, [[0], [3]]])
