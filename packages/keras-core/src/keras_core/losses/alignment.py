"""How targets, predictions and weights are brought to one shape, and what is refused."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from keras_core import config, dtypes, ops
from keras_core.ops.properties import dtype_of, shape_of

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Shape, Tensor

F = TypeVar("F", bound=Callable[..., Any])
# "same": targets shaped like predictions; "indices": class indices, without the axis of classes; "labels": a sequence
# of class indices, which is not aligned with the steps of the predictions.
Targets = Literal["same", "indices", "labels"]


def targets(kind: Targets) -> Callable[[F], F]:
    """Mark a function of (y_true, y_pred, ...) with what targets it takes, and prepare them for it.

    The function then gets tensors: predictions of a float dtype and, where the kind is "same",
    targets of that dtype and of the same rank.
    """

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def prepared(y_true: Tensor, y_pred: Tensor, *args: Any, **kwargs: Any) -> Tensor:
            y_pred = as_float(y_pred)
            y_true = ops.convert_to_tensor(y_true)
            if kind == "same":
                y_true, y_pred = align(ops.cast(y_true, dtype_of(y_pred)), y_pred)
            return function(y_true, y_pred, *args, **kwargs)

        prepared.targets = kind  # type: ignore[attr-defined]
        return prepared  # type: ignore[return-value]

    return decorate


def elementwise(function: F) -> F:
    """Mark a function of (y_true, y_pred, ...) that gives the mean of what it computes of each element by itself."""
    function.elementwise = True  # type: ignore[attr-defined]
    return function


def columns(y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor]:
    """One number a sample as a column, of which an elementwise function gives a value for each sample.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> from keras_core.losses.alignment import columns
        >>> [ops.shape(x) for x in columns(np.zeros(5), np.zeros(5))]
        [(5, 1), (5, 1)]
    """
    if len(shape_of(y_true)) == len(shape_of(y_pred)) == 1:
        return ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1)
    return y_true, y_pred


def as_float(x: ArrayLike) -> Tensor:
    """`x` as a tensor; integers and booleans become floatx."""
    x = ops.convert_to_tensor(x)
    return x if dtypes.is_float(dtype_of(x)) else ops.cast(x, config.floatx())


def align(y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor]:
    """Both with the same rank where only a last axis of size 1 is missing in one of them.

    Example:
        >>> import numpy as np
        >>> from keras_core.losses.alignment import align
        >>> y_true, y_pred = align(np.zeros(5), np.zeros((5, 1)))
        >>> y_true.shape == y_pred.shape
        True
    """
    true, pred = shape_of(y_true), shape_of(y_pred)
    if len(pred) == len(true) + 1 and pred[-1] == 1:
        y_true = ops.expand_dims(y_true, -1)
    elif len(true) == len(pred) + 1 and true[-1] == 1:
        if len(pred) == 1:
            y_pred = ops.expand_dims(y_pred, -1)
        else:
            y_true = ops.squeeze(y_true, -1)
    return y_true, y_pred


def check_targets(name: str, kind: Targets | None, true: Shape, pred: Shape, axis: int = -1) -> None:
    """Refuse targets that would only fit the predictions by broadcasting.

    Args:
        name: of the loss or metric, for the message.
        kind: what targets it takes; None (a function of the user) takes all.
        true: shape of the targets, None where unknown.
        pred: shape of the predictions.
        axis: axis of the classes, for "indices".

    Raises:
        ValueError: when the shapes do not fit.
    """
    if kind == "same" and not any(_equal(t, p) for t, p in _aligned_shapes(true, pred)):
        raise ValueError(
            f"'{name}' got targets of shape {true} and predictions of shape {pred}; it expects equal shapes. "
            + _remedy(true, pred)
        )
    if kind == "indices":
        wanted = pred[:axis] + pred[axis:][1:] if axis < 0 else pred[:axis] + pred[axis + 1 :]
        if not (_equal(true, wanted) or _equal(true, (*wanted, 1))):
            hint = (
                "These targets look one-hot: use 'categorical_crossentropy' with them, or give class indices."
                if _equal(true, pred)
                else "Give one class index for each prediction."
            )
            raise ValueError(
                f"'{name}' got targets of shape {true} and predictions of shape {pred}; it expects class "
                f"indices of shape {wanted}. {hint}"
            )
    if kind == "labels" and not (len(true) == 2 and len(pred) == 3 and _equal(true[:1], pred[:1])):
        raise ValueError(
            f"'{name}' got targets of shape {true} and predictions of shape {pred}; it expects class indices of shape "
            "(batch, labels) and scores of shape (batch, steps, classes). Pad shorter targets with the class that "
            "stands for no label."
        )


def _aligned_shapes(true: Shape, pred: Shape) -> list[tuple[Shape, Shape]]:
    pairs = [(true, pred)]
    if len(true) + 1 == len(pred) and pred[-1] in (1, None):
        pairs.append(((*true, 1), pred))
    if len(pred) + 1 == len(true) and true[-1] in (1, None):
        pairs.append((true, (*pred, 1)))
    return pairs


def _equal(a: Shape, b: Shape) -> bool:
    return len(a) == len(b) and all(x is None or y is None or x == y for x, y in zip(a, b))


def _remedy(true: Shape, pred: Shape) -> str:
    classes = pred[-1] if pred else None
    if classes is not None and classes > 1 and (_equal(true, pred[:-1]) or _equal(true, (*pred[:-1], 1))):
        return (
            f"If the targets are class indices from 0 to {classes - 1}, use "
            "'sparse_categorical_crossentropy', or keras.utils.to_categorical on the targets."
        )
    if len(true) == len(pred) and true and true[-1] is not None:
        return f"Give the last layer {true[-1]} units, or change the targets."
    return "Reshape the targets, or change the last layer."


def align_weights(name: str, weights: Tensor, values: Tensor) -> Tensor:
    """Weights with the rank of `values`, so that they broadcast from the left: (n,) against (n, t).

    A function that gives one number for the whole batch leaves the weights as they are.

    Raises:
        ValueError: when they do not fit.
    """
    given, wanted = shape_of(weights), shape_of(values)
    if not wanted:
        return weights
    shape = given
    while len(shape) > len(wanted) and shape[-1] == 1:
        shape = shape[:-1]
        weights = ops.squeeze(weights, -1)
    if shape:
        for _ in range(len(wanted) - len(shape)):
            shape = (*shape, 1)
            weights = ops.expand_dims(weights, -1)
    fits = len(shape) <= len(wanted) and all(s in (None, 1) or w is None or s == w for s, w in zip(shape, wanted))
    if not fits:
        raise ValueError(
            f"'{name}' got sample weights of shape {given} for values of shape {wanted}. "
            "Give one weight a sample, or weights of the shape of the values."
        )
    return weights
