"""Programs that run a function as it is, op by op."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from keras_core.backend.toolkit import check_cells, refuse_traced, replace, run_pure

from keras_backend_torch.devices import default_device
from keras_backend_torch.framework import is_batched, torch, unwrapped
from keras_backend_torch.modes import is_fake
from keras_backend_torch.storage import follow

if TYPE_CHECKING:
    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor

    from keras_backend_torch.storage import Cell

Program = Callable[..., "list[Tensor]"]
Result = TypeVar("Result")


def write(pairs: Sequence[tuple[Cell, Tensor]]) -> None:
    """Put copies of tensors into variables, all or (on failure) none.

    Raises:
        RuntimeError: for a tensor of a function that the user lets PyTorch vectorize or trace.
    """
    pairs = [(cell, value if cell.part is None else cell.part.kept(value, cell.value.shape)) for cell, value in pairs]
    check_cells(pairs)
    refuse_traced(pairs, _is_traced, "torch.func.vmap, torch.export or the like")
    new = [
        unwrapped(torch.clone(value.detach().to(cell.value.device), memory_format=torch.contiguous_format))
        for cell, value in pairs
    ]
    put([cell for cell, _ in pairs], new)


def put(cells: Sequence[Cell], values: Sequence[Tensor]) -> None:
    """Let cells have tensors of their shapes and dtypes that nothing else refers to."""
    check_cells(list(zip(cells, values, strict=True)))
    replace(cells, values)
    follow(cells)


def _is_traced(tensor: Tensor) -> bool:
    return is_batched(tensor) or is_fake(tensor)


def op_by_op(backend: Any, fn: Callable[..., Any], variables: Sequence[VariableLike]) -> Program:
    """`fn` run in a Trace, whose writes are kept when it has succeeded. It may write into its arguments."""

    def program(*tensors: Tensor) -> list[Tensor]:
        results, written = run_pure(backend, fn, [tensor.clone() for tensor in tensors], variables, whole=True)
        write([(variable.storage, value) for variable, value in written.items()])
        return [result.clone() for result in results]

    return program


def steps_op_by_op(
    backend: Any, fn: Callable[..., Any], variables: Sequence[VariableLike], stacked: bool = False
) -> Program:
    """`fn` on the rows of arrays that each row of indices names, whose writes are kept when all have succeeded.

    Args:
        backend: the backend.
        fn: a flat function of one batch.
        variables: those that it may write.
        stacked: whether the outputs of all steps are wanted, stacked, and not those of the last. Defaults to False.
    """

    def steps(indices: Tensor, *data: Tensor) -> list[Tensor]:
        carried: dict[VariableLike, Tensor] = {}
        found: list[list[Tensor]] = []
        for row in rows_of(indices):
            batch = [torch.index_select(rows, 0, row.to(rows.device)) for rows in data]
            out, written = run_pure(backend, fn, batch, variables, values=carried, whole=True)
            carried |= {variable: value.detach() for variable, value in written.items()}
            found = [*found, out] if stacked else [out]
        write([(variable.storage, value) for variable, value in carried.items()])
        if stacked:
            return stack_each([[result.detach() for result in out] for out in found])
        return [result.detach().clone() for result in found[-1]]

    return steps


def stack_each(outputs: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """Each output of several steps, stacked along a new first axis.

    Args:
        outputs: those of each step.
    """
    return [torch.stack(one) for one in zip(*outputs, strict=True)]


def rows_of(indices: Any) -> Sequence[Tensor]:
    return torch.as_tensor(indices, device=default_device()).unbind()


def places_of(indices: Any, arrays: Sequence[Tensor]) -> list[Tensor | slice]:
    """Each row of indices; as a slice, whose rows are not copied, where it names rows that follow one another.

    Args:
        indices: (steps, rows); those on an accelerator are not looked at, which would wait for it.
        arrays: those whose rows they name.
    """
    rows: list[Tensor | slice] = list(rows_of(indices))
    on_host = isinstance(indices, np.ndarray) or indices.device.type == "cpu"
    if not on_host or 0 in indices.shape or not all(one.is_contiguous() for one in arrays):
        return rows
    table = np.asarray(indices)
    first, count = table[:, 0], table.shape[1]
    inside = (first >= 0) & (first + count <= min(map(len, arrays), default=0))
    in_order = inside & (table == first[:, None] + np.arange(count)).all(1)
    for place in np.flatnonzero(in_order):
        rows[place] = slice(int(first[place]), int(first[place]) + count)
    return rows


def tracked_if_needed(run: Callable[[bool], Result]) -> Result:
    """``run(False)``, or ``run(True)`` where that fails since `fn` calls ``backward()`` on what is not tracked."""
    try:
        return run(False)
    except RuntimeError as error:
        if "not require grad" not in str(error):
            raise
        return run(True)


__all__ = ["op_by_op", "places_of", "put", "rows_of", "stack_each", "steps_op_by_op", "tracked_if_needed", "write"]
