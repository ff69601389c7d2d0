"""Running stateful functions as programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_core import Spec, Trace, Variable
from keras_core.typing import Tensor

from keras_backend_torch.cell import Cell
from keras_backend_torch.framework import FakeTensorMode, default_device, detached, kind_of, torch
from keras_backend_torch.ops.indexing import take

Program = Callable[..., "list[Tensor]"]


def write(pairs: Sequence[tuple[Cell, Tensor]]) -> None:
    """Put a tensor into each variable, all or (on failure) none."""
    new = [(cell, value.detach()) for cell, value in pairs]
    for cell, value in new:
        if value.shape != cell.value.shape or value.dtype != cell.value.dtype:
            raise ValueError(
                f"Variable {cell.name!r} of shape {tuple(cell.value.shape)} and dtype {cell.value.dtype} cannot be "
                f"assigned a value of shape {tuple(value.shape)} and dtype {value.dtype}."
            )
    old = [(cell, cell.value) for cell, _ in pairs]
    try:
        for cell, value in new:
            cell.value = value
    except BaseException:
        for cell, value in old:
            cell.value = value
        raise


def stage(
    backend: Any, fn: Callable[..., Any], variables: Sequence[Variable], signature: Sequence[Spec], jit: bool | None
) -> Program:
    """`fn` as one call: run op by op in a Trace, whose writes are kept when it has succeeded."""

    def program(*tensors: Tensor) -> list[Tensor]:
        with detached(), torch.no_grad(), Trace(backend, variables) as trace:
            results = list(fn(*tensors))
        write([(variable.storage, value.clone()) for variable, value in trace.written.items()])
        return [result.clone() for result in results]

    return program


def stage_steps(
    backend: Any, fn: Callable[..., Any], variables: Sequence[Variable], signature: Sequence[Spec], jit: bool | None
) -> Program:
    """``steps(indices, *data)``: `fn` on the rows of `data` that each row of `indices` names, one after the other."""
    one = stage(backend, fn, variables, signature, jit)

    def steps(indices: Tensor, *data: Tensor) -> list[Tensor]:
        out: list[Tensor] = []
        for row in torch.as_tensor(indices).unbind():
            out = one(*(take(rows, row, 0) for rows in data))
        return out

    return steps


def abstract(backend: Any, fn: Callable[..., Any], signature: Sequence[Spec]) -> list[Spec]:
    """Specs found by running `fn` on tensors without numbers, twice where sizes are unknown: those that differ are."""
    found = [_specs_at(backend, fn, signature, size) for size in _probes(signature)]
    if len(found) == 1:
        return found[0]
    shapes = [
        tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True))
        for one, other in zip(*found, strict=True)
    ]
    return [Spec(shape, one.dtype) for shape, one in zip(shapes, found[0], strict=True)]


def _probes(signature: Sequence[Spec]) -> tuple[int, ...]:
    return (7, 11) if any(None in spec.shape for spec in signature) else (1,)


def _specs_at(backend: Any, fn: Callable[..., Any], signature: Sequence[Spec], size: int) -> list[Spec]:
    with detached(), torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True):
        tensors = [
            torch.empty([size if n is None else n for n in spec.shape], dtype=kind_of(spec.dtype), device=default_device())
            for spec in signature
        ]
        return [Spec(backend.shape(out), backend.dtype(out)) for out in fn(*tensors)]
