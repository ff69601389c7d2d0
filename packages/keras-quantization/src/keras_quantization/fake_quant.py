"""Rounding to what few bits hold, with a gradient as if nothing was rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Tensor


def fake_quant_with_min_max_vars(
    inputs: Tensor,
    min_vals: Tensor,
    max_vals: Tensor,
    num_bits: PositiveInt = 8,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Tensor:
    """Numbers rounded to one of ``2 ** num_bits`` steps between a lowest and a highest one.

    The ends are moved so that 0 is a step. The gradient passes where `inputs` are between them, and goes to
    `min_vals` or `max_vals` elsewhere.

    Args:
        inputs: tensor of floats.
        min_vals: the lowest number, a scalar, or one for each index of `axis`.
        max_vals: the highest number, likewise.
        num_bits: number of bits, 2 to 16. Defaults to 8.
        narrow_range: whether there is one step less, so that as many are below 0 as above. Defaults to False.
        axis: the axis of channels that have ends of their own; None for none. Defaults to None.

    Returns:
        Tensor like `inputs`.

    Raises:
        ValueError: for another number of bits, or an axis that is not there.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> rounded = fake_quant_with_min_max_vars(np.array([-9.0, 0.3, 1.2], "float32"), -2.0, 1.5, num_bits=3)
        >>> ops.convert_to_numpy(rounded).tolist()
        [-2.0, 0.5, 1.0]

    Reference: Jacob et al., 2018, https://arxiv.org/abs/1712.05877
    """
    if not 2 <= num_bits <= 16:
        raise ValueError(f"fake_quant_with_min_max_vars(): num_bits must be 2 to 16, got {num_bits}.")
    rank = len(ops.shape(inputs))
    if axis is not None and not -rank <= axis < rank:
        raise ValueError(f"fake_quant_with_min_max_vars(): axis {axis} is not one of a tensor of {rank} axes.")
    dtype = ops.dtype(inputs)
    ends = [ops.cast(ops.convert_to_tensor(end), dtype) for end in (min_vals, max_vals)]
    others: tuple[int, ...] | None = None
    if axis is not None:
        others = tuple(one for one in range(rank) if one != axis % rank)

    @ops.custom_gradient
    def rounded(x: Tensor, lowest: Tensor, highest: Tensor) -> Any:
        lower, upper = (_broadcast(end, axis, rank) for end in (lowest, highest))
        low, high, scale = _nudged(lower, upper, num_bits, narrow_range)
        steps = ops.floor(ops.add(ops.divide(ops.subtract(ops.clip(x, low, high), low), scale), 0.5))

        def gradient(upstream: Tensor) -> tuple[Tensor, ...]:
            below, above = ops.less(x, low), ops.greater(x, high)
            nothing = ops.zeros_like(upstream)
            inside = ops.where(ops.logical_or(below, above), nothing, upstream)
            to_ends = (
                ops.reshape(ops.sum(ops.where(outside, upstream, nothing), axis=others), ops.shape(end))
                for outside, end in ((below, lowest), (above, highest))
            )
            return inside, *to_ends

        return ops.add(ops.multiply(steps, scale), low), gradient

    result: Tensor = rounded(inputs, *ends)
    return result


def _broadcast(end: Tensor, axis: int | None, rank: int) -> Tensor:
    if axis is None:
        return end
    return ops.reshape(end, tuple(-1 if one == axis % rank else 1 for one in range(rank)))


def _nudged(lowest: Tensor, highest: Tensor, num_bits: int, narrow_range: bool) -> tuple[Tensor, Tensor, Tensor]:
    """The ends, moved so that 0 is a step, and the size of a step."""
    first, last = float(narrow_range), float(2**num_bits - 1)
    span = ops.subtract(highest, lowest)
    scale = ops.divide(span, last - first)
    zero = ops.subtract(first, ops.divide(ops.multiply(lowest, last - first), span))  # exact in the middle of two
    zero = ops.floor(ops.add(zero, 0.5))
    zero = ops.clip(zero, first, last)
    return ops.multiply(ops.subtract(first, zero), scale), ops.multiply(ops.subtract(last, zero), scale), scale
