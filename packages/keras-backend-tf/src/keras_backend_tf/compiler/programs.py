"""Graphs as programs: traced once, called as one op."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from keras_backend_tf.framework import clear_kernel_cache, raw, tf

if TYPE_CHECKING:
    from keras_core.typing import Tensor

Program = Callable[..., "list[Tensor]"]


def concrete(body: Callable[..., Any], specs: Sequence[Any]) -> Any:
    """`body` as a ConcreteFunction.

    Args:
        body: a function of tensors.
        specs: a `tf.TensorSpec` for each argument.
    """
    return tf.function(body, autograph=False).get_concrete_function(*specs)


def compiled(program: Any, specs: Sequence[Any]) -> Any:
    """A ConcreteFunction that calls `program` compiled by XLA, as calling a compiled one directly costs more.

    Args:
        program: a ConcreteFunction.
        specs: a `tf.TensorSpec` for each argument.
    """
    inner = tf.function(lambda *given: program(*given), autograph=False, jit_compile=True)
    return concrete(lambda *given: inner(*given), specs)


def caller(program: Any, *first: Tensor) -> Program:
    """Call a ConcreteFunction as one op, which takes 30 µs where the function's own call takes 230.

    It checks no shapes: the core's cache of programs has done so.

    Args:
        program: the ConcreteFunction.
        *first: arguments that every call begins with.
    """
    weakref.finalize(program, _forget_one).atexit = False
    captured = list(program.captured_inputs)
    dtypes = [output.dtype for output in program.outputs]

    def call(*tensors: Tensor) -> list[Tensor]:
        return list(raw.StatefulPartitionedCall(args=[*first, *tensors, *captured], Tout=dtypes, f=program) or ())

    return call


_KEPT = 32
"""Number of dropped programs whose kernels are freed together."""

#: Programs dropped since TensorFlow's function cache was last cleared.
_dropped = 0


def _forget_one() -> None:
    """TensorFlow caches the kernel of every program called as an op, half a megabyte or more, and never frees it.

    Clearing the cache makes the programs still in use rebuild theirs at their next call, so it is done for many at
    once.
    """
    global _dropped
    _dropped += 1
    if _dropped >= _KEPT:
        _dropped = 0
        clear_kernel_cache()
