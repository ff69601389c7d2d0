"""What is done to gradients before they are used: sums over processes, casts, clipping by value, norm, norm of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from keras_core import ops
from keras_core.backend.distribution import computes_parts
from keras_core.ops.properties import dtype_of
from keras_core.staging.row_gradients import RowGradient
from keras_core.staging.share import active_share, reduce, summed_over_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor

Pairs: TypeAlias = "list[tuple[Tensor, Variable]]"
"""Gradients, each with its variable."""


def of_whole_batch(pairs: Pairs, by_parts: bool) -> Pairs:
    """The gradients of the whole batch, where each process has those of its rows, as far as it updates variables.

    Args:
        pairs: the gradients.
        by_parts: whether each process updates the parts of variables that it stores.
    """
    share = active_share()
    parts = [variable.part if by_parts else None for _, variable in pairs]
    gradients = [gradient for gradient, _ in pairs]
    if share is not None and pairs:
        gradients = reduce(gradients, share, weighted=True, parts=parts)
    elif by_parts and not computes_parts():  # else they are those of parts
        gradients = [one if part is None else part.of(one) for one, part in zip(gradients, parts, strict=True)]
    return [(gradient, variable) for gradient, (_, variable) in zip(gradients, pairs, strict=True)]


def clipped(
    gradients: list[Tensor],
    variables: Sequence[Variable],
    norm: float | None,
    global_norm: float | None,
    value: float | None,
) -> list[Tensor]:
    """The gradients within the limits that are given, also where this process has parts of some.

    Args:
        gradients: the gradients.
        variables: the variable of each.
        norm: the highest L2 norm of each.
        global_norm: the highest L2 norm of all together.
        value: the largest magnitude of a component.
    """
    if norm is not None:
        gradients = clip_by_norm(gradients, norm, _squared_norms(gradients, variables))
    if global_norm is not None:
        gradients = clip_by_global_norm(gradients, global_norm, _squared_norms(gradients, variables))
    if value is not None:
        gradients = clip_by_value(gradients, value)
    return gradients


def clip_by_value(gradients: Sequence[Tensor], limit: float) -> list[Tensor]:
    """Every component brought into [-limit, limit]."""
    return [ops.clip(gradient, -limit, limit) for gradient in gradients]


def clip_by_norm(
    gradients: Sequence[Tensor], limit: float, squared_norms: Sequence[Tensor] | None = None
) -> list[Tensor]:
    """Each gradient of an L2 norm above `limit` scaled down to this norm.

    Args:
        gradients: the gradients.
        limit: the highest norm.
        squared_norms: of the gradients, where these are parts of others. Defaults to None.
    """
    squares = [squared_norm(one) for one in gradients] if squared_norms is None else squared_norms
    return [_shortened(gradient, square, limit) for gradient, square in zip(gradients, squares, strict=True)]


def clip_by_global_norm(
    gradients: Sequence[Tensor], limit: float, squared_norms: Sequence[Tensor] | None = None
) -> list[Tensor]:
    """All gradients scaled by one factor, so that their joint L2 norm is at most `limit`.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.

    Args:
        gradients: the gradients.
        limit: the highest norm.
        squared_norms: of the gradients, where these are parts of others. Defaults to None.
    """
    if not gradients:
        return []
    squares = [squared_norm(one) for one in gradients] if squared_norms is None else squared_norms
    total = squares[0]
    for square in squares[1:]:
        total = ops.add(total, square)
    return [_shortened(gradient, total, limit) for gradient in gradients]


def squared_norm(gradient: Tensor) -> Tensor:
    """The sum of the squares of all elements.

    Args:
        gradient: a tensor of floats.
    """
    return ops.sum(ops.square(gradient))


def scaled(gradient: Tensor, scale: float) -> Tensor:
    """A gradient times a number.

    Args:
        gradient: a tensor, or a `RowGradient`.
        scale: the number.
    """
    if isinstance(gradient, RowGradient):
        return gradient.with_values(lambda values: ops.multiply(values, scale))
    return ops.multiply(gradient, scale)


def as_dtype(value: Tensor, dtype: str) -> Tensor:
    """`value` as a tensor of `dtype`; what has it already costs no op.

    Args:
        value: a tensor, or a `RowGradient`.
        dtype: the dtype.
    """
    if isinstance(value, RowGradient):
        return value.with_values(lambda values: as_dtype(values, dtype))
    return value if dtype_of(value) == dtype else ops.cast(value, dtype)


def _squared_norms(gradients: Sequence[Tensor], variables: Sequence[Variable]) -> list[Tensor]:
    """The squared norm of each gradient, also where this process has parts of some."""
    parts = [variable.part if computes_parts() else None for variable in variables]
    return summed_over_parts([squared_norm(one) for one in gradients], parts)


def _shortened(gradient: Tensor, squared_norm: Tensor, limit: float) -> Tensor:
    scale = ops.divide(limit, ops.maximum(ops.sqrt(squared_norm), limit))
    return ops.multiply(gradient, scale)
