"""Compiling stateful functions into graphs, which read variables at their beginning and assign them at their end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from keras_core import RowUpdate, Spec
from keras_core.backend.toolkit import changes_of, run_pure_by_rows

from keras_backend_tf import storage
from keras_backend_tf.compiler import programs, xla
from keras_backend_tf.compiler.seen import noted
from keras_backend_tf.framework import raw, tf

if TYPE_CHECKING:
    from keras_core.backend import StepsDone, VariableLike
    from keras_core.typing import Shape, Tensor

FlatFunction = Callable[..., Any]
Program = Callable[..., "list[Tensor]"]

_TABLE = 2**22
"""Bytes of a table from which on copying it takes longer than writing rows into it, after which TensorFlow copies it
whenever it is read as a whole, ..."""

_TABLE_OF_STEPS = 2**24
"""... and from which on, where a loop of steps could copy it once, it is better not copied at all. Both are estimates:
what copying takes is known of a machine only."""


def stage(
    backend: Any,
    fn: FlatFunction,
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    jit: bool | None,
    ops: frozenset[str],
    done: StepsDone | None = None,
) -> Program:
    """`fn` as one compiled call.

    Variables are read once, when `fn` first asks for them; what it writes is assigned after all outputs and new values
    exist.

    Args:
        backend: the backend object.
        fn: a flat function that reads and assigns variables.
        variables: those that it may assign.
        signature: specs of its arguments.
        jit: whether XLA compiles it; None to decide by `ops`, gradients and the number of calls.
        ops: names of the Keras ops in it.
        done: how many steps the training has done, of which it is one; None where it is none.
    """
    tables: list[VariableLike] = []

    def body(yes: Tensor, *tensors: Tensor) -> list[Tensor]:
        graph = tf.compat.v1.get_default_graph()
        outputs, written, rows = _run_by_rows(backend, fn, tensors, variables)
        _commit(graph, written, outputs, yes, rows)
        tables[:] = rows
        return outputs

    specs = [tf.TensorSpec((), tf.bool), *map(_tensor_spec, signature)]
    with noted() as seen:
        program = programs.concrete(body, specs)
    jit = xla.may_compile(jit, seen)
    if jit and tables:
        program = _compiled_but_writes(backend, fn, variables, specs)
    elif jit:
        program = programs.compiled(program, specs)
    with tf.init_scope():  # a program outlives the graph in which it is first asked for
        yes = tf.constant(True)
    call = programs.Caller(program, yes)
    trains = seen.gradients
    if jit is not None or not (trains or xla.has_loop(ops)) or not xla.suits_xla(ops, program.graph):
        return call

    def compile_for(shapes: tuple[Shape, ...]) -> Program:
        exact = [Spec(shape, spec.dtype) for shape, spec in zip(shapes, signature, strict=True)]
        return stage(backend, fn, variables, exact, True, ops)

    after = xla.uncompiled_steps(ops) if trains else xla.UNCOMPILED_CALLS
    return xla.DeferredCalls(call, compile_for, after, done)


def _run_by_rows(
    backend: Any, fn: FlatFunction, tensors: Sequence[Tensor], variables: Sequence[VariableLike]
) -> tuple[list[Tensor], dict[VariableLike, Tensor], dict[VariableLike, RowUpdate]]:
    """`fn` in the graph that is being traced: its results, new values, and new rows of large tables."""
    fetch = _reader(tf.compat.v1.get_default_graph())
    return run_pure_by_rows(
        backend, fn, tensors, variables, fetch=fetch, whole=True, rows_from=_TABLE, fetch_rows=_read_rows
    )


def _compiled_but_writes(
    backend: Any, fn: FlatFunction, variables: Sequence[VariableLike], specs: Sequence[Any]
) -> Any:
    """A program whose computation XLA compiles and whose writes it does not, as it would copy the tables.

    Args:
        backend: the backend object.
        fn: a flat function.
        variables: those that it may assign.
        specs: those of the program's arguments.
    """
    found: list[tuple[int, list[VariableLike], dict[VariableLike, RowUpdate]]] = []

    def compute(*tensors: Tensor) -> list[Tensor]:
        outputs, written, rows = _run_by_rows(backend, fn, tensors, variables)
        found[:] = [(len(outputs), list(written), rows)]
        results = (*outputs, *_of_own_shape(written), *changes_of(rows.values()))
        return [tf.convert_to_tensor(one) for one in results]

    computed = programs.compiled(programs.concrete(compute, specs[1:]), specs[1:])
    count, written, rows = found[0]

    def body(yes: Tensor, *tensors: Tensor) -> list[Tensor]:
        graph = tf.compat.v1.get_default_graph()
        results = list(computed(*tensors))
        values, changes = results[count : count + len(written)], iter(results[count + len(written) :])
        new = {one: RowUpdate(next(changes), next(changes), update.adds) for one, update in rows.items()}
        _commit(graph, dict(zip(written, values, strict=True)), results[:count], yes, new)
        return results[:count]

    return programs.concrete(body, specs)


def stage_steps(
    backend: Any,
    fn: FlatFunction,
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    jit: bool | None,
    ops: frozenset[str],
    most: int | None = None,
    done: StepsDone | None = None,
) -> Program:
    """``steps(indices, *data)``: `fn` on the rows of `data` that each row of `indices` names, in one loop.

    The loop carries the variables' values and assigns them once, at its end, so that a failure in any step keeps none.
    XLA compiles for static shapes, so that the index matrix is padded to a fixed height.

    Args:
        backend: the backend object.
        fn: a flat function of one batch.
        variables: those that it may assign.
        signature: specs of one batch.
        jit: whether XLA compiles the loop, or each step where XLA's loops are known to be slow; None to decide by
            `ops`, gradients and the number of steps.
        ops: names of the Keras ops in it.
        most: how many steps a call has at most, where that is known.
        done: how many steps the training has done; None where it is none.
    """
    rows_from = _TABLE if any(variable.nbytes >= _TABLE_OF_STEPS for variable in variables) else None
    try:
        return _stage_loop(backend, fn, variables, signature, jit, ops, most, rows_from, done)
    except _WritesRows:
        by_row, specs_of_rows = _of_rows(fn, signature)
        return xla.StepByStep(stage(backend, by_row, variables, specs_of_rows, jit, ops, done))


class _WritesRows(Exception):
    """A step writes rows of a large table, which a loop would copy."""


def _stage_loop(
    backend: Any,
    fn: FlatFunction,
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    jit: bool | None,
    ops: frozenset[str],
    most: int | None,
    rows_from: int | None = None,
    done: StepsDone | None = None,
) -> Program:
    """What `stage_steps` gives for steps that replace whole values.

    Raises:
        _WritesRows: for steps that write rows of tables of at least `rows_from` bytes.
    """
    if jit and signature and signature[0].shape[0] is None:
        return xla.by_batch_size(lambda specs: stage_steps(backend, fn, variables, specs, jit, ops, most), signature)
    loop = _Loop(backend, fn, variables, signature, ops, bool(jit), rows_from)
    batch = signature[0].shape[0] if signature else None
    whole = [tf.TensorSpec((None, *spec.shape[1:]), spec.dtype) for spec in signature]
    specs = [tf.TensorSpec((), tf.int32), tf.TensorSpec((None, batch), tf.int32), *whole]

    def body(count: Tensor, indices: Tensor, *data: Tensor) -> list[Tensor]:
        def batch_at(k: Tensor) -> list[Tensor]:
            row = raw.GatherV2(params=indices, indices=k, axis=0)
            row.set_shape(indices.shape[1:])
            return [raw.GatherV2(params=rows, indices=row, axis=0) for rows in data]

        return loop(count, batch_at)

    program = programs.concrete(body, specs)
    if jit and loop.suits_xla:
        return xla.FixedHeight(programs.Caller(programs.compiled(program, specs)), most)
    call = programs.Caller(program)

    def at_any_height(indices: Any, *data: Tensor) -> list[Tensor]:
        return call(len(indices), indices, *data)

    if jit is not None or not loop.trains or not loop.suits_xla:
        return at_any_height

    def compile_for(shapes: tuple[Shape, ...]) -> Program:
        exact = [Spec(shape, spec.dtype) for shape, spec in zip(shapes, signature, strict=True)]
        return _stage_loop(backend, fn, variables, exact, True, ops, most)

    return xla.DeferredSteps(at_any_height, compile_for, xla.uncompiled_steps(ops), done)


def stage_batches(
    backend: Any,
    fn: FlatFunction,
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    jit: bool | None,
    ops: frozenset[str],
) -> Program | None:
    """``batches(first, count, *data)``: `fn` on batches of consecutive rows of `data`, with the outputs of all.

    None for what XLA compiles, at once or later: single calls wait for it.

    Args:
        backend: the backend object.
        fn: a flat function of one batch.
        variables: those that it may assign.
        signature: specs of one batch.
        jit: whether XLA compiles it.
        ops: names of the Keras ops in it.
    """
    if jit or xla.has_loop(ops):
        return None
    loop, size = _Loop(backend, fn, variables, signature, ops, False), signature[0].shape[0]

    def body(first: Tensor, count: Tensor, *data: Tensor) -> list[Tensor]:
        def batch_at(k: Tensor) -> list[Tensor]:
            start = first + k * size
            return [
                tf.ensure_shape(one[start : start + size], spec.shape)
                for one, spec in zip(data, signature, strict=True)
            ]

        return loop(count, batch_at, stacked=True)

    whole = [tf.TensorSpec((None, *spec.shape[1:]), spec.dtype) for spec in signature]
    call = programs.Caller(programs.concrete(body, [tf.TensorSpec((), tf.int32), tf.TensorSpec((), tf.int32), *whole]))
    return lambda first, count, *data: call(first, count, *data)


def fused(fn: FlatFunction) -> FlatFunction:
    """A pure function as one op of every graph that calls it, which XLA compiles when the op first runs.

    Args:
        fn: a flat function that reads no variables.
    """
    compiled = tf.function(lambda *given: fn(*given), autograph=False, jit_compile=True)
    return lambda *tensors: list(compiled(*tensors))


def _of_rows(fn: FlatFunction, signature: Sequence[Spec]) -> tuple[FlatFunction, list[Spec]]:
    """`fn` of one batch as a function of the rows that the batch has of whole arrays, and the specs for these."""

    def of_rows(row: Tensor, *data: Tensor) -> Any:
        return fn(*[raw.GatherV2(params=rows, indices=row, axis=0) for rows in data])

    batch = signature[0].shape[0] if signature else None
    whole = [Spec((None, *spec.shape[1:]), spec.dtype) for spec in signature]
    return of_rows, [Spec((batch,), "int32"), *whole]


class _Loop:
    """``loop(count, batch_at)``: `count` steps as a graph, each on the batch that a function of its number gives.

    Where XLA compiles it, but its loops are slow for what is in a step (a convolution in one has a single thread and
    no library), each step is compiled instead.

    Attributes:
        trains: whether a step computes gradients; known once the loop was traced, like `suits_xla`.
        suits_xla: whether nothing in a step is known to be slow in XLA's loops.
    """

    def __init__(
        self,
        backend: Any,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        ops: frozenset[str],
        jit: bool,
        rows_from: int | None = None,
    ) -> None:
        self._backend = backend
        self._fn = fn
        self._variables = variables
        self._signature = signature
        self._ops = ops
        self._jit = jit
        self._rows_from = rows_from
        self.trains = False
        self.suits_xla = False

    def __call__(
        self, count: Tensor, batch_at: Callable[[Tensor], list[Tensor]], stacked: bool = False
    ) -> list[Tensor]:
        """The outputs of the last step, or those of all, stacked."""
        graph = tf.compat.v1.get_default_graph()
        values = [_read(graph, variable) for variable in self._variables]
        one, written = self._traced_step(graph, values)
        changed = [self._variables.index(variable) for variable in written]
        results = one.outputs[len(changed) :]

        def run(k: Tensor, carried: list[Tensor], kept: list[Any]) -> tuple[Tensor, list[Tensor], list[Any]]:
            now = list(values)
            for position, value in zip(changed, carried, strict=True):
                now[position] = value
            out = list(one(*now, *batch_at(k)))
            outputs = out[len(changed) :]
            if stacked:
                outputs = [array.write(k, output) for array, output in zip(kept, outputs, strict=True)]
            return k + 1, out[: len(changed)], outputs

        if stacked:
            start = [tf.TensorArray(out.dtype, count, element_shape=out.shape) for out in results]
            shapes = [tf.TensorShape(None) for _ in results]
        else:
            start = [tf.zeros([size or 0 for size in out.shape], out.dtype) for out in results]
            shapes = [out.shape for out in results]
        done, new, outputs = tf.while_loop(
            lambda k, *_: raw.Less(x=k, y=count),
            run,
            (tf.constant(0), [values[position] for position in changed], start),
            shape_invariants=(tf.TensorShape(()), [values[position].shape for position in changed], shapes),
        )
        if stacked:
            outputs = [array.stack() for array in outputs]
        _commit(graph, dict(zip(written, new, strict=True)), outputs, raw.Equal(x=done, y=count))
        return list(outputs)

    def _traced_step(self, graph: Any, values: Sequence[Tensor]) -> tuple[Any, list[VariableLike]]:
        """One step, from all values and a batch to the values written and outputs, and which variables these are."""
        written: dict[VariableLike, None] = {}

        def step(*given: Tensor) -> list[Tensor]:
            known = dict(zip(self._variables, given, strict=False))
            batch = given[len(self._variables) :]
            outputs, new, rows = run_pure_by_rows(
                self._backend, self._fn, batch, self._variables, known, _reader(graph), True, self._rows_from
            )
            if rows:
                raise _WritesRows
            written.update(dict.fromkeys(new))
            return [tf.convert_to_tensor(x) for x in [*_of_own_shape(new), *outputs]]

        specs = [tf.TensorSpec(v.shape, v.dtype) for v in values] + [_tensor_spec(spec) for spec in self._signature]
        with noted() as seen:
            one = programs.concrete(step, specs)
        self.trains = seen.gradients
        self.suits_xla = not seen.reductions and xla.suits_xla(self._ops, one.graph)
        if xla.may_compile(self._jit, seen) and not self.suits_xla:
            one = programs.compiled(one, specs)
        return one, list(written)


def _tensor_spec(spec: Spec) -> Any:
    return tf.TensorSpec(spec.shape, spec.dtype)


def _read(graph: Any, variable: VariableLike) -> Tensor:
    """The variable's value at the beginning of a program, whatever inner graph asks for it."""
    handle = variable.storage
    with graph.as_default(), tf.control_dependencies(None):
        return storage.read(handle)


