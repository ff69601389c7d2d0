"""Elementwise ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_torch.devices import device_after_cast
from keras_backend_torch.framework import is_wrapped, torch, torch_dtype
from keras_backend_torch.kernels.chosen_blocks import are_blocks, chosen_blocks
from keras_backend_torch.kernels.printed import printed

if TYPE_CHECKING:
    from keras_core.typing import DType, Tensor

# -- arithmetic

subtract = torch.sub
divide = torch.true_divide
floor_divide = torch.floor_divide
mod = torch.remainder
power = torch.pow
maximum = torch.maximum
minimum = torch.minimum


def add(x1: Tensor, x2: Tensor) -> Tensor:
    return torch.add(x1, x2)


def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    return torch.mul(x1, x2)


def negative(x: Tensor) -> Tensor:
    return torch.neg(x)


def abs(x: Tensor) -> Tensor:
    return x if x.dtype is torch.bool else torch.abs(x)


def sign(x: Tensor) -> Tensor:
    return x if x.dtype is torch.bool else torch.sign(x)


def square(x: Tensor) -> Tensor:
    return torch.mul(x, x)


# -- exponentials, roots, trigonometric functions

exp = torch.exp
exp2 = torch.exp2
expm1 = torch.expm1
log = torch.log
log1p = torch.log1p
log2 = torch.log2
log10 = torch.log10
sqrt = torch.sqrt
rsqrt = torch.rsqrt
sin = torch.sin
cos = torch.cos
tan = torch.tan
arcsin = torch.asin
arccos = torch.acos
arctan = torch.atan
arctan2 = torch.atan2
sinh = torch.sinh
cosh = torch.cosh
tanh = torch.tanh
arcsinh = torch.asinh
arccosh = torch.acosh
arctanh = torch.atanh
erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
isnan = torch.isnan
isinf = torch.isinf
isfinite = torch.isfinite


def floor(x: Tensor) -> Tensor:
    return torch.floor(x) if x.is_floating_point() else x


def ceil(x: Tensor) -> Tensor:
    return torch.ceil(x) if x.is_floating_point() else x


def trunc(x: Tensor) -> Tensor:
    return torch.trunc(x) if x.is_floating_point() else x


def round(x: Tensor, decimals: int = 0) -> Tensor:
    if decimals == 0:
        return torch.round(x) if x.is_floating_point() else x
    if x.is_floating_point():
        scale = 10.0**decimals
        return torch.round(x * scale) / scale
    if decimals > 0:
        return x
    scale = 10**-decimals
    return (torch.round(x.to(torch.float64) / scale) * scale).to(x.dtype)


# -- comparison and logic

equal = torch.eq
not_equal = torch.ne
less = torch.lt
less_equal = torch.le
greater = torch.gt
greater_equal = torch.ge
logical_and = torch.logical_and
logical_or = torch.logical_or
logical_not = torch.logical_not
logical_xor = torch.logical_xor
bitwise_and = torch.bitwise_and
bitwise_or = torch.bitwise_or
bitwise_xor = torch.bitwise_xor
bitwise_invert = torch.bitwise_not
bitwise_left_shift = torch.bitwise_left_shift
bitwise_right_shift = torch.bitwise_right_shift


# -- dtype and choice


def cast(x: Tensor, dtype: DType) -> Tensor:
    wanted = torch_dtype(dtype)
    return x if x.dtype is wanted else x.to(device_after_cast(x.dtype, wanted), wanted)


_BITS = {torch.float32: torch.int32, torch.int32: torch.int32, torch.float64: torch.int64, torch.int64: torch.int64}
"""dtypes whose bits PyTorch chooses between faster than it does between numbers, and ints of as many."""

_MANY = 1 << 14
"""Numbers from which on that is faster."""


def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    if _by_blocks(condition, x1, x2):
        return _blocks_chosen(condition, x1, x2)
    return torch.where(_with_channels(condition, x1, x2), x1, x2)


_FEW_CHANNELS = 8


def _with_channels(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    """A condition on pixels as one on their channels, which PyTorch's kernel chooses by several times faster."""
    x = x1 if x1.dim() >= x2.dim() else x2
    channels = x.shape[-1] if x.dim() > 1 else 1
    if not 1 < channels <= _FEW_CHANNELS or condition.dim() != x.dim() or condition.shape[-1] != 1:
        return condition
    if condition.numel() < _MANY or not condition.is_cpu:
        return condition
    return torch.cat([condition] * channels, -1)


def _by_blocks(condition: Tensor, x1: Tensor, x2: Tensor) -> bool:
    """Whether one condition chooses for many numbers that no gradient is taken of."""
    return (
        x1.shape == x2.shape
        and x1.dtype is x2.dtype
        and x1.dtype in _BITS
        and condition.dim() <= x1.dim()
        and x1.numel() >= _MANY
        and condition.numel() * 64 <= x1.numel()
        and x1.is_cpu
        and x1.is_contiguous()
        and x2.is_contiguous()
        and not (torch.is_grad_enabled() and (x1.requires_grad or x2.requires_grad))
        and not is_wrapped(x1, x2, condition)
    )


def _blocks_chosen(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    """PyTorch's kernel takes one number at a time; those of bits take as many as the processor can."""
    if are_blocks(condition, x1):
        chosen: Tensor = chosen_blocks(condition, x1, x2)
        return chosen
    bits = _BITS[x1.dtype]
    one, other = x1.view(bits), x2.view(bits)
    mask = torch.neg(condition.to(bits))
    return torch.bitwise_xor(torch.bitwise_and(torch.bitwise_xor(one, other), mask), other).view(x1.dtype)


def print_tensor(x: Tensor, message: str = "", summarize: int = 3) -> Tensor:
    return printed(x, message, summarize)


def stop_gradient(variable: Tensor) -> Tensor:
    return variable.detach()


def clip(x: Tensor, x_min: Any, x_max: Any) -> Tensor:
    return torch.minimum(torch.maximum(x, x_min), x_max)
