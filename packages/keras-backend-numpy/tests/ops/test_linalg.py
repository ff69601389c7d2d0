"""Factorizations multiply back to their argument; 16-bit floats go through float32."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_numpy.ops import OPS

RNG = np.random.default_rng(0)
A = RNG.normal(size=(2, 3, 3))
S = A @ np.swapaxes(A, -1, -2) + 3 * np.eye(3)


def test_solve_of_vectors_and_matrices() -> None:
    b = RNG.normal(size=(2, 3))
    np.testing.assert_allclose((S @ OPS["solve"](S, b)[..., None])[..., 0], b)
    np.testing.assert_allclose(S @ OPS["solve"](S, A), A)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(upper: bool) -> None:
    factor = OPS["cholesky"](S, upper)
    turned = np.swapaxes(factor, -1, -2)
    np.testing.assert_allclose(turned @ factor if upper else factor @ turned, S)
    np.testing.assert_array_equal(factor, np.triu(factor) if upper else np.tril(factor))


@pytest.mark.parametrize(("mode", "shape"), [("reduced", (4, 3)), ("complete", (4, 4))])
def test_qr(mode: str, shape: tuple[int, int]) -> None:
    x = RNG.normal(size=(4, 3))
    q, r = OPS["qr"](x, mode)
    assert q.shape == shape
    np.testing.assert_allclose(q @ r, x)
    np.testing.assert_allclose(q.T @ q, np.eye(shape[1]), atol=1e-12)


def test_svd() -> None:
    x = RNG.normal(size=(4, 3))
    u, s, vt = OPS["svd"](x, False)
    np.testing.assert_allclose(u * s @ vt, x)
    np.testing.assert_allclose(OPS["svd"](x, compute_uv=False), s)


def test_eigh_and_det() -> None:
    values, vectors = OPS["eigh"](S)
    np.testing.assert_allclose(vectors * values[:, None] @ np.swapaxes(vectors, -1, -2), S)
    np.testing.assert_allclose(OPS["det"](S), values.prod(-1))


def test_contract() -> None:
    x, y = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(2, 5, 4))
    np.testing.assert_allclose(OPS["contract"]("bij,bkj->bik", [x, y]), x @ np.swapaxes(y, 1, 2))
    np.testing.assert_allclose(OPS["contract"]("bii->b", [A]), np.trace(A, axis1=1, axis2=2))


@pytest.mark.parametrize("name", ["det", "cholesky", "eigh", "matmul", "contract"])
def test_half_precision(name: str) -> None:
    x = S.astype("float16")
    arguments = {"matmul": (x, x), "contract": ("bij,bjk->bik", [x, x])}.get(name, (x,))
    wide = {"matmul": (S, S), "contract": ("bij,bjk->bik", [S, S])}.get(name, (S,))
    found, expected = OPS[name](*arguments), OPS[name](*wide)
    for got, want in zip(*((a if isinstance(a, tuple) else (a,)) for a in (found, expected)), strict=True):
        assert got.dtype == "float16"
        np.testing.assert_allclose(np.abs(got), np.abs(want), rtol=0.02, atol=0.02)
