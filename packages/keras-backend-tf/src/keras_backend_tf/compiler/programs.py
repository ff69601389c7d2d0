"""Graphs as programs: traced once, called as one op."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from keras_backend_tf.distribution import GROUP
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


class Caller:
    """Calls a ConcreteFunction as one op, which takes 30 µs where the function's own call takes 230.

    It checks no shapes: the core's cache of programs has done so.

    Args:
        program: the ConcreteFunction.
        *first: arguments that every call begins with.
    """

    def __init__(self, program: Any, *first: Tensor) -> None:
        weakref.finalize(program, _forget_one).atexit = False
        self._program = program
        self._first = first
        self._captured = list(program.captured_inputs)
        self._dtypes = [output.dtype for output in program.outputs]

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        return self._run(tensors, self._captured)

    def rehearse(self, *tensors: Tensor) -> None:
        """Call the program on copies of its variables, which compiles what is compiled at the first call.

        Nothing is called where copies would take much memory, or where it uses more of TensorFlow's objects.

        Args:
            *tensors: the arguments.
        """
        variables = {id(variable.handle): variable for variable in self._program.graph.variables}
        found = [variables.get(id(one)) for one in self._captured]
        others = [one for one, variable in zip(self._captured, found, strict=True) if variable is None]
        size = sum(one.dtype.size * one.shape.num_elements() for one in found if one is not None)
        if size > _COPIED or any(one.dtype == tf.resource for one in others):
            return
        copies = [one if one is None else tf.Variable(one.read_value(), trainable=False) for one in found]
        self._run(
            tensors, [one if copy is None else copy.handle for one, copy in zip(self._captured, copies, strict=True)]
        )

    def _run(self, tensors: Sequence[Tensor], captured: Sequence[Tensor]) -> list[Tensor]:
        args = [*self._first, *tensors, *captured]
        try:
            return list(raw.StatefulPartitionedCall(args=args, Tout=self._dtypes, f=self._program) or ())
        except tf.errors.OpError as error:
            explained = GROUP.explained(error)
            if explained is None:
                raise
            raise explained from error


_COPIED = 2**28
"""Bytes of variables that are copied at most to call a program without changing anything."""


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
