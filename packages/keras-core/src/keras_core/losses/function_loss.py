"""A loss made of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeAlias

from keras_core import identifiers
from keras_core.losses.alignment import check_targets
from keras_core.losses.loss import Loss
from keras_core.typing import DTypeLike, Shape, Tensor


class LossFunctionWrapper(Loss):
    """A loss whose values come from a function ``(y_true, y_pred, **kwargs) -> values``.

    Args:
        fn: the function.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss; None is the function's. Defaults to None.
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.
        **kwargs: further arguments of the function.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> loss = losses.LossFunctionWrapper(lambda y_true, y_pred: abs(y_true - y_pred))
        >>> float(loss(np.array([1.0]), np.array([3.0])))
        2.0
    """

    def __init__(
        self,
        fn: Callable[..., Tensor],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: DTypeLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or getattr(fn, "__name__", None), reduction, dtype)
        self.fn = fn
        self._arguments = kwargs
        self.targets = getattr(fn, "targets", None)
        self.elementwise = getattr(fn, "elementwise", False)

    def __getattr__(self, name: str) -> Any:
        """An argument of the function."""
        arguments = self.__dict__.get("_arguments", {})
        if name in arguments:
            return arguments[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_arguments", ()):
            self._arguments[name] = value
            self.note_change()
        else:
            super().__setattr__(name, value)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """What the function gives."""
        return self.fn(y_true, y_pred, **self._arguments)

    def check(self, true: Shape, pred: Shape) -> None:
        """Raise ValueError when targets of shape `true` do not fit predictions of shape `pred`."""
        axis = self._arguments.get("axis", -1)
        check_targets(self.name, self.targets, true, pred, axis if isinstance(axis, int) else -1)

    @property
    def ignored_class(self) -> int | None:
        """The function's argument `ignore_class`."""
        found: int | None = self._arguments.get("ignore_class")
        return found

    def get_config(self) -> dict[str, Any]:
        """The function and all arguments."""
        return {**super().get_config(), **self._arguments, "fn": identifiers.serialize(self.fn)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A loss made from what `get_config` gave."""
        fn = config.get("fn")
        if isinstance(fn, (str, dict)):
            config = {**config, "fn": identifiers.deserialize("loss", fn)}
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


class NamedLoss(LossFunctionWrapper):
    """A built-in loss, which knows its function itself."""

    def get_config(self) -> dict[str, Any]:
        """All arguments but the function."""
        return {key: value for key, value in super().get_config().items() if key != "fn"}


LossIdentifier: TypeAlias = Loss | Callable[..., Tensor] | str | Mapping[str, Any] | None
"""What may stand for a loss: a loss, a function of targets and predictions, a name or a config."""


def as_loss(identifier: LossIdentifier) -> Loss | None:
    """What may stand for a loss in `compile`, as a `Loss`; None stays None."""
    found = identifiers.get("loss", identifier)
    return found if found is None or isinstance(found, Loss) else LossFunctionWrapper(found)
