"""Compiling stateful functions: one graph a program, called with as little overhead as TensorFlow allows."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np
from keras_core import Spec, Trace, Variable
from keras_core.typing import Shape, Tensor

from keras_backend_tf.framework import context, raw, tf

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

_PLAIN_STEPS = 500
"""Steps of one batch size that a training program runs before it is compiled by XLA."""

_PLAIN_LOOPS = 100
"""The same for a program with a loop in each step, which takes as long as many steps without."""

_PLAIN_CALLS = 200
"""Calls that a program with a loop but without gradients runs before: XLA compiles it in half a second."""

_SIZES = 8
"""Kinds of shapes for which one program is compiled by XLA; others run as they are."""

_LOOPS = frozenset({"scan", "while_loop", "lstm", "gru", "simple_rnn"})

_GRADIENT_SEEN: ContextVar[list[bool] | None] = ContextVar("keras_tf_gradient_seen", default=None)


def note_gradient() -> None:
    """Remember that the program being traced computes gradients: only training repays compiling by XLA."""
    seen = _GRADIENT_SEEN.get()
    if seen is not None:
        seen[0] = True


def stage(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[Variable],
    signature: Sequence[Spec],
    jit: bool | None,
    ops: frozenset[str],
) -> Program:
    """`fn` as one compiled call.

    Variables are read once, when `fn` first asks for them; what it writes is assigned after all
    outputs and new values exist.
    """
    seen = [False]

    def body(yes: Tensor, *tensors: Tensor) -> list[Tensor]:
        graph = tf.compat.v1.get_default_graph()
        with Trace(backend, variables, fetch=_reader(graph), whole=True) as trace:
            outputs = list(fn(*tensors))
        _commit(graph, trace.written, outputs, yes)
        return outputs

    specs = [tf.TensorSpec((), tf.bool), *(_tensor_spec(spec) for spec in signature)]
    token = _GRADIENT_SEEN.set(seen)
    try:
        program = _compiled(body, specs, bool(jit))
    finally:
        _GRADIENT_SEEN.reset(token)
    call = _caller(program, tf.constant(True))
    loops, trains = bool(ops & _LOOPS), seen[0]
    if jit is not None or not (trains or loops) or not _suits_xla(ops, program.graph):
        return call

    def compile_for(shapes: tuple[Shape, ...]) -> Program:
        exact = [Spec(shape, spec.dtype) for shape, spec in zip(shapes, signature, strict=True)]
        return stage(backend, fn, variables, exact, True, ops)

    return _PayingCalls(call, compile_for, _plain_steps(ops) if trains else _PLAIN_CALLS)


def _suits_xla(ops: frozenset[str], graph: Any) -> bool:
    """Whether neither Keras' ops nor kernels called past them are known to be slow with XLA."""
    return not ops & SLOW_WITH_XLA and not any(op.type.startswith(_SLOW_KERNELS) for op in graph.get_operations())


def _plain_steps(ops: frozenset[str]) -> int:
    return _PLAIN_LOOPS if ops & _LOOPS else _PLAIN_STEPS


