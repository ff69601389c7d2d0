"""When a program is compiled by XLA: at once if asked for, else after some steps if it is likely to gain from it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Spec
from keras_core.backend import toolkit
from keras_core.backend.toolkit import Deferred, padded_rows

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from keras_core.backend import StepsDone
    from keras_core.typing import Tensor

    from keras_backend_tf.compiler.programs import Caller
    from keras_backend_tf.compiler.seen import Seen

Program = Callable[..., "list[Tensor]"]

SLOW_WITH_XLA = frozenset(
    {
        "conv",
        "conv_transpose",
        "depthwise_conv",
        "separable_conv",
        "max_pool",
        "average_pool",
        "sort",
        "argsort",
        "top_k",
    }
)
"""Ops whose presence makes a program slower, or much longer to compile, with XLA on a CPU."""

_SLOW_KERNELS = ("Conv", "DepthwiseConv", "MaxPool", "AvgPool", "TopK")
"""Beginnings of the names of TensorFlow's kernels for them, to find them in code that calls TensorFlow itself."""

_ROOM = 2**18
"""Indices that a compiled program has room for at first: 0.2 s of the smallest models' steps."""

_UNCOMPILED_STEPS = 500
"""Steps of one batch size that a training program runs before XLA begins to compile it."""

_BESIDE = 2000
"""Steps that run while XLA compiles: of small dense and recurrent models, compiling takes as long as so many."""

_UNCOMPILED_LOOPS = 100
"""The same for a program with a loop in each step, which takes as long as many steps without."""

UNCOMPILED_CALLS = 200
"""Calls that a program with a loop but without gradients runs before: XLA compiles it in half a second."""

_LONG = 2.0
"""Seconds of waiting for XLA in the middle of a training that are told of."""

_LOOPS = frozenset({"scan", "while_loop", "lstm", "gru", "simple_rnn"})


def may_compile(jit: bool | None, seen: Seen) -> bool | None:
    """Whether XLA is to compile a program, as `stage` takes it; a program that it cannot compile is left as it is.

    Args:
        jit: what was asked for.
        seen: what is in the program.
    """
    if not seen.reductions:
        return jit
    if jit:
        logging.getLogger("keras").warning(
            "XLA compiles no programs that reduce over processes: the steps run uncompiled, whatever jit_compile says."
        )
    return False


def has_loop(ops: frozenset[str]) -> bool:
    """Whether one of these ops is a loop."""
    return bool(ops & _LOOPS)


def suits_xla(ops: frozenset[str], graph: Any) -> bool:
    """Whether neither Keras ops nor kernels called by TensorFlow's own functions are known to be slow with XLA.

    Args:
        ops: names of the Keras ops in the program.
        graph: the program's, which shows the kernels.
    """
    return not ops & SLOW_WITH_XLA and not any(op.type.startswith(_SLOW_KERNELS) for op in graph.get_operations())


def uncompiled_steps(ops: frozenset[str]) -> int:
    """How many training steps a program runs before XLA compiles it."""
    return _UNCOMPILED_LOOPS if has_loop(ops) else _UNCOMPILED_STEPS


class _CompiledByXLA(Deferred):
    """Runs the plain program, and from a fixed step on the one compiled by XLA.

    A thread lets XLA compile while more steps run. Where XLA refuses a program, the plain one stays in use; nothing of
    the refused call has run then. What is to be compiled may have a method `rehearse`, which takes what it is called
    with, compiles it and changes nothing.
    """

    def __init__(
        self,
        plain: Program,
        compile_for: Callable[[Any], Program],
        after: int,
        done: StepsDone | None = None,
    ) -> None:
        super().__init__(plain, compile_for, after, done, _BESIDE)

    def begun(self, size: Any, given: Sequence[Any], beside: bool) -> Program:
        """What runs first: it waits for the thread, and tries the program.

        Args:
            size: shapes of the arguments.
            given: what the program is called with.
            beside: whether a thread is to compile.
        """
        compiled = self._compile_for(size)
        if not beside or not hasattr(compiled, "rehearse"):
            return self._accepted(size, compiled)
        rehearsal = threading.Thread(target=_rehearse, args=(compiled, given), name="keras-xla")
        rehearsal.start()
        return self._accepted(size, compiled, rehearsal)

    def _accepted(self, size: Any, compiled: Program, rehearsal: threading.Thread | None = None) -> Program:
        """`compiled`, replaced by the plain program if XLA refuses it at its first call."""

        def first(*given: Any) -> list[Tensor]:
            started = time.perf_counter()
            if rehearsal is not None:
                rehearsal.join()
            try:
                out = compiled(*given)
            except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
                if "tf2xla" not in str(error):
                    raise
                self._compiled[size] = self._plain
                return self._plain(*given)
            self._compiled[size] = compiled
            _tell(time.perf_counter() - started)
            return out

        return first


