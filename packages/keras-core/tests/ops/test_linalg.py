"""Products and factorizations, against NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

A = np.array([[4, 1, 0.5], [1, 3, -1], [0.5, -1, 5]], "float32")
B = np.arange(24, dtype="float32").reshape(2, 3, 4) / 10
PAIRS = [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)), ((3,), (3,))]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_matmul(first: Any, second: Any, check: Any, rng: np.random.Generator) -> None:
    a, b = (rng.standard_normal(s).astype("float32") for s in (first, second))
    check("matmul", a, b, expect=a @ b)


def test_matmul_of_ints(check: Any) -> None:
    a = np.arange(6, dtype="int32").reshape(2, 3)
    check("matmul", a, a.T.copy(), expect=a @ a.T)


def test_matmul_of_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"matmul\(\) got shapes \(None, 3\) and \(4, 5\), whose inner sizes 3 and 4"):
        ops.matmul(KerasTensor((None, 3)), KerasTensor((4, 5)))
    with pytest.raises(ValueError, match="inner sizes 3 and 4"):
        ops.matmul(np.ones((2, 3), "float32"), np.ones((4, 5), "float32"))
    assert ops.matmul(KerasTensor((None, 1, 2, 3)), KerasTensor((7, 3, None))).shape == (None, 7, 2, None)


@pytest.mark.parametrize(("first", "second"), [((2, 3), (3, 4)), ((5, 2, 3), (4, 3, 2)), ((5, 3), (3,)), ((), (2, 3))])
def test_dot(first: Any, second: Any, check: Any, rng: np.random.Generator) -> None:
    a, b = (rng.standard_normal(s).astype("float32") for s in (first, second))
    check("dot", a, b, expect=np.dot(a, b))


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]), ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]), ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]), ("ij,ij", [(2, 3), (2, 3)]), ("ab,bc,cd->ad", [(2, 3), (3, 4), (4, 2)]), ("ba", [(2, 3)]),
    ],
)  # fmt: skip
def test_einsum(text: str, shapes: Any, rng: np.random.Generator) -> None:
    operands = [rng.standard_normal(s).astype("float32") for s in shapes]
    expected = np.einsum(text, *operands)
    np.testing.assert_allclose(backend.to_numpy(ops.einsum(text, *operands)), expected, 1e-5, 1e-5)
    assert ops.einsum(text, *map(KerasTensor, shapes)).shape == expected.shape


def test_einsum_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="'j' is both 3 and 4"):
        ops.einsum("ij,jk->ik", KerasTensor((2, 3)), KerasTensor((4, 5)))
    with pytest.raises(ValueError, match="names 2 operands"):
        ops.einsum("ij,jk->ik", KerasTensor((2, 3)))


@pytest.mark.parametrize("axes", [1, 0, ((0,), (1,)), ((-1,), (0,))])
def test_tensordot(axes: Any, check: Any) -> None:
    check("tensordot", A, A, axes, expect=np.tensordot(A, A, axes))


def test_other_products(check: Any) -> None:
    check("inner", A, A, expect=np.inner(A, A))
    check("outer", A[0], A, expect=np.outer(A[0], A))
    check("vdot", A, A, expect=np.vdot(A, A))
    check("cross", A, A[::-1].copy(), expect=np.cross(A, A[::-1]))
    check("trace", B, 1, 1, 2, expect=np.trace(B, 1, 1, 2))


@pytest.mark.parametrize(
    ("ord", "axis"),
    [(None, None), (2, -1), (1, 0), (3, 1), (0, 1), (math.inf, 0), (-math.inf, 0), ("fro", (0, 1)), (1, (0, 1)),
     (-1, (1, 0)), (math.inf, (0, 1)), (2, (0, 1)), (-2, (0, 1)), ("nuc", (0, 1))],
)  # fmt: skip
@pytest.mark.parametrize("keepdims", [False, True])
def test_norm(ord: Any, axis: Any, keepdims: bool, check: Any) -> None:
    check("norm", A, ord, axis, keepdims, expect=np.linalg.norm(A, ord, axis, keepdims), tolerance=1e-4)


def test_norm_of_an_unknown_order() -> None:
    with pytest.raises(ValueError, match="norm got ord='fro' for vectors"):
        ops.norm(KerasTensor((2, 3)), "fro", 0)


def test_solving(check: Any) -> None:
    b = np.array([1, 2, 3], "float32")
    check("solve", A, b, expect=np.linalg.solve(A, b), tolerance=1e-4)
    check("solve", A, A @ A, expect=A, tolerance=1e-4)
    check("solve_triangular", A, b, lower=True, expect=np.linalg.solve(np.tril(A), b), tolerance=1e-4)
    check("inv", np.stack([A, 2 * A]), expect=np.linalg.inv(np.stack([A, 2 * A])), tolerance=1e-4)
    check("det", A, expect=np.linalg.det(A), tolerance=1e-4)
    check("logdet", A, expect=np.log(np.linalg.det(A)), tolerance=1e-4)
    check("pinv", A[:, :2], expect=np.linalg.pinv(A[:, :2]), tolerance=1e-4)
    check("lstsq", A[:, :2], A, expect=np.linalg.lstsq(A[:, :2], A)[0], tolerance=1e-3)


def test_factorizations(check: Any) -> None:
    check("cholesky", A, expect=np.linalg.cholesky(A), tolerance=1e-4)
    check("cholesky", A, upper=True, expect=np.linalg.cholesky(A).T, tolerance=1e-4)
    check("svd", A, compute_uv=False, expect=np.linalg.svd(A, compute_uv=False), tolerance=1e-4)
    u, s, vt = map(backend.to_numpy, ops.svd(B, full_matrices=False))
    np.testing.assert_allclose((u * s[:, None]) @ vt, B, atol=1e-4)
    assert [t.shape for t in ops.svd(KerasTensor((None, 3, 4)))] == [(None, 3, 3), (None, 3), (None, 4, 4)]
    q, r = map(backend.to_numpy, ops.qr(A))
    np.testing.assert_allclose(q @ r, A, atol=1e-4)
    np.testing.assert_allclose(q.T @ q, np.eye(3), atol=1e-4)
    values, vectors = map(backend.to_numpy, ops.eigh(A))
    np.testing.assert_allclose(values, np.linalg.eigvalsh(A), atol=1e-4)
    np.testing.assert_allclose((vectors * values) @ vectors.T, A, atol=1e-4)


def test_square_matrices_only() -> None:
    with pytest.raises(ValueError, match=r"det\(\) got shape \(2, 3\), expected square matrices"):
        ops.det(KerasTensor((2, 3)))


def test_others(check: Any) -> None:
    check("kron", A, A[:2], expect=np.kron(A, A[:2]))
    check("kron", A, A[0], expect=np.kron(A, A[0]))
    check("slogdet", np.stack([A, -A]), expect=tuple(np.linalg.slogdet(np.stack([A, -A]))), tolerance=1e-4)
    check("matrix_rank", np.ones((3, 2), "float32"), expect=np.array(1, "int32"))
    factor = np.linalg.cholesky(A)
    check("cholesky_inverse", factor, expect=np.linalg.inv(A), tolerance=1e-4)
    check("cholesky_inverse", factor.T.copy(), True, expect=np.linalg.inv(A), tolerance=1e-4)
    distances = np.linalg.norm(A[:, None] - A[None, :2], axis=-1)
    check("cdist", A, A[:2], expect=distances)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 5, 5), (1, 1)])
def test_lu_factor(shape: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=shape).astype("float32")
    factors, pivots = (backend.to_numpy(part) for part in ops.lu_factor(x))
    short = min(shape[-2:])
    for matrix, packed, exchanges in zip(
        x.reshape(-1, *shape[-2:]), factors.reshape(-1, *shape[-2:]), pivots.reshape(-1, short), strict=True
    ):
        order = list(range(shape[-2]))
        for row, other in enumerate(exchanges):
            order[row], order[other] = order[other], order[row]
        lower = np.tril(packed, -1)[:, :short] + np.eye(shape[-2], short)
        assert np.abs(lower).max() <= 1 + 1e-6  # the greatest element of its column was chosen
        np.testing.assert_allclose(lower @ np.triu(packed)[:short], matrix[order], rtol=1e-4, atol=1e-5)
    assert pivots.dtype == "int32"


def test_lu_factor_of_a_singular_matrix() -> None:
    factors, pivots = (backend.to_numpy(part) for part in ops.lu_factor(np.ones((2, 2), "float32")))
    assert factors.tolist() == [[1, 1], [1, 0]] and pivots.tolist() == [0, 1]
    with pytest.raises(ValueError, match="expected matrices of known size"):
        ops.lu_factor(KerasTensor((None, 3)))
