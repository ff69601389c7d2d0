"""Dropout of the inputs and the state of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, ops, random

from keras_layers.checks import fraction
from keras_layers.shapes import is_symbolic

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    DropoutMasks = tuple[Tensor | None, Tensor | None]


class CellDropout(Layer):
    """A cell that, while training, drops inputs by one mask a sequence and its first state by another."""

    def _set_dropout(self, dropout: float, recurrent_dropout: float, seed: int | None) -> None:
        """Check and set the arguments."""
        self.dropout = fraction(self, "dropout", dropout)
        self.recurrent_dropout = fraction(self, "recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)

    def _dropout_config(self) -> dict[str, Any]:
        return {"dropout": self.dropout, "recurrent_dropout": self.recurrent_dropout, "seed": self.seed}

    def dropout_masks(self, inputs: Tensor, states: list[Tensor], training: bool | None) -> DropoutMasks:
        """Factors for the inputs and the first state that drop parts of them; None where nothing is dropped.

        Args:
            inputs: one time step, ``(batch, ...)``.
            states: states, of which the first is dropped.
            training: whether anything is dropped at all.
        """
        if not training or is_symbolic(inputs):
            return None, None
        return self._mask(inputs, self.dropout), self._mask(states[0], self.recurrent_dropout)

    def _mask(self, like: Tensor, rate: float) -> Tensor | None:
        if rate == 0:
            return None
        return random.dropout(ops.ones_like(like), rate, seed=self.seed_generator)

    def _dropped(
        self, inputs: Tensor, states: list[Tensor], training: bool | None, masks: DropoutMasks | None
    ) -> tuple[Tensor, Tensor]:
        """Inputs and first state with dropout applied."""
        of_inputs, of_state = self.dropout_masks(inputs, states, training) if masks is None else masks
        x = inputs if of_inputs is None else ops.multiply(inputs, of_inputs)
        h = states[0] if of_state is None else ops.multiply(states[0], of_state)
        return x, h
