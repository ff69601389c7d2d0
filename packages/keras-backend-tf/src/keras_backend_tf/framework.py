"""TensorFlow, imported once and without its start-up messages."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator

_NOISE = (
    b"All log messages before absl::InitializeLog",
    b"oneDNN custom operations are on",
    b"Could not find cuda drivers",
    b"failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)",  # no driver library
)


@contextlib.contextmanager
def _without_noise() -> Iterator[None]:
    """Hold back what the C++ side prints, then print what is not known to be noise.

    Some messages come before TensorFlow reads its log level. A user who sets the level sees them all.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        yield
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    try:
        stderr = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            held.seek(0)
            for line in held:
                if not any(noise in line for noise in _NOISE):
                    os.write(stderr, line)
            os.close(stderr)


with _without_noise():
    import tensorflow as tf
    from tensorflow.python.autograph.core import config as autograph
    from tensorflow.python.eager import context, record
    from tensorflow.python.eager.tape import variable_accessed

    tf.config.list_physical_devices()  # what it says about missing drivers is said here, not at the first op

# Inside a tf.function of the user's, the code of Keras is run as it is: it needs no translation of Python's ifs.
autograph.CONVERSION_RULES = (
    *(autograph.DoNotConvert(name) for name in ("keras_core", "keras_layers", "keras_optimizers", "keras_backend_tf")),
    *autograph.CONVERSION_RULES,
)

raw = tf.raw_ops
"""Kernels called directly: a public function of TensorFlow costs two to five times as much when eager."""

__all__ = ["context", "raw", "record", "tf", "variable_accessed"]
