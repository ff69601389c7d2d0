"""Products and factorizations. LAPACK knows no 16-bit floats: these are computed in float32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras_core import dtypes


def _wide(x: Any) -> Any:
    return x.astype("float32") if dtypes.is_float(x.dtype) and x.dtype.itemsize < 4 else x


def _in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """Cast 16-bit floats up for the call and results down after it."""

    def run(x: Any, *args: Any, **options: Any) -> Any:
        dtype = x.dtype
        result = function(_wide(x), *(_wide(a) if isinstance(a, np.ndarray) else a for a in args), **options)
        if isinstance(result, tuple):
            return tuple(np.asarray(part).astype(dtype, copy=False) for part in result)
        return np.asarray(result).astype(dtype, copy=False)

    return run


def contract(subscripts: str, operands: Sequence[Any]) -> Any:
    dtype = operands[0].dtype
    result = np.einsum(subscripts, *(_wide(x) for x in operands), optimize=len(operands) > 1)
    return np.asarray(result).astype(dtype, copy=False)


def _solve(a: Any, b: Any) -> Any:
    vectors = b.ndim == a.ndim - 1
    result = np.linalg.solve(a, b[..., None] if vectors else b)
    return result[..., 0] if vectors else result


def _cholesky(x: Any, upper: bool = False) -> Any:
    return np.linalg.cholesky(x, upper=upper)


def _qr(x: Any, mode: Any = "reduced") -> tuple[Any, Any]:
    return tuple(np.linalg.qr(x, mode))


def _svd(x: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    result = np.linalg.svd(x, full_matrices, compute_uv)
    return tuple(result) if compute_uv else result


OPS = {
    "matmul": _in_float32(np.matmul),
    "contract": contract,
    "solve": _in_float32(_solve),
    "cholesky": _in_float32(_cholesky),
    "det": _in_float32(np.linalg.det),
    "qr": _in_float32(_qr),
    "svd": _in_float32(_svd),
    "eigh": _in_float32(lambda x: tuple(np.linalg.eigh(x))),
}
