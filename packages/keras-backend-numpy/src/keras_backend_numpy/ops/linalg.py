"""Products and factorizations. LAPACK has no 16-bit floats: these are computed in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_numpy.framework import in_float32, widen

if TYPE_CHECKING:
    from collections.abc import Sequence


def contract(subscripts: str, operands: Sequence[Any]) -> Any:
    dtype = operands[0].dtype
    result = np.einsum(subscripts, *(widen(x) for x in operands), optimize=len(operands) > 1)
    return np.asarray(result).astype(dtype, copy=False)


def _solve(a: Any, b: Any) -> Any:
    vectors = b.ndim == a.ndim - 1
    result = np.linalg.solve(a, b[..., None] if vectors else b)
    return result[..., 0] if vectors else result


def _cholesky(x: Any, upper: bool = False) -> Any:
    return np.linalg.cholesky(x, upper=upper)


def _qr(x: Any, mode: Any = "reduced") -> tuple[Any, Any]:
    factors: Any = np.linalg.qr(x, mode)
    return factors.Q, factors.R


def _svd(x: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    result = np.linalg.svd(x, full_matrices, compute_uv)
    return tuple(result) if compute_uv else result


matmul = in_float32(np.matmul)
solve = in_float32(_solve)
cholesky = in_float32(_cholesky)
det = in_float32(np.linalg.det)
qr = in_float32(_qr)
svd = in_float32(_svd)
eigh = in_float32(lambda x: tuple(np.linalg.eigh(x)))
