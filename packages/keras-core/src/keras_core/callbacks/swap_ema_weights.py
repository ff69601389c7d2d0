"""The moving averages of the weights in place of the weights, where a model is used."""

from __future__ import annotations

from typing import Any

from keras_core.callbacks.callback import Callback, LogsLike


class SwapEMAWeights(Callback):
    """Lets the model be evaluated and predict with the moving averages of its weights, and train on with the weights.

    The averages are the optimizer's: compile with one that was made with ``use_ema=True``.

    Args:
        swap_on_epoch: whether the model has the averages already when callbacks are told of an epoch's end, so that a
            `ModelCheckpoint` after this one saves them. Defaults to False.

    Attributes:
        weights: the weights, while the model has the averages; else None.

    Raises:
        ValueError: when training, evaluation or prediction begins with an optimizer that keeps no averages.

    Example:
        >>> from keras_core.callbacks import SwapEMAWeights
        >>> SwapEMAWeights(swap_on_epoch=True).swap_on_epoch
        True
    """

    state_attributes = ("weights",)

    def __init__(self, swap_on_epoch: bool = False) -> None:
        self.swap_on_epoch = swap_on_epoch
        self.weights: list[Any] | None = None

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Refuse an optimizer without averages before time is spent on training."""
        self._optimizer()

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Give the model its weights."""
        self._show(False)

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Give the model the averages, with `swap_on_epoch`."""
        self._show(self.swap_on_epoch)

    def on_test_begin(self, logs: LogsLike = None) -> None:
        """Give the model the averages."""
        self._show(True)

    def on_test_end(self, logs: LogsLike = None) -> None:
        """Give the model its weights."""
        self._show(False)

    def on_predict_begin(self, logs: LogsLike = None) -> None:
        """Give the model the averages."""
        self._show(True)

    def on_predict_end(self, logs: LogsLike = None) -> None:
        """Give the model its weights."""
        self._show(False)

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Leave the averages in the model: training ends with them in any case."""
        self.weights = None

    def close(self) -> None:
        """Give the model its weights, where an exception came in between."""
        if self.weights is not None:
            self._show(False)

    def _show(self, averages: bool) -> None:
        if averages and self.weights is None:
            optimizer, variables = self._optimizer(), self.model.trainable_variables
            self.weights = [variable.numpy() for variable in variables]
            optimizer.finalize_variable_values(variables)
        elif not averages and self.weights is not None:
            for variable, value in zip(self.model.trainable_variables, self.weights, strict=True):
                variable.assign(value)
            self.weights = None

    def _optimizer(self) -> Any:
        optimizer = getattr(self.model, "optimizer", None)
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                "SwapEMAWeights needs an optimizer that keeps moving averages: compile the model with one that is "
                "made with use_ema=True."
            )
        return optimizer
