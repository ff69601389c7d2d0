"""Products and factorizations of symbolic values."""

import numpy as np
import pytest

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
P = np.abs(F) + 0.5
M = F[0]
S = (M[:, :3] @ M[:, :3].T + 3 * np.eye(3)).astype("float32")
CASES = [
    ("matmul", M, M.T.copy()),
    ("matmul", F, M.T.copy()),
    ("matmul", F, np.swapaxes(P, 1, 2).copy()),
    ("matmul", M[0], M.T.copy()),
    ("matmul", M, M[0]),
    ("matmul", M[0], M[1]),
    ("matmul", np.stack([F, P]), np.swapaxes(P, 1, 2).copy()),
    ("contract", "bij,bkj->bik", [F, P]),
    ("contract", "...ij,jk->...ik", [F, M.T.copy()]),
    ("contract", "ij->", [M]),
    ("contract", "bii->bi", [np.stack([S, S])]),
    ("tensordot", F, P, {"axes": ((0, 2), (0, 2))}),
    ("solve", S, M),
    ("solve", S, M[:, 0].copy()),
    ("solve", np.stack([S, 2 * S]), F),
    ("cholesky", S),
    ("cholesky", np.stack([S, S]), True),
    ("det", np.stack([S, 2 * S])),
    ("inv", S),
]  # fmt: skip
DYNAMIC = {"matmul"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)


@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_qr(mode, run_symbolic):
    (q, r), _ = run_symbolic(("qr", M.T.copy(), mode))
    np.testing.assert_allclose(q @ r, M.T, atol=1e-5)
    assert q.shape == ((4, 3) if mode == "reduced" else (4, 4)) and q.dtype == "float32"


def test_svd_and_eigh(run_symbolic):
    (u, s, vt), _ = run_symbolic(("svd", M, False))
    np.testing.assert_allclose(u * s @ vt, M, atol=1e-5)
    (values, vectors), _ = run_symbolic(("eigh", S))
    np.testing.assert_allclose(vectors * values @ vectors.T, S, atol=1e-4)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(S), rtol=1e-4)


def test_half_precision_goes_through_float32(run_symbolic):
    (found,), ((_, dtype),) = run_symbolic(("det", S.astype("float16")))
    assert found.dtype == dtype == "float16"
    np.testing.assert_allclose(found, np.linalg.det(S), rtol=0.01)
