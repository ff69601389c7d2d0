"""Running stateful functions: as recorded programs, or op by op what cannot be recorded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from keras_core import Spec, Trace, Variable
from keras_core.typing import Tensor

from keras_backend_torch.cell import Cell, fill
from keras_backend_torch.compiling import compiled, repeated
from keras_backend_torch.following import Followed
from keras_backend_torch.framework import STATE, abstractly, default_device, kind_of, torch
from keras_backend_torch.in_place import Update, apart
from keras_backend_torch.passes import shortened
from keras_backend_torch.program import Writer
from keras_backend_torch.threads import sparing
from keras_backend_torch.tracing import Recording, Untraceable, every_call, record
from keras_backend_torch.transposes import given_transposes, without_transposes

Program = Callable[..., "list[Tensor]"]
Result = TypeVar("Result")

_grad_enabled = torch.is_grad_enabled
_set_grad_enabled = torch._C._set_grad_enabled


def write(pairs: Sequence[tuple[Cell, Tensor]]) -> None:
    """Put copies of tensors into variables, all or (on failure) none."""
    for cell, value in pairs:
        if value.shape != cell.value.shape or value.dtype != cell.value.dtype:
            raise ValueError(
                f"Variable {cell.name!r} of shape {tuple(cell.value.shape)} and dtype {cell.value.dtype} cannot be "
                f"assigned a value of shape {tuple(value.shape)} and dtype {value.dtype}."
            )
    new = [
        torch.clone(value.detach().to(cell.value.device), memory_format=torch.contiguous_format)
        for cell, value in pairs
    ]
    _commit([cell for cell, _ in pairs], new)


def _commit(cells: Iterable[Cell], values: Iterable[Tensor]) -> None:
    """Replace what cells hold. The loop runs inside the interpreter, where not even Ctrl-C comes between."""
    deque(map(fill, cells, values), maxlen=0)


def stage(
    backend: Any, fn: Callable[..., Any], variables: Sequence[Variable], signature: Sequence[Spec], jit: bool | None
) -> Program:
    """`fn` as one call: recorded as a flat list of kernel calls where that is possible.

    Outside `fit` autograd follows it, as it follows a module of PyTorch: by the trained variables that it reads, and by
    arguments that require a gradient.
    """
    recording = _recorded(backend, fn, variables, signature, jit)
    if recording is None:
        return _op_by_op(backend, fn, variables)
    read = [variable.storage for variable in recording.reads]
    written = [variable.storage for variable in recording.writes]
    count = len(written)
    trains = any(cell.trainable for cell in written)
    split = apart(recording) if trains and not jit else None
    if split is not None:
        return _split(*split, recording)
    run = _in_grad_mode(_step(recording, jit), recording)
    alone = trains or not recording.follows
    follows = any(cell.trainable for cell in read)
    followed = Followed(backend, fn, list(recording.reads), run, count, _stager(backend, variables, jit))

    def program(*tensors: Tensor) -> list[Tensor]:
        given = [tensor if tensor.is_contiguous() else tensor.contiguous() for tensor in tensors]
        if _grad_enabled() and not (alone or STATE.detached) and (follows or any(t.requires_grad for t in tensors)):
            results = followed([*[cell.leaf() for cell in read], *given])
        else:
            results = run(*[cell.value for cell in read], *given)
        _commit(written, results)
        return results[count:]

    return program


def _split(front: Recording, update: Update, whole: Recording) -> Program:
    """A step of training of two parts: all that is computed, and what writes it.

    By then nothing refers to the variables' old values any more, unless somebody outside does.
    """
    run = _in_grad_mode(sparing(Writer(front).step(), whole), whole)
    write = sparing(update, whole)
    read = [variable.storage for variable in front.reads]

    def program(*tensors: Tensor) -> list[Tensor]:
        given = [tensor if tensor.is_contiguous() else tensor.contiguous() for tensor in tensors]
        return write(*run(*[cell.value for cell in read], *given))

    return program


def _step(recording: Recording, jit: bool | None) -> Program:
    if jit:
        return compiled(Writer(recording, by_overload=True).step(), recording)
    recording, turned = without_transposes(recording)
    return given_transposes(sparing(Writer(recording).step(), recording), turned)


def _stager(backend: Any, variables: Sequence[Variable], jit: bool | None) -> Callable[..., Program]:
    return lambda fn, specs: stage(backend, fn, variables, specs, jit)


def _in_grad_mode(run: Program, recording: Recording) -> Program:
    """`run` without autograd, or with it where a kernel wants it so though nothing is followed."""
    mode = _grad_mode(recording)

    def in_mode(*given: Any) -> list[Tensor]:
        was_enabled = _grad_enabled()
        _set_grad_enabled(mode)
        try:
            return run(*given)
        finally:
            _set_grad_enabled(was_enabled)

    return in_mode


def _grad_mode(recording: Recording) -> bool:
    """Whether autograd has to be on while the program runs, though nothing in it is followed.

    This kernel keeps what its gradient needs only then, whatever its last argument, `train`, says.
    """
    kernel = torch.ops.aten.mkldnn_rnn_layer.default
    return any(call.kernel is kernel and call.args[-1] for call in every_call(recording.calls))


def _recorded(
    backend: Any, fn: Callable[..., Any], variables: Sequence[Variable], signature: Sequence[Spec], jit: bool | None
) -> Recording | None:
    """None where `fn` has to run op by op.

    An error that PyTorch raises for fake tensors need not arise for those with: whether it does is seen
    when `fn` runs.
    """
    try:
        found = _following(lambda follow: record(backend, fn, variables, signature, follow))
        return shortened(found, fuse=not jit)
    except (Untraceable, RuntimeError, TypeError, NotImplementedError, AssertionError):
        return None


def _following(run: Callable[[bool], Result]) -> Result:
    """``run(False)``, or ``run(True)`` where that fails since ``backward()`` is called on what nobody follows."""
    try:
        return run(False)
    except RuntimeError as error:
        if "not require grad" not in str(error):
            raise
        return run(True)


def _op_by_op(backend: Any, fn: Callable[..., Any], variables: Sequence[Variable]) -> Program:
    """`fn` run in a Trace, whose writes are kept when it has succeeded. It may write into its arguments."""

    def program(*tensors: Tensor) -> list[Tensor]:
        with Trace(backend, variables) as trace:
            results = list(fn(*(tensor.clone() for tensor in tensors)))
        write([(variable.storage, value) for variable, value in trace.written.items()])
        return [result.clone() for result in results]

    return program


def stage_steps(
    backend: Any, fn: Callable[..., Any], variables: Sequence[Variable], signature: Sequence[Spec], jit: bool | None
) -> Program:
    """``steps(indices, *data)``: `fn` on the rows of `data` that each row of `indices` names, in one loop.

    New values are carried from step to step and reach the variables after the last, so that a failure keeps none.
    """
    recording = _recorded(backend, fn, variables, signature, jit)
    if recording is None:
        return _steps_op_by_op(backend, fn, variables)
    others = [variable for variable in recording.writes if variable not in recording.reads]
    carried = [*recording.reads, *others]
    kept = [variable.storage for variable in carried]
    if jit:
        positions = [carried.index(variable) for variable in recording.writes]
        run = repeated(_step(recording, jit), positions, len(recording.reads), len(carried))
    else:
        run = sparing(Writer(recording).steps(), recording)
    run = _in_grad_mode(run, recording)
    written = [variable.storage for variable in recording.writes]
    count = len(written)

    def steps(indices: Tensor, *data: Tensor) -> list[Tensor]:
        results = run(_rows(indices), *[cell.value for cell in kept], *data)
        _commit(written, results)
        return results[count:]

    return steps


def _rows(indices: Any) -> Sequence[Tensor]:
    return torch.as_tensor(indices, device=default_device()).unbind()


def _steps_op_by_op(backend: Any, fn: Callable[..., Any], variables: Sequence[Variable]) -> Program:
    def steps(indices: Tensor, *data: Tensor) -> list[Tensor]:
        carried: dict[Variable, Tensor] = {}
        out: list[Tensor] = []
        for row in _rows(indices):
            with Trace(backend, variables, values=carried) as trace:
                out = list(fn(*(torch.index_select(rows, 0, row.to(rows.device)) for rows in data)))
            carried |= {variable: value.detach() for variable, value in trace.written.items()}
        write([(variable.storage, value) for variable, value in carried.items()])
        return [result.detach().clone() for result in out]

    return steps


def abstract(backend: Any, fn: Callable[..., Any], signature: Sequence[Spec]) -> list[Spec]:
    """Specs found by running `fn` on fake tensors, twice where sizes are unknown: those that differ are."""
    found = [
        _following(lambda follow, size=size: _specs_at(backend, fn, signature, size, follow))  # type: ignore[misc]
        for size in _probes(signature)
    ]
    if len(found) == 1:
        return found[0]
    shapes = [
        tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True))
        for one, other in zip(*found, strict=True)
    ]
    return [Spec(shape, one.dtype) for shape, one in zip(shapes, found[0], strict=True)]


def _probes(signature: Sequence[Spec]) -> tuple[int, ...]:
    return (7, 11) if any(None in spec.shape for spec in signature) else (1,)


def _specs_at(backend: Any, fn: Callable[..., Any], signature: Sequence[Spec], size: int, follow: bool) -> list[Spec]:
    with abstractly(follow):
        tensors = [
            torch.empty(
                [size if n is None else n for n in spec.shape], dtype=kind_of(spec.dtype), device=default_device()
            )
            for spec in signature
        ]
        return [Spec(backend.shape(out), backend.dtype(out)) for out in fn(*tensors)]
