"""StackedRNNCells: cells stacked into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, layers

from keras_layers.checks import describe
from keras_layers.recurrent.cells import (
    build_cell,
    call_cell,
    cell_dropout,
    initial_states,
    is_cell,
    output_shape,
    parts_of,
    takes_argument,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class StackedRNNCells(Layer):
    """Cells stacked into one: each takes the output of the previous one at the same time step.

    Args:
        cells: list of cells, from the first to the last.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: one time step ``(batch, features)``.
        states: list with the states of each cell; a list for a cell with several.
        training: whether to apply dropout.
        masks: dropout masks of each cell; None draws new ones.
        constants: tensors that the cells get at every step.

    Input shape:
        ``(batch, features)``

    Output shape:
        Pair of the last cell's output and the list with the new states of each cell.

    Raises:
        ValueError: if `cells` is empty or holds something that is not a cell.

    Example:
        >>> from keras_layers import GRUCell, LSTMCell, StackedRNNCells
        >>> StackedRNNCells([LSTMCell(3), GRUCell(2)]).state_size
        [[3, 3], 2]
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not cells or not all(map(is_cell, cells)):
            raise ValueError(
                f"{describe(self)}: cells must be a list of cells, each with call(inputs, states) and state_size, "
                f"got {cells!r}."
            )
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        return [list(c.state_size) if isinstance(c.state_size, (list, tuple)) else c.state_size for c in self.cells]

    @property
    def output_size(self) -> Any:
        shape = output_shape(self.cells[-1])
        return shape[0] if len(shape) == 1 else shape

    def build(self, input_shape: Shape | list[Shape]) -> None:
        step, *constants = input_shape if isinstance(input_shape, list) else [input_shape]
        for cell in self.cells:
            takes = bool(constants) and takes_argument(cell, "constants")
            build_cell(cell, [step, *constants] if takes else step)
            step = (step[0], *output_shape(cell))
        self._parts_of_cells = [parts_of(cell) for cell in self.cells]

    def get_initial_state(self, batch_size: Any = None, inputs: Any = None, dtype: Any = None) -> list[Any]:
        """The initial states of each cell."""
        found = (initial_states(cell, inputs, batch_size, dtype or self.compute_dtype) for cell in self.cells)
        return [self._form(cell, states) for cell, states in zip(self.cells, found, strict=True)]

    def dropout_masks(self, inputs: Tensor, states: list[Any], training: bool | None) -> list[Any]:
        """The dropout masks of each cell."""
        found = []
        for cell, state in zip(self.cells, states, strict=True):
            own = state if isinstance(state, (list, tuple)) else [state]
            found.append(cell_dropout(cell, inputs, list(own), training))
            inputs = own[0]
        return found

    def call(
        self,
        inputs: Tensor,
        states: list[Any],
        training: bool | None = None,
        masks: list[Any] | None = None,
        constants: Any = None,
    ) -> tuple[Tensor, list[Any]]:
        new_states = []
        for cell, state, drop in zip(self.cells, states, masks or [{}] * len(self.cells), strict=True):
            own = list(state) if isinstance(state, (list, tuple)) else [state]
            options = {"training": training, **drop, **({"constants": constants} if constants else {})}
            inputs, new = call_cell(cell, inputs, own, options)
            new_states.append(self._form(cell, new))
        return inputs, new_states

    @staticmethod
    def _form(cell: Any, states: list[Any]) -> Any:
        return states if isinstance(cell.state_size, (list, tuple)) else states[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cells": [layers.serialize(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        cells = [layers.deserialize(cell, custom_objects=custom_objects) for cell in config["cells"]]
        return super().from_config({**config, "cells": cells})
