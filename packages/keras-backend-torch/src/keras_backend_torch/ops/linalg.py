"""Matrix products and factorizations."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor

_NARROW = (torch.float16, torch.bfloat16)


def _product(kernel: Callable[..., Tensor], operands: Sequence[Tensor]) -> Tensor:
    """A sum of products. Booleans are multiplied as int32; a GPU multiplies no ints, but float64 represents them."""
    dtype = operands[0].dtype
    if dtype.is_floating_point or (dtype is not torch.bool and operands[0].device.type == "cpu"):
        return kernel(*operands)
    wide = torch.int32 if operands[0].device.type == "cpu" else torch.float64
    return kernel(*(x.to(wide) for x in operands)).to(dtype)


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    return _product(torch.matmul, (x1, x2))


def contract(subscripts: str, operands: Sequence[Tensor]) -> Tensor:
    return _product(functools.partial(torch.einsum, subscripts), operands)


def _at_least_single(function: Callable[..., Any]) -> Callable[..., Any]:
    """Factorizations exist for 32 and 64 bits only; narrower floats are cast to float32."""

    @functools.wraps(function)
    def op(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if x.dtype not in _NARROW:
            return function(x, *args, **kwargs)
        args = tuple(one.float() if isinstance(one, torch.Tensor) else one for one in args)
        result = function(x.float(), *args, **kwargs)
        return tuple(one.to(x.dtype) for one in result) if isinstance(result, tuple) else result.to(x.dtype)

    return op


@_at_least_single
def solve(a: Tensor, b: Tensor) -> Tensor:
    if b.dim() == a.dim():
        return torch.linalg.solve(a, b)
    return torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1)


@_at_least_single
def solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Tensor:
    if b.dim() == a.dim():
        return torch.linalg.solve_triangular(a, b, upper=not lower)
    return torch.linalg.solve_triangular(a, b.unsqueeze(-1), upper=not lower).squeeze(-1)


@_at_least_single
def inv(x: Tensor) -> Tensor:
    return torch.linalg.inv(x)


@_at_least_single
def cholesky(x: Tensor, upper: bool = False) -> Tensor:
    return torch.linalg.cholesky(x, upper=upper)


@_at_least_single
def det(x: Tensor) -> Tensor:
    return torch.linalg.det(x)


@_at_least_single
def qr(x: Tensor, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    return tuple(torch.linalg.qr(x, mode))


@_at_least_single
def svd(x: Tensor, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    return tuple(torch.linalg.svd(x, full_matrices)) if compute_uv else torch.linalg.svdvals(x)


@_at_least_single
def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    return tuple(torch.linalg.eigh(x))