def stage_steps(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[Variable],
    signature: Sequence[Spec],
    jit: bool | None,
    ops: frozenset[str],
) -> Program:
    """``steps(indices, *data)``: `fn` on the rows of `data` that each row of `indices` names, in one loop.

    The loop carries the variables' values and assigns them once, at its end, so that a failure in any step
    keeps none. XLA compiles anew for every shape, so the index matrix is filled up to a fixed height.
    """
    if jit and signature and signature[0].shape[0] is None:
        return _by_batch_size(lambda specs: stage_steps(backend, fn, variables, specs, jit, ops), signature)
    seen, gains = [False], [True]

    def body(count: Tensor, indices: Tensor, *data: Tensor) -> list[Tensor]:
        graph = tf.compat.v1.get_default_graph()
        values = [_read(graph, variable) for variable in variables]
        written: dict[Variable, None] = {}

        def step(*given: Tensor) -> list[Tensor]:
            known = dict(zip(variables, given, strict=False))
            with Trace(backend, variables, values=known, fetch=_reader(graph), whole=True) as trace:
                outputs = list(fn(*given[len(variables) :]))
            written.update(dict.fromkeys(trace.written))
            return [tf.convert_to_tensor(x) for x in [*_of_own_shape(trace.written), *outputs]]

        specs = [tf.TensorSpec(v.shape, v.dtype) for v in values] + [_tensor_spec(spec) for spec in signature]
        token = _GRADIENT_SEEN.set(seen)
        try:
            one = tf.function(step, autograph=False).get_concrete_function(*specs)
        finally:
            _GRADIENT_SEEN.reset(token)
        gains[0] = _suits_xla(ops, one.graph)
        changed = [variables.index(variable) for variable in written]
        results = one.outputs[len(changed) :]

        def run(k: Tensor, carried: list[Tensor], _: list[Tensor]) -> tuple[Tensor, list[Tensor], list[Tensor]]:
            now = list(values)
            for position, value in zip(changed, carried, strict=True):
                now[position] = value
            row = raw.GatherV2(params=indices, indices=k, axis=0)
            row.set_shape(indices.shape[1:])
            batch = [raw.GatherV2(params=rows, indices=row, axis=0) for rows in data]
            out = list(one(*now, *batch))
            return k + 1, out[: len(changed)], out[len(changed) :]

        start = [tf.zeros([size or 0 for size in out.shape], out.dtype) for out in results]
        done, new, outputs = tf.while_loop(
            lambda k, *_: raw.Less(x=k, y=count),
            run,
            (tf.constant(0), [values[position] for position in changed], start),
            shape_invariants=(
                tf.TensorShape(()),
                [values[position].shape for position in changed],
                [out.shape for out in results],
            ),
        )
        _commit(graph, dict(zip(written, new, strict=True)), outputs, raw.Equal(x=done, y=count))
        return list(outputs)

    batch = signature[0].shape[0] if signature else None
    whole = [tf.TensorSpec((None, *spec.shape[1:]), spec.dtype) for spec in signature]
    specs = [tf.TensorSpec((), tf.int32), tf.TensorSpec((None, batch), tf.int32), *whole]
    if jit:
        return _filled_up(_caller(_compiled(body, specs, True)))
    call = _caller(_compiled(body, specs, False))

    def as_they_come(indices: Any, *data: Tensor) -> list[Tensor]:
        return call(len(indices), indices, *data)

    if jit is False or not (seen[0] and gains[0]):
        return as_they_come

    def compile_for(size: int) -> Program:
        exact = [Spec((size, *spec.shape[1:]), spec.dtype) for spec in signature]
        return stage_steps(backend, fn, variables, exact, True, ops)

    return _PayingSteps(as_they_come, compile_for, _plain_steps(ops))


class _Paying:
    """Runs the plain program, and the one compiled by XLA from a fixed step on, when compiling has come to pay.

    The switch is counted in steps of one size, and not in seconds, so that it is the same in every run. A
    program that XLA refuses to compile stays as it is; nothing of that call has run then.
    """

    def __init__(self, plain: Program, compile_for: Callable[[Any], Program], after: int) -> None:
        self._plain = plain
        self._after = after
        self._compile_for = compile_for
        self._done: dict[Any, int] = {}
        self._compiled: dict[Any, Program] = {}
        self._lock = threading.Lock()

    def _by_xla(self, size: Any) -> Program:
        with self._lock:
            if size not in self._compiled:
                enough = len(self._compiled) >= _SIZES
                self._compiled[size] = self._plain if enough else self._accepted(size, self._compile_for(size))
            return self._compiled[size]

    def _accepted(self, size: Any, compiled: Program) -> Program:
        """`compiled`, replaced by the plain program if XLA refuses it at its first call."""

        def first(*given: Any) -> list[Tensor]:
            try:
                out = compiled(*given)
            except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
                if "tf2xla" not in str(error):
                    raise
                self._compiled[size] = self._plain
                return self._plain(*given)
            self._compiled[size] = compiled
            return out

        return first


class _PayingCalls(_Paying):
    """Single calls; their size is the shapes of all arguments."""

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        size = tuple([tuple(tensor.shape) for tensor in tensors])
        if compiled := self._compiled.get(size):
            return compiled(*tensors)
        done = self._done.get(size, 0)
        if done >= self._after:
            return self._by_xla(size)(*tensors)
        out = self._plain(*tensors)
        self._done[size] = done + 1
        return out


class _PayingSteps(_Paying):
    """Many steps in a call; their size is that of the batch."""

    def __call__(self, indices: Any, *data: Tensor) -> list[Tensor]:
        size = int(indices.shape[1])
        before = self._after - self._done.get(size, 0)
        if before <= 0:
            return self._by_xla(size)(indices, *data)
        if len(indices) <= before:
            out = self._plain(indices, *data)
            self._done[size] = self._done.get(size, 0) + len(indices)
            return out
        self._plain(indices[:before], *data)
        self._done[size] = self._after
        return self._by_xla(size)(indices[before:], *data)


