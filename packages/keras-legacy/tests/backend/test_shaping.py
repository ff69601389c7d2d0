import numpy as np
import pytest
from keras_legacy import backend as K

X = np.arange(24, dtype="float32").reshape(2, 3, 4)
IMAGES = np.arange(2 * 2 * 3 * 1, dtype="float32").reshape(2, 2, 3, 1)


def check(found, expected):
    expected = np.asarray(expected)
    found = K.get_value(found)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_reshaping():
    check(K.reshape(X, (6, -1)), X.reshape(6, 4))
    check(K.flatten(X), X.ravel())
    check(K.batch_flatten(X), X.reshape(2, 12))
    check(K.permute_dimensions(X, (2, 0, 1)), X.transpose(2, 0, 1))
    check(K.expand_dims(X), X[..., None])
    check(K.squeeze(X[:, :1], 1), X[:, 0])


def test_batch_flatten_of_symbolic_sizes():
    assert K.int_shape(K.batch_flatten(K.placeholder((None, 3, 4)))) == (None, 12)
    x = K.placeholder((None, None, 4))
    check(K.function([x], [K.batch_flatten(x)])([X])[0], X.reshape(2, 12))


def test_joining_and_repeating():
    check(K.concatenate([X, X]), np.concatenate([X, X], -1))
    check(K.concatenate([X, X], axis=0), np.concatenate([X, X], 0))
    check(K.stack([X, X], axis=1), np.stack([X, X], 1))
    check(K.tile(X, (1, 2, 1)), np.tile(X, (1, 2, 1)))
    check(K.repeat(X[0], 5), np.repeat(X[0][:, None], 5, 1))
    check(K.repeat_elements(X, 2, axis=1), np.repeat(X, 2, 1))
    check(K.reverse(X, 1), X[:, ::-1])
    check(K.reverse(X, [0, 2]), X[::-1, :, ::-1])


def test_making():
    check(K.arange(5), np.arange(5))
    assert K.dtype(K.arange(5)) == "int32"
    check(K.arange(1, 8, 3, dtype="float32"), np.arange(1, 8, 3.0))
    check(K.one_hot(np.array([0, 2]), 3), np.eye(3)[[0, 2]])


def test_slice():
    check(K.slice(X, [0, 1, 0], [2, 2, -1]), X[:, 1:3])


def test_padding():
    check(K.temporal_padding(X, (1, 2)), np.pad(X, ((0, 0), (1, 2), (0, 0))))
    check(K.spatial_2d_padding(IMAGES), np.pad(IMAGES, ((0, 0), (1, 1), (1, 1), (0, 0))))
    first = IMAGES.transpose(0, 3, 1, 2)
    padded = np.pad(first, ((0, 0), (0, 0), (1, 0), (0, 2)))
    check(K.spatial_2d_padding(first, ((1, 0), (0, 2)), "channels_first"), padded)
    volumes = IMAGES[:, None]
    check(K.spatial_3d_padding(volumes), np.pad(volumes, ((0, 0), (1, 1), (1, 1), (1, 1), (0, 0))))


def test_resizing():
    larger = IMAGES.repeat(2, 1).repeat(3, 2)
    check(K.resize_images(IMAGES, 2, 3, "channels_last"), larger)
    first = IMAGES.transpose(0, 3, 1, 2)
    check(K.resize_images(first, 2, 3, "channels_first"), larger.transpose(0, 3, 1, 2))
    volumes = IMAGES[:, None]
    check(K.resize_volumes(volumes, 2, 1, 2, "channels_last"), volumes.repeat(2, 1).repeat(2, 3))


def test_bilinear_resizing_of_a_ramp():
    ramp = np.array([0.0, 4.0], "float32").reshape(1, 1, 2, 1)
    found = K.get_value(K.resize_images(ramp, 1, 2, "channels_last", "bilinear"))
    assert found.shape == (1, 1, 4, 1)
    np.testing.assert_allclose(found.ravel(), [0, 1, 3, 4], atol=1e-5)


def test_symbolic_shapes():
    x = K.placeholder((None, 3, 4))
    assert K.int_shape(K.permute_dimensions(x, (0, 2, 1))) == (None, 4, 3)
    assert K.int_shape(K.concatenate([x, x])) == (None, 3, 8)
    with pytest.raises(ValueError, match="axis"):
        K.expand_dims(x, 9)
