"""Cross-entropies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config
from keras_core.ops.elementwise import (
    abs as absolute,
)
from keras_core.ops.elementwise import (
    add,
    cast,
    clip,
    divide,
    log,
    maximum,
    multiply,
    negative,
    subtract,
)
from keras_core.ops.indexing import take_along_axis
from keras_core.ops.logits import logits_of
from keras_core.ops.nn.activation import log_softmax, softplus
from keras_core.ops.op import derived
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.rules.values import classes_in_range
from keras_core.ops.shaping import expand_dims, ndim, squeeze

if TYPE_CHECKING:
    from keras_core.typing import Tensor


@derived(tensors=("target", "output"), cast="float")
def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False) -> Tensor:
    """`-target * log(output) - (1 - target) * log(1 - output)`, element by element.

    Args:
        target: tensor of the shape of `output`.
        output: probabilities, kept away from 0 and 1 by the configured epsilon; or logits.
        from_logits: whether `output` holds logits instead of probabilities. Defaults to False.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.binary_crossentropy([1.0], [0.5])).tolist()
        [0.6931471824645996]
    """
    logits = output if from_logits else logits_of(output, "sigmoid")
    if logits is not None:
        return add(subtract(maximum(logits, 0), multiply(logits, target)), softplus(negative(absolute(logits))))
    epsilon = config.epsilon()
    output = clip(output, epsilon, 1 - epsilon)
    right = multiply(target, log(output))
    wrong = multiply(subtract(1, target), log(subtract(1, output)))
    return negative(add(right, wrong))


@derived(tensors=("target", "output"), cast="float")
def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1) -> Tensor:
    """`-sum(target * log(output))` along the class axis.

    Args:
        target: tensor of the shape of `output`.
        output: probabilities, first divided by their sum and kept away from 0 and 1; or logits.
        from_logits: whether `output` holds logits instead of probabilities. Defaults to False.
        axis: axis of the classes. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])).tolist()
        [0.6931]
    """
    return negative(total(multiply(target, _log_probabilities(output, from_logits, axis)), axis))


@derived(tensors=("target", "output"), cast={"float": ("output",)}, values=classes_in_range)
def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """`-log(output)` at the target class.

    Args:
        target: int tensor of the shape of `output` without the class axis (which may be there with length 1).
        output: probabilities or logits.
        from_logits: whether `output` holds logits instead of probabilities. Defaults to False.
        axis: axis of the classes. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sparse_categorical_crossentropy([1], [[0.5, 0.5]])).tolist()
        [0.6931471824645996]
    """
    position = rules.axis_of(axis, ndim(output))
    logs = _log_probabilities(output, from_logits, axis)
    picks = cast(target, "int32")
    if ndim(target) < ndim(output):
        picks = expand_dims(picks, position)
    return negative(squeeze(take_along_axis(logs, picks, position), position))


def _log_probabilities(output: Tensor, from_logits: bool, axis: int) -> Tensor:
    logits = output if from_logits else logits_of(output, "softmax", axis)
    if logits is not None:
        return log_softmax(logits, axis)
    epsilon = config.epsilon()
    return log(clip(divide(output, total(output, axis, True)), epsilon, 1 - epsilon))