def _by_batch_size(make: Callable[[list[Spec]], Program], signature: Sequence[Spec]) -> Program:
    """A program for each batch size, since XLA wants to know it."""
    programs: dict[int, Program] = {}

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        size = int(indices.shape[1])
        if size not in programs:
            programs[size] = make([Spec((size, *spec.shape[1:]), spec.dtype) for spec in signature])
        return programs[size](indices, *data)

    return steps


def _filled_up(call: Program) -> Program:
    """A program that is given index matrices of few different heights."""
    capacity = 0

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        nonlocal capacity
        rows = np.asarray(indices, dtype=np.int32)
        count = len(rows)
        if count > capacity:
            capacity = max(_ROOM // max(rows[0].size, 1), 1 << (count - 1).bit_length())
        padded = np.zeros((capacity, *rows.shape[1:]), np.int32)
        padded[:count] = rows
        return call(count, padded, *data)

    return steps


def _compiled(body: Callable[..., Any], specs: Sequence[Any], xla: bool) -> Any:
    """A ConcreteFunction; with XLA one that calls the compiled one, as calling that directly costs more."""
    function = tf.function(body, autograph=False, jit_compile=True if xla else None)
    if xla:
        inner = function
        function = tf.function(lambda *given: inner(*given), autograph=False)
    return function.get_concrete_function(*specs)


def _caller(program: Any, *first: Tensor) -> Program:
    """Call a ConcreteFunction as one op: 30 µs where its own call takes 230.

    It checks no shapes, which the core's cache of programs has done already. `first` are arguments that every
    call begins with.
    """
    weakref.finalize(program, _forget_one).atexit = False
    captured = list(program.captured_inputs)
    dtypes = [output.dtype for output in program.outputs]

    def call(*tensors: Tensor) -> list[Tensor]:
        return list(raw.StatefulPartitionedCall(args=[*first, *tensors, *captured], Tout=dtypes, f=program) or ())

    return call


_KEPT = 32
"""Kernels of dropped programs that may pile up before they are cleared away."""

_dropped = 0


def _forget_one() -> None:
    """TensorFlow caches the kernel of every program called as an op, half a megabyte or more, for good.

    Clearing the cache makes the programs still in use build theirs anew at their next call, so it is done
    for many at once.
    """
    global _dropped
    _dropped += 1
    if _dropped >= _KEPT:
        _dropped = 0
        context.context().clear_kernel_cache()


def _tensor_spec(spec: Spec) -> Any:
    return tf.TensorSpec(spec.shape, spec.dtype)


def _read(graph: Any, variable: Variable) -> Tensor:
    """The variable's value at the beginning of a program, whatever inner graph asks for it."""
    handle = variable.storage
    with graph.as_default(), tf.control_dependencies(None):
        return handle.value()


def _reader(graph: Any) -> Callable[[Variable], Tensor]:
    return lambda variable: _read(graph, variable)


def _commit(graph: Any, written: Mapping[Variable, Tensor], outputs: Sequence[Tensor], yes: Tensor) -> None:
    """Assign new values once all of them, all outputs and all side effects of the program are there.

    Each assignment waits for an Assert that takes every result. TensorFlow drops a mere control dependency on a
    loop as redundant where the value comes from the same loop, whose other results may still fail, and
    sees through an IdentityN; it keeps an Assert whose condition (`yes`) it does not know beforehand.
    """
    if not written:
        return
    values = _of_own_shape(written)
    effects = [op for op in graph.get_operations() if op.op_def.is_stateful and op.type != "ReadVariableOp"]
    with tf.control_dependencies(effects):
        ready = raw.Assert(condition=yes, data=[*values, *outputs])
    with tf.control_dependencies([ready]):
        for variable, value in zip(written, values, strict=True):
            raw.AssignVariableOp(resource=variable.storage.handle, value=value)


def _of_own_shape(written: Mapping[Variable, Tensor]) -> list[Tensor]:
    """New values, checked at run time to have their variables' shapes where these are not known before."""
    return [
        value if value.shape.is_fully_defined() else tf.ensure_shape(value, variable.shape)
        for variable, value in written.items()
    ]
