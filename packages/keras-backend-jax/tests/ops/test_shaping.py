import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax.ops import shaping

X = np.arange(12, dtype="float32").reshape(3, 4)


def test_axes_are_counted_from_either_end() -> None:
    assert shaping.expand_dims(X, (0, -1)).shape == (1, 3, 4, 1)
    assert shaping.squeeze(X[None, :, None]).shape == (3, 4)
    assert shaping.transpose(jnp.asarray(X)[None], (0, -1, 1)).shape == (1, 4, 3)
    assert shaping.transpose(X).shape == (4, 3)


def test_a_size_is_known_while_compiling() -> None:
    found = jax.jit(lambda x: jnp.zeros(int(shaping.axis_size(x, -1))))(X)
    assert found.shape == (4,)


def test_joining_and_splitting() -> None:
    np.testing.assert_array_equal(shaping.concatenate([X, X], -1), np.concatenate([X, X], -1))
    np.testing.assert_array_equal(shaping.stack([X, X], -1), np.stack([X, X], -1))
    for cuts in (2, [1, 3]):
        for found, expected in zip(shaping.split(X, cuts, 1), np.split(X, cuts, 1), strict=True):
            np.testing.assert_array_equal(found, expected)
    with pytest.raises(ValueError, match="an axis of length 4, which does not divide into 3 pieces"):
        shaping.split(X, 3, 1)


def test_repeating_and_padding() -> None:
    np.testing.assert_array_equal(shaping.repeat(jnp.asarray(X), [1, 0, 2], 0), np.repeat(X, [1, 0, 2], 0))
    np.testing.assert_array_equal(jax.jit(lambda x: shaping.repeat(x, 2))(X), np.repeat(X, 2))
    np.testing.assert_array_equal(shaping.tile(X, 2), np.tile(X, 2))
    np.testing.assert_array_equal(
        shaping.pad(jnp.asarray(X), [(1, 0), (0, 2)], constant_values=7), np.pad(X, [(1, 0), (0, 2)], constant_values=7)
    )
    np.testing.assert_array_equal(shaping.pad(X, 1, "reflect"), np.pad(X, 1, "reflect"))


def test_keys_of_slices() -> None:
    x = jnp.asarray(X)
    for key in (1, (slice(None), -1), ([2, 0], slice(1, 3)), (Ellipsis, None), slice(np.int32(1), None)):
        np.testing.assert_array_equal(shaping.getitem(x, key), X[key])
    with pytest.raises(ValueError, match="a slice whose limits depend on values"):
        jax.jit(lambda v, n: shaping.getitem(v, slice(0, n)))(x, 2)


def test_diagonals() -> None:
    np.testing.assert_array_equal(shaping.diagonal(X, 1), np.diagonal(X, 1))
