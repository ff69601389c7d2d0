"""What a GradientTape opened inside a staged function finds out about variables."""

from __future__ import annotations

from keras_core import Trace, Variable
from keras_core.typing import Tensor

from keras_backend_tf.framework import raw, record, variable_accessed


class TapedTrace(Trace):
    """A Trace whose values open tapes take for reads of the variables, so that these are sources of gradients.

    A program carries the values of its variables as plain tensors, which a tape would know nothing of.
    """

    def read(self, variable: Variable) -> Tensor:
        """The variable's value at this point of the trace."""
        value = super().read(variable)
        return _as_read(variable.storage, value) if variable.trainable and record.could_possibly_record() else value


def _as_read(storage: object, value: Tensor) -> Tensor:
    with record.stop_recording():
        seen = raw.Identity(input=value)
    variable_accessed(storage)
    record.record_operation("ReadVariableOp", [seen], [storage.handle], lambda gradient: [gradient])  # type: ignore[attr-defined]
    return seen
