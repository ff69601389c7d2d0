"""Stopping when the loss is no number any more."""

from __future__ import annotations

import math

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.telling import tell


class TerminateOnNaN(Callback):
    """Ends training soon after the loss has become NaN or infinite.

    Args:
        raise_error: whether to raise instead of only stopping.

    Raises:
        RuntimeError: when it stops and `raise_error` is set.
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error

    def on_steps_end(self, steps: int, logs: LogsLike = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        message = f"Step {steps}: the loss is {float(loss)}, training ends."
        if self.raise_error:
            raise RuntimeError(message)
        tell(message)
        self.model.stop_training = True
