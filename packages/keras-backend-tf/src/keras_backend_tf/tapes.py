"""What a GradientTape opened inside a staged function finds out about variables."""

from __future__ import annotations

from keras_core import Variable
from keras_core.typing import Tensor

from keras_backend_tf.framework import raw, record, variable_accessed


def as_read(variable: Variable, value: Tensor) -> Tensor:
    """The value that a program has for a variable, which open tapes take for a read of it.

    A program carries the values of its variables as plain tensors, which a tape would know nothing of.
    """
    if not variable.trainable or not record.could_possibly_record():
        return value
    storage = variable.storage
    with record.stop_recording():
        seen = raw.Identity(input=value)
    variable_accessed(storage)
    record.record_operation("ReadVariableOp", [seen], [storage.handle], lambda gradient: [gradient])
    return seen