def _reader(graph: Any) -> Callable[[VariableLike], Tensor]:
    return lambda variable: _read(graph, variable)


def _read_rows(variable: VariableLike, indices: Tensor) -> Tensor | None:
    return storage.read_rows(variable.storage, indices)


def _commit(
    graph: Any,
    written: Mapping[VariableLike, Tensor],
    outputs: Sequence[Tensor],
    yes: Tensor,
    rows: Mapping[VariableLike, RowUpdate] = MappingProxyType({}),
) -> None:
    """Assign new values once all of them, all outputs and all side effects of the program are there.

    Each assignment waits for an Assert that takes every result. TensorFlow drops a mere control dependency on a
    loop as redundant where the value comes from the same loop, whose other results may still fail, and
    sees through an IdentityN; it keeps an Assert whose condition (`yes`) it cannot infer.
    """
    if not written and not rows:
        return
    values = _of_own_shape(written)
    effects = [op for op in graph.get_operations() if op.op_def.is_stateful and op.type != "ReadVariableOp"]
    with tf.control_dependencies(effects):
        ready = raw.Assert(condition=yes, data=[*values, *outputs, *changes_of(rows.values())])
    with tf.control_dependencies([ready]):
        for variable, value in zip(written, values, strict=True):
            storage.assign(variable.storage, value)
        for variable, update in rows.items():
            storage.assign_rows(variable.storage, update.indices, update.values, update.adds)


def _of_own_shape(written: Mapping[VariableLike, Tensor]) -> list[Tensor]:
    """What is stored of new values, checked at run time to have that shape where it is not static."""
    return [_stored(variable, value) for variable, value in written.items()]


def _stored(variable: VariableLike, value: Tensor) -> Tensor:
    part, shape = variable.part, variable.shape
    if part is not None:
        own = part.shape_of(shape)
        if value.shape[part.axis] != own[part.axis]:
            value = part.of(tf.ensure_shape(value, shape))
        shape = own
    return value if value.shape.is_fully_defined() else tf.ensure_shape(value, shape)
