"""Optimizers of ``tf.compat.v1.train``: a step on variables of their own, whose values are brought and taken away."""

from __future__ import annotations

import contextlib
import copy
from typing import TYPE_CHECKING, Any

from keras_backend_tf.framework import create_slots, rate_attribute, tf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor


class TensorFlowOptimizer:
    """An optimizer of TensorFlow as `keras_core.backend.NativeMethod`.

    Args:
        optimizer: the optimizer, which itself stays as it is.
    """

    def __init__(self, optimizer: Any) -> None:
        self._optimizer = optimizer
        attribute = rate_attribute(optimizer)
        self.learning_rate = None if attribute is None else float(getattr(optimizer, attribute))

    def steps_for(self, variables: Sequence[VariableLike]) -> TensorFlowSteps:
        """The optimizer for certain variables."""
        return TensorFlowSteps(copy.deepcopy(self._optimizer), variables)


class TensorFlowSteps:
    """An optimizer of TensorFlow for certain variables; see `keras_core.backend.NativeSteps`.

    Args:
        optimizer: the optimizer, for these alone.
        variables: the variables.
    """

    def __init__(self, optimizer: Any, variables: Sequence[VariableLike]) -> None:
        self._optimizer = optimizer
        self._rate = rate_attribute(optimizer)
        with tf.init_scope():
            self._trained = [tf.Variable(variable.value, name=variable.name) for variable in variables]
            create_slots(optimizer, self._trained)
            self._kept = list(optimizer.variables())
            self.state = [(kept.name.partition(":")[0].replace("/", "_"), kept.numpy()) for kept in self._kept]

    def update(
        self,
        gradients: Sequence[Tensor],
        values: Sequence[Tensor],
        state: Sequence[Tensor],
        learning_rate: Tensor,
        steps: Tensor,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """New values, and those of the optimizer's variables."""
        own = [*self._trained, *self._kept]
        for variable, value in zip(own, [*values, *state], strict=True):
            variable.assign(value)
        pairs = list(zip(gradients, self._trained, strict=True))
        with self._with_rate(learning_rate):
            self._optimizer.apply_gradients(pairs)
        found = [tf.identity(variable) for variable in own]
        return found[: len(self._trained)], found[len(self._trained) :]

    @contextlib.contextmanager
    def _with_rate(self, rate: Tensor) -> Iterator[None]:
        """Let the optimizer have a learning rate for one step, and no tensor of a graph afterwards."""
        if self._rate is None:
            yield
            return
        before = getattr(self._optimizer, self._rate)
        setattr(self._optimizer, self._rate, lambda: rate)
        try:
            yield
        finally:
            setattr(self._optimizer, self._rate, before)


def wrap_optimizer(optimizer: object) -> TensorFlowOptimizer | None:
    """How to run an optimizer of TensorFlow; None for what is none."""
    return TensorFlowOptimizer(optimizer) if isinstance(optimizer, tf.compat.v1.train.Optimizer) else None


__all__ = ["TensorFlowOptimizer", "TensorFlowSteps", "wrap_optimizer"]
