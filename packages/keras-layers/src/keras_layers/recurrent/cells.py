"""The interface of cells, built in or written for Keras 2 or 3, to recurrent layers."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core import Layer, Variable, ops, random

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


def is_cell(value: Any) -> bool:
    """Whether `value` has what a cell needs: ``call(inputs, states)`` and `state_size`."""
    return callable(getattr(value, "call", None)) and hasattr(value, "state_size")


def build_cell(cell: Any, input_shape: Any) -> None:
    """Build a cell that is not built; one that is no layer need not have `build`.

    Args:
        cell: cell, a layer or another object.
        input_shape: shape of one time step, ``(batch, ...)``, or the list of it and those of constants.
    """
    if getattr(cell, "built", False) or not callable(getattr(cell, "build", None)):
        return
    cell.build(input_shape)
    cell.built = True


def parts_of(cell: Any) -> list[Any]:
    """What a cell that is no layer keeps as attributes and the layer around it has to know: layers, weights, seeds.

    Args:
        cell: cell, a layer or another object.
    """
    kinds = (Layer, Variable, random.SeedGenerator, list, tuple, dict)
    attributes = {} if isinstance(cell, Layer) else getattr(cell, "__dict__", {})
    return [part for part in attributes.values() if isinstance(part, kinds)]


def takes_argument(cell: Any, name: str) -> bool:
    """Whether the cell's `call` takes an argument of that name."""
    taken = inspect.signature(cell.call).parameters
    return name in taken or any(p.kind is p.VAR_KEYWORD for p in taken.values())


def state_sizes(cell: Any) -> list[Any]:
    """The cell's state sizes as a list; a size is an int, a shape, or a list of a stacked cell's."""
    size = cell.state_size
    return list(size) if isinstance(size, (list, tuple)) else [size]


def zero_states(sizes: list[Any], batch_size: Any, dtype: str) -> list[Any]:
    """Zeros for state sizes, nested as they are."""
    return [
        zero_states(size, batch_size, dtype)
        if isinstance(size, list)
        else ops.zeros((batch_size, *size_shape(size)), dtype=dtype)
        for size in sizes
    ]


def size_shape(size: Any) -> Shape:
    """A state or output size as a shape without the batch."""
    return tuple(size) if isinstance(size, (list, tuple)) else (int(size),)


def initial_states(cell: Any, inputs: Tensor, batch_size: Any, dtype: str) -> list[Any]:
    """The cell's initial states: what its `get_initial_state` (of Keras 2 or 3) returns, else zeros."""
    method = getattr(cell, "get_initial_state", None)
    if method is None:
        return zero_states(state_sizes(cell), batch_size, dtype)
    known = {"inputs": inputs, "batch_size": batch_size, "dtype": dtype}
    taken = inspect.signature(method).parameters
    states = method(**{name: value for name, value in known.items() if name in taken})
    return list(states) if isinstance(states, (list, tuple)) else [states]


def output_shape(cell: Any) -> Shape:
    """Shape of the cell's output without the batch."""
    size = getattr(cell, "output_size", None)
    if size is None:
        size = state_sizes(cell)[0]
    return size_shape(size)


def call_cell(cell: Any, inputs: Tensor, states: list[Any], options: dict[str, Any]) -> tuple[Tensor, list[Any]]:
    """One step: the output and the new states.

    `options` are what else the cell may take: training, constants, dropout masks.
    """
    given = {name: value for name, value in options.items() if takes_argument(cell, name)}
    step = cell if isinstance(cell, Layer) else cell.call
    output, new = step(inputs, states, **given)
    return output, list(new) if isinstance(new, (list, tuple)) else [new]


def cell_dropout(cell: Any, inputs: Tensor, states: list[Any], training: bool | None) -> dict[str, Any]:
    """The dropout masks of a whole sequence, as an option for `call_cell`."""
    if not hasattr(cell, "dropout_masks"):
        return {}
    return {"masks": cell.dropout_masks(inputs, states, training)}
