"""What to do about numbers that are not finite: stop where the loss is NaN, or watch every step for the first one."""

from __future__ import annotations

import math
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, ops, tree
from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.terminate_on_nan import TerminateOnNaN
from keras_core.ops.properties import dtype_of
from keras_core.optimizers.loss_scale_optimizer import LossScaleOptimizer
from keras_core.staging.trace import active_trace
from keras_core.staging.watch import Watch
from keras_core.training.array_data import ArrayData

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keras_core.callbacks.callback_list import CallbackList
    from keras_core.staging.variable import Variable
    from keras_core.training.data import Batch
    from keras_core.training.plan import Source
    from keras_core.training.state import TrainingState
    from keras_core.typing import Tensor


FIRST = "first value that is not finite"
"""The name in the logs of a watched step; not seen by callbacks."""

_SECONDS = 0.2
"""The least time between two looks at the loss, each of which waits for the device."""


def watched(
    run: Callable[[], dict[str, Tensor]], batch: Batch, state: TrainingState, variables: Sequence[Variable]
) -> tuple[dict[str, Tensor], list[str]]:
    """Run a step, and take back what it assigned where something in it is not finite.

    Args:
        run: runs the step and gives its logs.
        batch: the data of the step.
        state: the state of the model's training.
        variables: what the step may assign.

    Returns:
        The logs, with the number of the first value that is not finite, or -1; and the names of the values.
    """
    before = [variable.value if active_trace() is not None else variable.numpy() for variable in variables]
    with Watch(_finite, gradients=not isinstance(state.optimizer, LossScaleOptimizer)) as watch:
        for name, part in zip(("x", "y", "sample_weight"), batch, strict=False):
            watch.record(f"{name} of the batch", tree.flatten(part))
        logs = run()
        for variable in state.trained_variables():
            watch.record(f"the value that the optimizer gave variable {variable.path!r}", [variable.value])
    if not watch.flags:
        return logs, []
    flags = ops.stack(watch.flags)
    fine = ops.greater(ops.min(flags), 0.5)
    for variable, value in zip(variables, before, strict=True):
        variable.assign(ops.where(fine, variable.value, value))
    return {**logs, FIRST: ops.where(fine, -1.0, ops.cast(ops.argmin(flags), "float32"))}, watch.names


def _finite(tensors: Sequence[Any]) -> Tensor | None:
    floats = [one for one in tensors if one is not None and dtypes.is_float(dtype_of(one))]
    if not floats:
        return None
    fine = [ops.all(ops.isfinite(ops.stop_gradient(one))) for one in floats]
    return ops.cast(fine[0] if len(fine) == 1 else ops.all(ops.stack(fine)), "float32")


def raise_if_not_finite(logs: dict[str, Any], names: Sequence[str], epoch: int, step: int) -> None:
    """Take the number of the first value that is not finite out of a watched step's logs, and raise if there is one.

    Args:
        logs: the logs.
        names: the names of the values.
        epoch: number of the epoch, from 0.
        step: number of the step in its epoch, from 0.

    Raises:
        FloatingPointError: that names the value.
    """
    index = int(logs.pop(FIRST, -1))
    if index >= 0:
        raise FloatingPointError(
            f"fit(): in step {step + 1} of epoch {epoch + 1}, {names[index]} holds NaN or infinite numbers; what was "
            "computed before it is finite. The weights are as they were before the step."
        )


class StopAtNaN(Callback):
    """Ends training soon after the loss has become NaN, and says where that was.

    Args:
        state: the state of the model's training.
        source: the data.
    """

    def __init__(self, state: TrainingState, source: Source) -> None:
        self._state = state
        self._source = source
        self._epoch = 0
        self._steps = self._fine = 0
        self._next = 0.0

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Note the epoch."""
        self._epoch = epoch
        self._steps = self._fine = 0

    def on_steps_end(self, steps: int, logs: LogsLike = None) -> None:
        """Look at the loss from time to time."""
        self._steps = steps
        now = time.monotonic()
        if now >= self._next:
            self._look(logs)
            self._next = time.monotonic() + _SECONDS

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Look at the loss."""
        if not self.model.stop_training:
            self._look(logs)

    def _look(self, logs: LogsLike) -> None:
        loss = (logs or {}).get("loss")
        if not isinstance(loss, float) or not math.isnan(loss):
            self._fine = self._steps
            return
        broken = [v.path for v in self._state.trained_variables() if not np.isfinite(_numbers(v)).all()]
        if not broken and isinstance(self._state.optimizer, LossScaleOptimizer):
            return  # it left the step out
        self.model.stop_training = True
        first, last = self._fine + 1, self._steps
        where = f"step {last}" if first >= last else f"one of the steps {first} to {last}"
        said = [f"fit(): the loss became NaN in epoch {self._epoch + 1}, in {where}; training stops."]
        said += _of_data(self._source)
        if broken:
            more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
            said.append(f"Weights that are not finite by now: {', '.join(broken[:3])}{more}.")
        said.append(
            "To learn which layer or gradient is the first, train from weights of before with fit(anomaly='raise'); "
            "anomaly='ignore' goes on."
        )
        warnings.warn(" ".join(said), RuntimeWarning, stacklevel=2)


def stop_at_nan(state: TrainingState, source: Source, given: CallbackList) -> None:
    """Let training end where the loss is NaN, unless a callback does."""
    if not any(isinstance(one, TerminateOnNaN) for one in given):
        callback = StopAtNaN(state, source)
        callback.set_model(state.model)
        given.append(callback)


def _numbers(variable: Variable) -> np.ndarray:
    return np.asarray(variable.numpy(), "float64")


def _of_data(source: Source) -> Iterator[str]:
    """Where the data hold numbers that are not finite."""
    if not isinstance(source, ArrayData) or not source.in_memory:
        return
    for name, part in zip(("x", "y", "sample_weight"), source.batch, strict=True):
        for leaf in tree.flatten(part):
            if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
                rows = np.flatnonzero(~np.isfinite(leaf).reshape(len(leaf), -1).all(-1))
                if len(rows):
                    yield f"{name} is not finite in {len(rows)} of {len(leaf)} rows, the first is row {rows[0]}."
