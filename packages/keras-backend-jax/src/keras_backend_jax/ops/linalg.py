"""Products of matrices, factorizations."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    """One product of two matrices where `x2` is one: its gradient then needs no copies of turned operands."""
    if x2.ndim == 2 and x1.ndim > 2 and x1.shape[-1] == x2.shape[0]:
        return _as_matrices(x1, x2, 1)
    return jnp.matmul(x1, x2)


def contract(subscripts: str, operands: Sequence[Tensor]) -> Tensor:
    shared = _shared_labels(subscripts)
    if shared and operands[0].shape[-shared:] == operands[1].shape[:shared]:
        return _as_matrices(operands[0], operands[1], shared)
    return jnp.einsum(subscripts, *operands)


def _as_matrices(x: Tensor, y: Tensor, shared: int) -> Tensor:
    """Sum of products over the last axes of `x` and the first of `y`."""
    inner = math.prod(y.shape[:shared])
    rows, columns = x.shape[: x.ndim - shared], y.shape[shared:]
    product = jnp.matmul(x.reshape(math.prod(rows), inner), y.reshape(inner, math.prod(columns)))
    return product.reshape(rows + columns)


@functools.cache
def _shared_labels(subscripts: str) -> int:
    """How many labels end the first operand and begin the second one, where nothing else is to be done; else 0."""
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    first, comma, second = inputs.partition(",")
    if not (arrow and comma) or "," in second or "." in subscripts or len(set(first)) < len(first):
        return 0
    shared = sum(label in first for label in second)
    fits = shared and first[-shared:] == second[:shared] and result == first[:-shared] + second[shared:]
    return shared if fits and len(set(second)) == len(second) else 0


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
