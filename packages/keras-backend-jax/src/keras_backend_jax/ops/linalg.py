"""Products of matrices, factorizations."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core.typing import Tensor


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    return jnp.matmul(x1, x2)


def contract(subscripts: str, operands: Sequence[Tensor]) -> Tensor:
    return jnp.einsum(subscripts, *operands)


def _at_least_single(function: Callable[..., Any]) -> Callable[..., Any]:
    """Factorizations exist for 32 and 64 bits only; narrower floats go through float32."""

    @functools.wraps(function)
    def op(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if x.dtype.itemsize >= 4:
            return function(x, *args, **kwargs)
        wide = [lax.convert_element_type(a, np.float32) if isinstance(a, jax.Array) else a for a in (x, *args)]
        return jax.tree.map(lambda found: lax.convert_element_type(found, x.dtype), function(*wide, **kwargs))

    return op


def _as_columns(function: Callable[..., Any], a: Tensor, b: Tensor) -> Tensor:
    """`function(a, b)` where `b` may be a batch of vectors."""
    if b.ndim == a.ndim:
        return function(a, b)
    return function(a, b[..., None])[..., 0]


@_at_least_single
def solve(a: Tensor, b: Tensor) -> Tensor:
    return _as_columns(jnp.linalg.solve, a, b)


@_at_least_single
def solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Tensor:
    kernel = functools.partial(jax.scipy.linalg.solve_triangular, lower=lower)
    return _as_columns(kernel, a, b)


@_at_least_single
def inv(x: Tensor) -> Tensor:
    return jnp.linalg.inv(x)


@_at_least_single
def cholesky(x: Tensor, upper: bool = False) -> Tensor:
    return jnp.linalg.cholesky(x, upper=upper, symmetrize_input=False)


@_at_least_single
def det(x: Tensor) -> Tensor:
    return jnp.linalg.det(x)


@_at_least_single
def qr(x: Tensor, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    return tuple(jnp.linalg.qr(x, mode))


@_at_least_single
def svd(x: Tensor, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    found = jnp.linalg.svd(x, full_matrices, compute_uv)
    return tuple(found) if compute_uv else found


@_at_least_single
def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    return tuple(jnp.linalg.eigh(x, symmetrize_input=False))
