import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import linalg

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("a", "b"), [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (3,)),
                 ((5, 1, 2, 3), (6, 3, 4))]
)  # fmt: skip
def test_products_of_every_rank(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    x, y = RNG.normal(size=a).astype("float32"), RNG.normal(size=b).astype("float32")
    np.testing.assert_allclose(linalg.matmul(tf.constant(x), tf.constant(y)), x @ y, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_sums_of_an_odd_number_of_narrow_products(dtype: tf.DType) -> None:
    x, y = RNG.normal(size=(2, 5, 3)).astype("float32"), RNG.normal(size=(3, 4)).astype("float32")
    found = linalg.contract("...x,xy->...y", [tf.cast(x, dtype), tf.cast(y, dtype)])
    assert found.dtype == dtype
    np.testing.assert_allclose(tf.cast(found, tf.float32), x @ y, atol=0.1)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "bool"])
def test_narrow_integers_have_products(dtype: str) -> None:
    x = np.array([[1, 2], [0, 1]]).astype(dtype)
    for found in (linalg.matmul(tf.constant(x), tf.constant(x)), linalg.contract("ij,jk->ik", [tf.constant(x)] * 2)):
        assert found.dtype.name == dtype
        np.testing.assert_array_equal(found, x @ x)


MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]], "float32")
RIGHT = np.array([1.0, 2.0], "float32")


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_narrow_floats_are_solved_in_float32(dtype: str) -> None:
    a, b = tf.constant(MATRIX.astype(dtype)), tf.constant(RIGHT.astype(dtype))
    for right, expected in ((b, np.linalg.solve(MATRIX, RIGHT)), (b[:, None], np.linalg.solve(MATRIX, RIGHT[:, None]))):
        found = linalg.solve(a, right)
        assert found.dtype.name == dtype
        np.testing.assert_allclose(found, expected, rtol=2e-3)
    assert linalg.inv(a).dtype.name == dtype


def test_factorizations_give_the_matrix_back() -> None:
    a = tf.constant(MATRIX)
    lower, upper = linalg.cholesky(a), linalg.cholesky(a, upper=True)
    np.testing.assert_allclose(lower @ tf.transpose(lower), MATRIX, rtol=1e-5)
    np.testing.assert_allclose(upper, tf.transpose(lower), rtol=1e-6)
    q, r = linalg.qr(a)
    np.testing.assert_allclose(q @ r, MATRIX, rtol=1e-5)
    u, values, vt = linalg.svd(a)
    np.testing.assert_allclose(u @ tf.linalg.diag(values) @ vt, MATRIX, rtol=1e-5)
    np.testing.assert_allclose(linalg.svd(a, compute_uv=False), np.linalg.svd(MATRIX, compute_uv=False), rtol=1e-5)
    values, vectors = linalg.eigh(a)
    np.testing.assert_allclose(vectors @ tf.linalg.diag(values) @ tf.transpose(vectors), MATRIX, rtol=1e-5)
    np.testing.assert_allclose(linalg.det(a), 11.0, rtol=1e-5)


def test_triangular_systems() -> None:
    lower = np.tril(MATRIX)
    for flag, matrix in ((True, lower), (False, lower.T)):
        found = linalg.solve_triangular(tf.constant(matrix), tf.constant(RIGHT), flag)
        np.testing.assert_allclose(matrix @ found.numpy(), RIGHT, rtol=1e-5)