def _rehearse(program: Any, given: Sequence[Any]) -> None:
    try:
        program.rehearse(*given)
    except Exception as error:  # the first call meets it again, and says so
        logging.getLogger("keras").debug("A program was not compiled beside others: %s", error)


def _tell(seconds: float) -> None:
    """Say in the log that steps waited for a program to be compiled, where that took long."""
    if seconds >= _LONG:
        logging.getLogger("keras").warning(
            "TensorFlow let steps wait for %.1f s to compile a program with XLA, which runs faster from now on; so one "
            "epoch looks slower than the others. compile(jit_compile=True) does it at once, jit_compile=False never.",
            seconds,
        )


class DeferredCalls(_CompiledByXLA, toolkit.DeferredCalls):
    """Single calls."""


class DeferredSteps(_CompiledByXLA, toolkit.DeferredSteps):
    """Many steps in a call."""


class StepByStep:
    """Many steps, each of which is a call of its own that puts its values in place before the next.

    Args:
        program: takes the numbers of a batch's rows, and the arrays.
    """

    def __init__(self, program: Program) -> None:
        self._program = program

    def __call__(self, indices: Any, *data: Tensor) -> list[Tensor]:
        for row in tf.unstack(indices):
            out = self._program(row, *data)
        return out

    def count(self) -> StepsDone | None:
        """How many steps the program has run of each size; None where it always runs in one way."""
        return self._program.count() if isinstance(self._program, Deferred) else None

    def count_from(self, count: StepsDone | None) -> None:
        """See `Deferred.count_from`.

        Args:
            count: what `count` returned.
        """
        if isinstance(self._program, Deferred):
            self._program.count_from(count)


def by_batch_size(make: Callable[[list[Spec]], Program], signature: Sequence[Spec]) -> Program:
    """A program for each batch size, since XLA compiles for static shapes.

    Args:
        make: gives the program for specs of known sizes.
        signature: specs whose first axis is the batch.
    """
    programs: dict[int, Program] = {}

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        size = int(indices.shape[1])
        if size not in programs:
            programs[size] = make([Spec((size, *spec.shape[1:]), spec.dtype) for spec in signature])
        return programs[size](indices, *data)

    return steps


class FixedHeight:
    """A program whose index matrices are padded to few different heights, each of which XLA compiles once.

    Args:
        call: ``call(count, indices, *data)``, which runs the first `count` rows of `indices`.
        most: how many rows there are at most, where that is known.
    """

    def __init__(self, call: Caller, most: int | None = None) -> None:
        self._call = call
        self._capacity = most or 0

    def __call__(self, indices: Any, *data: Tensor) -> list[Tensor]:
        return self._call(len(indices), self._padded(indices), *data)

    def rehearse(self, indices: Any, *data: Tensor) -> None:
        """Compile for matrices of this height, and run none of the steps."""
        self._call.rehearse(0, self._padded(indices), *data)

    def _padded(self, indices: Any) -> np.ndarray:
        rows = np.asarray(indices, dtype=np.int32)
        if len(rows) > self._capacity:
            self._capacity = max(_ROOM // max(rows[0].size, 1), 1 << (len(rows) - 1).bit_length())
        return padded_rows(rows, self._capacity)
