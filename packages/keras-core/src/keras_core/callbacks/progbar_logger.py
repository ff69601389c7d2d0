"""Progress of `fit`, `evaluate` and `predict` on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.progress_bar import Progbar
from keras_core.callbacks.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterable


class ProgbarLogger(Callback):
    """Shows epochs, steps, time and metrics, as `verbose` says: 0 nothing, 1 a bar, 2 a line per epoch.

    It looks at the metrics when it draws, at most ten times a second, and so costs training little.

    Args:
        count_mode: accepted for Keras 2; steps are counted. Defaults to "steps".
        stateful_metrics: accepted for Keras 2; all metrics are shown as they come. Defaults to None.
    """

    only_writes = True

    def __init__(self, count_mode: str = "steps", stateful_metrics: Iterable[str] | None = None) -> None:
        self.count_mode = count_mode
        self.stateful_metrics = stateful_metrics
        self.verbose = 1
        self.epochs: int | None = None
        self._steps: int | None = None
        self._bar: Progbar | None = None
        self._done = 0
        self._in_fit = False
        self._validating = False
        self._predicting = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Take verbosity and the numbers of epochs and steps."""
        super().set_params(params)
        verbose = params.get("verbose", 1)
        self.verbose = 1 if verbose == "auto" else int(verbose)
        self.epochs = params.get("epochs")
        self._steps = params.get("steps")

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Note that tests are validation now."""
        self._in_fit = True

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Note that `fit` is over."""
        self.close()

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Print the headline and begin a bar."""
        self._begin()
        if self.verbose and (self.epochs or 1) > 0:
            tell(f"Epoch {epoch + 1}/{self.epochs or '?'}")

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Finish the bar."""
        self._finish(logs)

    def on_test_begin(self, logs: LogsLike = None) -> None:
        """Begin a bar, unless this is validation."""
        self._validating = self._in_fit
        if not self._in_fit:
            self._begin()

    def on_test_end(self, logs: LogsLike = None) -> None:
        """Finish the bar, unless this was validation."""
        self._validating = False
        if not self._in_fit:
            self._finish(logs)

    def on_predict_begin(self, logs: LogsLike = None) -> None:
        """Begin a bar; what comes with the steps are outputs, and is not looked at."""
        self._begin()
        self._predicting = True

    def on_predict_end(self, logs: LogsLike = None) -> None:
        """Finish the bar; there are no metrics."""
        self._finish(None)
        self._predicting = False

    def on_steps_end(self, steps: int, logs: LogsLike = None) -> None:
        """Draw, if it is time."""
        if self._bar is None or self._validating:
            return
        self._done = steps
        if self._bar.tick(steps):
            self._show(None if self._predicting else logs, finalize=False)

    def close(self) -> None:
        """Give the terminal back."""
        self._close_bar()
        self._in_fit = self._validating = self._predicting = False

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _begin(self) -> None:
        self._close_bar()
        self._done = 0
        self._bar = Progbar(self._steps, verbose=self.verbose, interval=0.1) if self.verbose else None

    def _finish(self, logs: LogsLike) -> None:
        if self._bar is not None:
            if self._bar.target is None:  # a later epoch is likely to be as long
                self._steps = self._bar.target = self._done or None
            self._show(logs, finalize=True)
            self._bar = None

    def _show(self, logs: LogsLike, finalize: bool) -> None:
        assert self._bar is not None
        values = list((logs or {}).items())
        self._bar.stateful_metrics.update(name for name, _ in values)
        self._bar.update(self._done, values, finalize=finalize)
