"""Running stateful functions: as recorded programs, or op by op what cannot be recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from keras_core import Spec
from keras_core.backend.toolkit import (
    changes_by_table,
    probed_specs,
    replace,
    update_tables,
    values_of,
)

from keras_backend_torch.autograd import DifferentiableProgram
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.in_place import Update, split_update
from keras_backend_torch.compiler.passes.memory import reuse_memory
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.passes.transposes import lift_transposes, with_cached_transposes
from keras_backend_torch.compiler.recording import Recording, all_calls, record
from keras_backend_torch.compiler.threads import single_threaded_if_small
from keras_backend_torch.compiler.torch_compile import compiled, repeated
from keras_backend_torch.devices import default_device
from keras_backend_torch.framework import LSTM_ON_CPU, set_grad_enabled, torch, torch_dtype
from keras_backend_torch.modes import STATE, shapes_only
from keras_backend_torch.op_by_op import op_by_op, places_of, rows_of, stack_each, steps_op_by_op, tracked_if_needed
from keras_backend_torch.storage import alone, follow

if TYPE_CHECKING:
    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor


Program = Callable[..., "list[Tensor]"]
_grad_enabled = torch.is_grad_enabled

LARGE = 2**24
"""Bytes of a value from which on steps change it where it is. An estimate: copying takes what the machine lets it."""


def stage(
    backend: Any, fn: Callable[..., Any], variables: Sequence[VariableLike], signature: Sequence[Spec], jit: bool | None
) -> Program:
    """`fn` as one call: recorded as a flat list of kernel calls where that is possible.

    Outside `fit` autograd tracks it, as it tracks a module of PyTorch: through the trainable variables that it reads,
    and through arguments that require a gradient.

    Args:
        backend: the backend.
        fn: a flat function.
        variables: those that it may write.
        signature: specs of its arguments.
        jit: whether to compile with `torch.compile`.
    """
    recording = _recorded(backend, fn, variables, signature, jit)
    if recording is None:
        return op_by_op(backend, fn, variables)
    read = [variable.storage for variable in recording.reads]
    if recording.tables:
        return _by_rows(recording, jit)
    written = [variable.storage for variable in recording.writes]
    count = len(written)
    trains = any(cell.trainable for cell in written)
    split = split_update(recording) if trains and not jit else None
    if split is not None:
        return _split(*split, recording)
    run = _in_grad_mode(_step(recording, jit), recording)
    never_tracked = trains or not recording.has_gradients
    reads_trainable = any(cell.trainable for cell in read)
    differentiable = DifferentiableProgram(
        backend, fn, list(recording.reads), run, count, _stager(backend, variables, jit)
    )

    def program(*tensors: Tensor) -> list[Tensor]:
        given = [tensor if tensor.is_contiguous() else tensor.contiguous() for tensor in tensors]
        tracked = _grad_enabled() and not (never_tracked or STATE.detached)
        if tracked and (reads_trainable or any(t.requires_grad for t in tensors)):
            results = differentiable([*[cell.leaf() for cell in read], *given])
        else:
            results = run(*[cell.value for cell in read], *given)
        if not written:
            return results
        replace(written, results)
        follow(written)
        return results[count:]

    return program


def _split(front: Recording, update: Update, whole: Recording) -> Program:
    """A training step of two parts: everything but the update, and the update in place.

    By then nothing refers to the variables' old values any more, except callers that have read them.
    """
    run = _in_grad_mode(single_threaded_if_small(CodeGenerator(front).step(), whole), whole)
    write = single_threaded_if_small(update, whole)
    read = [variable.storage for variable in front.reads]
    written = [variable.storage for variable in whole.writes]

    def program(*tensors: Tensor) -> list[Tensor]:
        given = [tensor if tensor.is_contiguous() else tensor.contiguous() for tensor in tensors]
        results = write(*run(*[cell.value for cell in read], *given))
        follow(written)
        return results

    return program


def _by_rows(recording: Recording, jit: bool | None) -> Program:
    """A training step of two parts: everything but the new rows of large tables, and writing these into the tables."""
    run = _in_grad_mode(_step(recording, jit), recording)
    read = [variable.storage for variable in recording.reads]
    written = [variable.storage for variable in recording.writes]
    tables = [variable.storage for variable, _ in recording.tables]
    adds = [added for _, added in recording.tables]
    count, extra = len(written), 2 * len(tables)

    def write(*results: Tensor) -> list[Tensor]:
        end = len(results) - extra
        update_tables(tables, lambda old: _with_rows(old, adds, results[end:]), written, results[:count])
        return list(results[count:end])

    write = single_threaded_if_small(write, recording)

    def program(*tensors: Tensor) -> list[Tensor]:
        given = [tensor if tensor.is_contiguous() else tensor.contiguous() for tensor in tensors]
        outputs = write(*run(*values_of(read), *given))
        follow([*written, *tables])
        return outputs

    return program


def _with_rows(
    old: list[Tensor], adds: Sequence[bool], changes: Sequence[Tensor]
) -> tuple[list[Callable[[], Any]], list[Tensor]]:
    """Calls that write rows into tables, and these, which are copies where something else refers to their memory."""
    new = [one if mine else one.clone() for one, mine in zip(old, alone(old), strict=True)]
    calls: list[Callable[[], Any]] = []
    for (table, places, values), added in zip(changes_by_table(new, changes), adds, strict=True):
        write = table.index_add_ if added else table.index_copy_
        calls.append(partial(write, 0, places, values))
    return calls, new


def _step(recording: Recording, jit: bool | None) -> Program:
    if jit:
        return compiled(CodeGenerator(recording, by_overload=True).step(), recording)
    recording, lifted = lift_transposes(recording)
    if not _grad_mode(recording):
        recording = reuse_memory(recording)
    run = single_threaded_if_small(CodeGenerator(recording).step(), recording)
    return with_cached_transposes(run, lifted)


def _stager(backend: Any, variables: Sequence[VariableLike], jit: bool | None) -> Callable[..., Program]:
    return lambda fn, specs: stage(backend, fn, variables, specs, jit)


def _in_grad_mode(run: Program, recording: Recording) -> Program:
    """`run` with autograd off, or on where a kernel requires it although nothing is tracked."""
    mode = _grad_mode(recording)

    def in_mode(*given: Any) -> list[Tensor]:
        was_enabled = _grad_enabled()
        set_grad_enabled(mode)
        try:
            return run(*given)
        finally:
            set_grad_enabled(was_enabled)

    return in_mode


def _grad_mode(recording: Recording) -> bool:
    """Whether autograd has to be on while the program runs, although nothing in it is tracked.

    This kernel keeps what its gradient needs only then, whatever its last argument, `train`, says.
    """
    return any(call.kernel is LSTM_ON_CPU and call.args[-1] for call in all_calls(recording.calls))


def _recorded(
    backend: Any, fn: Callable[..., Any], variables: Sequence[VariableLike], signature: Sequence[Spec], jit: bool | None
) -> Recording | None:
    """None where `fn` has to run op by op.

    An error that PyTorch raises for fake tensors need not occur for real ones; if it does, it is raised when `fn`
    runs.
    """
    try:
        found = tracked_if_needed(lambda track: record(backend, fn, variables, signature, track))
        return optimized(found, fuse=not jit)
    except (RuntimeError, TypeError, AssertionError):
        return None


def stage_steps(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    jit: bool | None,
    stacked: bool = False,
) -> Program:
    """``steps(indices, *data)``: `fn` on the rows of `data` that each row of `indices` names, in one loop.

    New values are carried from step to step and reach the variables after the last, so that a failure keeps none; large
    ones are not carried but changed where they are, since a copy takes as long as a step.

    Args:
        backend: the backend.
        fn: a flat function of one batch.
        variables: those that it may write.
        signature: specs of one batch.
        jit: whether to compile with `torch.compile`.
        stacked: whether the outputs of all steps are wanted, stacked, and not those of the last. Defaults to False.
    """
    recording = _recorded(backend, fn, variables, signature, jit)
    if recording is None:
        return steps_op_by_op(backend, fn, variables, stacked)
    if recording.tables:
        return _one_by_one(_by_rows(recording, jit), stacked)
    large = any(variable.trainable and variable.nbytes >= LARGE for variable in recording.writes)
    split = split_update(recording) if large and not jit else None
    if split is not None:
        return _one_by_one(_split(*split, recording), stacked)
    carried = recording.carried
    kept = [variable.storage for variable in carried]
    if jit:
        positions = [carried.index(variable) for variable in recording.writes]
        run = repeated(_step(recording, jit), positions, len(recording.reads), len(carried), stacked)
    else:
        run = single_threaded_if_small(CodeGenerator(recording).steps(stacked), recording)
    run = _in_grad_mode(run, recording)
    written = [variable.storage for variable in recording.writes]
    count = len(written)

    def steps(indices: Tensor, *data: Tensor) -> list[Tensor]:
        rows = rows_of(indices) if jit else places_of(indices, data)
        results = run(rows, *[cell.value for cell in kept], *data)
        replace(written, results)
        follow(written)
        return results[count:]

    return steps


def stage_batches(
    backend: Any, fn: Callable[..., Any], variables: Sequence[VariableLike], signature: Sequence[Spec], jit: bool | None
) -> Program | None:
    """``batches(first, count, *data)``: `fn` on batches of consecutive rows of `data`, with the outputs of all.

    None for what is not recorded, and where each batch is a call of what `torch.compile` gives.

    Args:
        backend: the backend.
        fn: a flat function of one batch.
        variables: those that it may write.
        signature: specs of one batch.
        jit: whether to compile with `torch.compile`.
    """
    recording = None if jit else _recorded(backend, fn, variables, signature, jit)
    if recording is None or recording.tables or _grad_mode(recording):
        return None
    size = signature[0].shape[0] or 0
    recording, lifted = lift_transposes(recording)
    code = CodeGenerator(recording).batches(len(lifted))
    run = _in_grad_mode(single_threaded_if_small(code, recording), recording)
    kept = [variable.storage for variable in recording.carried]
    written = [variable.storage for variable in recording.writes]
    count_of_written = len(written)

    def batches(first: int, count: int, *data: Tensor) -> list[Tensor]:
        starts = range(first, first + count * size, size)
        held = [cell.value for cell in kept]  # those that are read come first
        results = run(starts, size, *held, *data, *[one.of(held[one.place]) for one in lifted])
        replace(written, results)
        follow(written)
        return results[count_of_written:]

    return batches


def _one_by_one(program: Program, stacked: bool) -> Program:
    """One call a step, each of which puts its values in place before the next."""

    def steps(indices: Tensor, *data: Tensor) -> list[Tensor]:
        found: list[list[Tensor]] = []
        for row in rows_of(indices):
            out = program(*[torch.index_select(rows, 0, row.to(rows.device)) for rows in data])
            found = [*found, out] if stacked else [out]
        return stack_each(found) if stacked else found[-1]

    return steps


def abstract(backend: Any, fn: Callable[..., Any], signature: Sequence[Spec]) -> list[Spec]:
    """Specs found by running `fn` on fake tensors.

    Args:
        backend: the backend.
        fn: a flat function.
        signature: specs of its arguments, with None for unknown sizes.
    """
    return probed_specs(lambda some: tracked_if_needed(lambda track: _specs_of(backend, fn, some, track)), signature)


def _specs_of(backend: Any, fn: Callable[..., Any], signature: Sequence[Spec], track: bool) -> list[Spec]:
    with shapes_only(track):
        tensors = [
            torch.zeros(spec.shape, dtype=torch_dtype(spec.dtype), device=default_device()) for spec in signature
        ]
        return [Spec(backend.shape(out), backend.dtype(out)) for out in fn(*tensors)]


__all__ = ["LARGE", "abstract", "stage", "stage_batches", "stage_steps"]
