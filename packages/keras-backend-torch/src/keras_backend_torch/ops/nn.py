"""Activations and normalization that PyTorch has kernels for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from keras_core import config
from keras_core.backend.toolkit import axes_of, axis_of, op_body

from keras_backend_torch.framework import torch
from keras_backend_torch.modes import STATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, Tensor

_F = torch.nn.functional


def relu(x: Tensor) -> Tensor:
    return torch.relu(x) if x.dtype is not torch.bool else x


def sigmoid(x: Tensor) -> Tensor:
    return torch.sigmoid(x)


def softplus(x: Tensor) -> Tensor:
    return _F.softplus(x, threshold=40.0 if x.dtype is torch.float64 else 20.0)


def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    return _F.leaky_relu(x, negative_slope)


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    return _F.elu(x, alpha)


def selu(x: Tensor) -> Tensor:
    return torch.selu(x)


def silu(x: Tensor) -> Tensor:
    return _F.silu(x)


def mish(x: Tensor) -> Tensor:
    return _F.mish(x)


def gelu(x: Tensor, approximate: bool = True) -> Tensor:
    return _F.gelu(x, approximate="tanh" if approximate else "none")


def _over_axes(kernel: object, x: Tensor, axis: Axis) -> Tensor:
    """A kernel for one axis, applied over several: they are flattened first."""
    axes = axes_of(axis, x.dim())
    if len(axes) == 1:
        return kernel(x, axes[0])  # type: ignore[operator]
    rest = [k for k in range(x.dim()) if k not in axes]
    permuted = x.permute([*rest, *axes])
    flat = permuted.reshape([*permuted.shape[: len(rest)], -1])
    result = kernel(flat, -1).reshape(permuted.shape)  # type: ignore[operator]
    return result.permute([[*rest, *axes].index(k) for k in range(x.dim())])


def softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    result = _over_axes(torch.softmax, x, axis)
    result._keras_logits = ("softmax", axis, x)
    return result


def log_softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    return _over_axes(torch.log_softmax, x, axis)


# -- normalization


def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """By one kernel where no gradient is taken by mean and variance, since that gives them none.

    It wants channels behind the batch; their place in memory may be another.
    """
    place = axis_of(axis, x.dim())
    vectors = (mean, variance, offset, scale)
    plain = all(one is None or (one.dim() == 1 and one.dtype is x.dtype) for one in vectors)
    if mean.requires_grad or variance.requires_grad or not plain or place == 0:
        return op_body("batch_normalization")(x, mean, variance, axis, offset, scale, epsilon)
    result = torch.batch_norm(x.movedim(place, 1), scale, offset, mean, variance, False, 0.0, epsilon, False)
    return result.movedim(1, place)


def layer_normalization(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
) -> Tensor:
    """By the fused kernel, which normalizes over the last axes only."""
    axes = sorted(axes_of(axis, x.dim()))
    if axes != list(range(x.dim() - len(axes), x.dim())):
        return op_body("layer_normalization")(x, gamma, beta, axis, epsilon)
    return torch.layer_norm(x, x.shape[axes[0] :], gamma, beta, config.epsilon() if epsilon is None else epsilon)


def normalize_batch(
    x: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> tuple[Tensor, Tensor, Tensor]:
    """By one kernel, which tells the mean and the inverse deviation that it has found."""
    place = axis_of(axis, x.dim())
    one_dtype = all(one is None or one.dtype is x.dtype for one in (offset, scale))
    if place == 0 or x.dtype is not torch.float32 or not one_dtype or x.numel() == x.shape[place]:
        return op_body("normalize_batch")(x, axis, offset, scale, epsilon)
    found, mean, inverse = torch.native_batch_norm(x.movedim(place, 1), scale, offset, None, None, True, 0.0, epsilon)
    variance = inverse.detach().pow(-2).sub(epsilon).clamp_min(0.0)
    return found.movedim(1, place), mean.detach(), variance


# -- attention


def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """PyTorch's own attention where there is no mask or bias; flash attention where it is requested."""
    plain = mask is None and bias is None and attn_logits_soft_cap is None
    flash = flash_attention and query.is_cuda and query.dtype.itemsize == 2
    if not plain or (flash_attention is False) or (STATE.depth > 1 and not flash):  # it has no second derivatives
        body = op_body("dot_product_attention")
        return body(query, key, value, bias, mask, scale, is_causal, flash_attention, attn_logits_soft_cap)
    heads = [x.transpose(1, 2) for x in (query, key, value)]
    grouped = query.shape[2] != key.shape[2]
    with _attention_kernels(flash):
        result = _F.scaled_dot_product_attention(*heads, is_causal=is_causal, scale=scale, enable_gqa=grouped)
    return result.transpose(1, 2)


def _attention_kernels(flash: Any) -> Any:
    if not flash:
        return contextlib.nullcontext()
    return torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.FLASH_ATTENTION)


# -- cross-entropies


def _logits(output: Tensor, function: str) -> Tensor | None:
    """The logits that `function` made the probabilities of along their last axis; None where they are not known."""
    known = getattr(output, "_keras_logits", None)
    if known is None or known[0] != function:
        return None
    return known[2] if function == "sigmoid" or known[1] in (-1, output.dim() - 1) else None


def _log_probabilities(output: Tensor, from_logits: bool) -> Tensor:
    """Logarithms of probabilities along the last axis."""
    logits = output if from_logits else _logits(output, "softmax")
    if logits is not None:
        return torch.log_softmax(logits, -1)
    epsilon = config.epsilon()
    return torch.log(torch.clamp(output / torch.sum(output, -1, True), epsilon, 1 - epsilon))


def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1) -> Tensor:
    if axis_of(axis, output.dim()) != output.dim() - 1:
        target, output = target.movedim(axis, -1), output.movedim(axis, -1)
    return -torch.sum(target * _log_probabilities(output, from_logits), -1)


def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    place = axis_of(axis, output.dim())
    classes = target.to(torch.int64)
    if classes.dim() == output.dim():
        classes = classes.squeeze(place)
    if place != output.dim() - 1:
        output = output.movedim(place, -1)
    logs = _log_probabilities(output, from_logits)
    if classes.device.type != "cpu":
        classes = classes.clamp(0, logs.shape[-1] - 1)
    found = _F.nll_loss(logs.reshape(-1, logs.shape[-1]), classes.reshape(-1), reduction="none", ignore_index=_NONE)
    return found.reshape(classes.shape)


_NONE = -(2**62)
"""A class that does not occur: PyTorch would ignore -100."""
