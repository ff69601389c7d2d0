"""The base class of losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import dtypes, naming, ops, tree
from keras_core.argument_checks import CheckedArguments
from keras_core.layers.tracking import Tracked
from keras_core.losses.alignment import Targets, align, check_targets, columns
from keras_core.losses.reduction import reduce_losses, standardize_reduction
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.returned import something

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import DTypeLike, Shape, Tensor


class Loss(Tracked, CheckedArguments):
    """A number that training makes small.

    A subclass defines ``call(y_true, y_pred)``, which gives one value per sample, and `get_config` when it
    has arguments. Calling the loss weighs and reduces these values.

    Assigning an attribute after training has begun makes the next step compile anew, so that it counts.

    Args:
        name: shown in messages and logs.
        reduction: "sum_over_batch_size" (the mean), "sum", "mean", "mean_with_sample_weight" or "none".
        dtype: dtype to compute in, or a policy; floatx by default, float32 where that is narrower.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> class Cubic(losses.Loss):
        ...     def call(self, y_true, y_pred):
        ...         return ops.mean(ops.power(ops.abs(y_pred - y_true), 3), axis=-1)
        >>> float(Cubic()(np.zeros((2, 1)), np.full((2, 1), 2.0)))
        8.0
    """

    _set_by_init = "_dtype"
    # What targets `call` takes; None takes any, without a check.
    targets: Targets | None = None
    # Whether `call` gives the mean over the last axis of what it computes of each element by itself.
    elementwise = False

    @property
    def ignored_class(self) -> int | None:
        """The class index whose targets do not count, if any."""
        return None

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: DTypeLike = None
    ) -> None:
        self.name = name or naming.snake_case(type(self).__name__)
        self.reduction = standardize_reduction(self.name, reduction)
        self._dtype = dtype

    @property
    def dtype(self) -> str:
        """Name of the dtype that the loss is computed in."""
        return dtypes.accumulator(self._dtype)

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> Tensor:
        """The reduced loss.

        Args:
            y_true: targets: a tensor, or a nested structure for a `call` that takes one.
            y_pred: predictions. ``(n,)`` against ``(n, 1)`` is aligned.
            sample_weight: factor of each sample's value, shape (batch,) or that of the values.
            mask: true where a value counts; by default the mask that `y_pred` carries.

        Raises:
            ValueError: when targets, predictions or weights do not fit each other.
        """
        if mask is None:
            mask = getattr(y_pred, "_keras_mask", None)
        y_pred = _map_tensors(self._prediction, y_pred)
        y_true = _map_tensors(self._target, y_true)
        if not tree.is_nested(y_true) and not tree.is_nested(y_pred):
            self.check(shape_of(y_true), shape_of(y_pred))
            if self.targets is None:
                y_true, y_pred = align(y_true, y_pred)
            if self.elementwise and (sample_weight is not None or mask is not None):
                y_true, y_pred = columns(y_true, y_pred)
        values = self.call(y_true, y_pred)
        values = something(values, f"Loss {self.name!r}", "a tensor with a value for each sample")
        return self.reduce(values, sample_weight, mask)

    def reduce(self, values: Tensor, sample_weight: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """The values that `call` gave, weighted and reduced.

        Args:
            values: a value for each sample, shape (batch, ...).
            sample_weight: as in a call.
            mask: as in a call.
        """
        return reduce_losses(self.name, self._prediction(values), sample_weight, mask, self.reduction)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """One value a sample, shape (batch, ...)."""
        raise NotImplementedError(f"{type(self).__name__} must define call(y_true, y_pred).")

    def check(self, true: Shape, pred: Shape) -> None:
        """Raise ValueError when targets of shape `true` do not fit predictions of shape `pred`."""
        check_targets(self.name, self.targets, true, pred)

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal loss."""
        found: dict[str, Any] = {"name": self.name, "reduction": self.reduction}
        if self._dtype is not None:
            found["dtype"] = self.dtype
        return found

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A loss made from what `get_config` gave."""
        return cls(**config)

    def _prediction(self, x: Any) -> Tensor:
        x = ops.convert_to_tensor(x)
        return x if dtype_of(x) == self.dtype else ops.cast(x, self.dtype)

    def _target(self, x: Any) -> Tensor:
        """Class indices keep their dtype, since a narrow float does not hold them all."""
        x = ops.convert_to_tensor(x)
        return x if self.targets in ("indices", "labels") else self._prediction(x)


def _map_tensors(fn: Callable[[Any], Tensor], value: Any) -> Any:
    """`fn` of a tensor, an array or a list of numbers; of every such leaf of other structures."""
    first = value
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    return fn(value) if isinstance(first, (bool, int, float)) else tree.map_structure(fn, value)
