"""TensorFlow, imported once and without its start-up messages, and all that is used of it beyond its public API.

Each function that uses a private API does without it where a version of TensorFlow does not have it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import optional_attribute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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

    tf.config.list_physical_devices()  # what it says about missing drivers is said here, not at the first op

_record = optional_attribute("tensorflow.python.eager", "record")
_variable_accessed = optional_attribute("tensorflow.python.eager.tape", "variable_accessed")
_context = optional_attribute("tensorflow.python.eager.context", "context")
_autograph = optional_attribute("tensorflow.python.autograph.core", "config")
_is_onednn_enabled = optional_attribute("tensorflow.python.util._pywrap_util_port", "IsMklEnabled")
_FuncGraph = getattr(getattr(tf, "__internal__", None), "FuncGraph", None)

raw = tf.raw_ops
"""Kernels called directly: a public function of TensorFlow costs two to five times as much when eager."""


def uses_onednn() -> bool:
    """Whether oneDNN's kernels run on the CPU; TensorFlow chooses them for some kinds of processors only."""
    if _is_onednn_enabled is None:
        return os.environ.get("TF_ENABLE_ONEDNN_OPTS") == "1"
    return bool(_is_onednn_enabled())


def run_as_written(packages: Sequence[str]) -> bool:
    """Keep AutoGraph from translating the ``if`` statements of these packages inside a user's `tf.function`.

    Args:
        packages: import names.

    Returns:
        Whether TensorFlow takes the rule. Otherwise AutoGraph translates them as it does the user's code, which makes
        tracing slower and changes no result.
    """
    if _autograph is None or not hasattr(_autograph, "CONVERSION_RULES"):
        return False
    rules = tuple(_autograph.DoNotConvert(name) for name in packages)
    _autograph.CONVERSION_RULES = (*rules, *_autograph.CONVERSION_RULES)
    return True


def is_recording() -> bool:
    """Whether a GradientTape may be open; True also where TensorFlow does not say."""
    return _record is None or _record.could_possibly_record()


def recorded_read(variable: Any, value: Any, own: Callable[[Any], Any] = lambda gradient: gradient) -> Any:
    """`value`, which open tapes take for a read of a tf.Variable.

    Without the private API the variable is read once more, and the gradient of `value` is passed on to that read.

    Args:
        variable: a trainable tf.Variable.
        value: a tensor of its dtype.
        own: gives the gradient by the variable for one by `value`, where they differ in shape.
    """
    if _record is None or _variable_accessed is None:
        return _passes_gradient_to(own, variable.value(), tf.stop_gradient(value))
    with _record.stop_recording():
        seen = raw.Identity(input=value)
    _variable_accessed(variable)
    _record.record_operation("ReadVariableOp", [seen], [variable.handle], lambda gradient: [own(gradient)])
    return seen


def _passes_gradient_to(own: Callable[[Any], Any], read: Any, value: Any) -> Any:
    @tf.custom_gradient
    def passed(read: Any, value: Any) -> Any:
        return tf.identity(value), lambda gradient: (own(gradient), None)

    return passed(read, value)


def rate_attribute(optimizer: Any) -> str | None:
    """Where an optimizer of `tf.compat.v1.train` has its learning rate; None where that is no number or not known."""
    for name in ("_lr", "_learning_rate"):
        if isinstance(getattr(optimizer, name, None), (int, float)):
            return name
    return None


def create_slots(optimizer: Any, variables: Sequence[Any]) -> None:
    """Let an optimizer of `tf.compat.v1.train` make what it keeps.

    Without the private API a step with gradients of zero makes that, which changes the values of some.
    """
    if hasattr(optimizer, "_create_slots"):
        optimizer._create_slots(variables)
    else:
        optimizer.apply_gradients([(tf.zeros_like(variable), variable) for variable in variables])


def clear_kernel_cache() -> None:
    """Free the kernels of dropped programs that were called as ops; without the private API they are kept."""
    if _context is not None and hasattr(_context(), "clear_kernel_cache"):
        _context().clear_kernel_cache()


def result_specs(fn: Callable[..., Sequence[Any]], specs: Sequence[Any]) -> list[Any]:
    """Specs of what `fn` returns, found in a scratch graph.

    Args:
        fn: a flat function of tensors.
        specs: a `tf.TensorSpec` for each argument.

    Returns:
        A `tf.TensorSpec` for each result.
    """
    return traced_specs(fn, specs)[0]


def traced_specs(fn: Callable[..., Sequence[Any]], specs: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """As `result_specs`, and the names of the kernels in the graph.

    Args:
        fn: a flat function of tensors.
        specs: a `tf.TensorSpec` for each argument.
    """
    if _FuncGraph is None:
        program = tf.function(lambda *given: list(fn(*given)), autograph=False).get_concrete_function(*specs)
        graph, found = program.graph, program.outputs
    else:
        graph = _FuncGraph("specs")
        with graph.as_default():
            found = list(fn(*(tf.compat.v1.placeholder(spec.dtype, spec.shape) for spec in specs)))
    kernels = [operation.type for operation in graph.get_operations()]
    return [tf.TensorSpec(one.shape, one.dtype) for one in found], kernels


def as_resource_variable(variable: Any) -> Any:
    """The tf.Variable itself, marked so that a `keras_core.Variable` which holds it is a source of a GradientTape.

    TensorFlow looks for this attribute on what it is given, and a Keras variable passes it on. Without it, a tape takes
    ``variable.storage``.
    """
    variable._should_act_as_resource_variable = True
    return variable


run_as_written(("keras_core", "keras_layers", "keras_optimizers", "keras_backend_tf"))

__all__ = [
    "as_resource_variable",
    "clear_kernel_cache",
    "create_slots",
    "is_recording",
    "rate_attribute",
    "raw",
    "recorded_read",
    "result_specs",
    "run_as_written",
    "tf",
    "traced_specs",
]
