"""Reductions and cumulative sums and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import axes_of

from keras_backend_torch.framework import is_wrapped, torch, torch_dtype

if TYPE_CHECKING:
    from keras_core.typing import Axis, DType, Tensor


def _summed(x: Tensor, dtype: DType | None) -> torch.dtype:
    """The dtype of a sum; booleans are counted as int32."""
    if dtype is not None:
        return torch_dtype(dtype)
    return torch.int32 if x.dtype is torch.bool else x.dtype


def _of_dtype(x: Tensor, kind: torch.dtype) -> Tensor:
    return x if x.dtype is kind else x.to(kind)


def sum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    axes = axes_of(axis, x.dim())
    if not axes:
        return _of_dtype(x, _summed(x, None))
    return torch.sum(x, axes, keepdims, dtype=_summed(x, None))


def prod(x: Tensor, axis: Axis = None, keepdims: bool = False, dtype: DType | None = None) -> Tensor:
    kind = _summed(x, dtype)
    if axis is None and not keepdims:
        return torch.prod(x, dtype=kind)
    x = _of_dtype(x, kind)
    for one in sorted(axes_of(axis, x.dim()), reverse=True):
        x = torch.prod(x, one, keepdims, dtype=kind)
    return x


def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    axes = axes_of(axis, x.dim())
    if not x.is_floating_point() and not x.is_complex():
        return _of_dtype(torch.mean(x.to(torch.float64), axes, keepdims) if axes else x, x.dtype)
    return torch.mean(x, axes, keepdims) if axes else x


def _extreme(kernel: Any, pair: Any, x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    axes = axes_of(axis, x.dim())
    if 0 in [x.shape[one] for one in axes]:
        if initial is None:
            raise ValueError(f"got shape {tuple(x.shape)}, which has no element along axis {axis}; give initial=.")
        sizes = [1 if k in axes else n for k, n in enumerate(x.shape) if keepdims or k not in axes]
        return torch.full(sizes, initial, dtype=x.dtype, device=x.device)
    tracked = (torch.is_grad_enabled() and x.requires_grad) or is_wrapped(x)
    if len(axes) > 1 and x.dim() - 1 not in axes and not tracked:
        for one in sorted(axes, reverse=not keepdims):  # faster than at once; among equals the gradient is another
            x = kernel(x, one, keepdims)
        result = x
    else:
        result = kernel(x, axes, keepdims) if axes else x
    if initial is None:
        return result
    return pair(result, torch.full((), initial, dtype=x.dtype, device=x.device))


def max(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    return _extreme(torch.amax, torch.maximum, x, axis, keepdims, initial)


def min(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    return _extreme(torch.amin, torch.minimum, x, axis, keepdims, initial)


def any(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    axes = axes_of(axis, x.dim())
    return torch.any(x, axes, keepdims) if axes else x


def all(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    axes = axes_of(axis, x.dim())
    return torch.all(x, axes, keepdims) if axes else x


def _position(kernel: Any, x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if x.dtype is torch.bool:
        x = x.to(torch.uint8)
    if axis is not None:
        return kernel(x, axes_of(axis, x.dim())[0], keepdims).to(torch.int32)
    found = kernel(x.reshape(-1)).to(torch.int32)
    return found.reshape([1] * x.dim()) if keepdims else found


def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    return _position(torch.argmax, x, axis, keepdims)


def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    return _position(torch.argmin, x, axis, keepdims)


def _running(kernel: Any, x: Tensor, axis: int | None, dtype: DType | None) -> Tensor:
    kind = _summed(x, dtype)
    if axis is None:
        x, axis = x.reshape(-1), 0
    return kernel(x, axes_of(axis, x.dim())[0], dtype=kind)


def cumsum(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    return _running(torch.cumsum, x, axis, dtype)


def cumprod(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    return _running(torch.cumprod, x, axis, dtype)


def logsumexp(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    axes = axes_of(axis, x.dim())
    return torch.logsumexp(x, axes, keepdims) if axes else x


def count_nonzero(x: Tensor, axis: Axis = None) -> Tensor:
    return sum(x != 0, axis)
