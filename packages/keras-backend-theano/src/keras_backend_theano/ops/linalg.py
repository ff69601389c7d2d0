"""Products of matrices and tensors, factorizations."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt
import pytensor.tensor.linalg as decompositions

from keras_backend_theano.ops.shapes import lengths
from keras_backend_theano.symbolic import tensor

if TYPE_CHECKING:
    from collections.abc import Callable


def matmul(x1: Any, x2: Any) -> Any:
    x1, x2 = tensor(x1), tensor(x2)
    if x1.type.ndim > 2 and x2.type.ndim == 2:
        # One product of two matrices, instead of one for each leading index.
        rows = x1.reshape((-1, lengths(x1)[-1]))
        return pt.dot(rows, x2).reshape((*lengths(x1)[:-1], lengths(x2)[-1]))
    if x1.type.ndim <= 2 and x2.type.ndim <= 2:
        return pt.dot(x1, x2)
    return pt.matmul(x1, x2)


def contract(subscripts: str, operands: Any) -> Any:
    return pt.einsum(subscripts, *map(tensor, operands))


def _in_single(function: Callable[..., Any]) -> Callable[..., Any]:
    """Half precision by way of float32, since LAPACK has none."""

    @functools.wraps(function)
    def run(x: Any, *others: Any, **options: Any) -> Any:
        if tensor(x).type.dtype != "float16":
            return function(x, *others, **options)
        wide = [y.astype("float32") if hasattr(y, "dtype") else y for y in (x, *others)]
        found = function(*wide, **options)
        return tuple(y.astype("float16") for y in found) if isinstance(found, tuple) else found.astype("float16")

    return run


@_in_single
def solve(a: Any, b: Any) -> Any:
    a, b = tensor(a), tensor(b)
    if b.type.ndim == a.type.ndim - 1:
        return decompositions.solve(a, b[..., None], b_ndim=2)[..., 0]
    return decompositions.solve(a, b, b_ndim=2)


@_in_single
def cholesky(x: Any, upper: bool = False) -> Any:
    return decompositions.cholesky(x, lower=not upper)


@_in_single
def det(x: Any) -> Any:
    return decompositions.det(x)


@_in_single
def qr(x: Any, mode: str = "reduced") -> tuple[Any, Any]:
    q, r = decompositions.qr(x, mode="economic" if mode == "reduced" else "full")
    return q, r


@_in_single
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    found = decompositions.svd(x, full_matrices=full_matrices, compute_uv=compute_uv)
    return tuple(found) if compute_uv else found


@_in_single
def eigh(x: Any) -> tuple[Any, Any]:
    values, vectors = decompositions.eigh(x)
    return values, vectors
