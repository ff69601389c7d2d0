"""TimeDistributed: a layer applied to every time step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, tree

from keras_layers.checks import describe, fitting_mask
from keras_layers.shapes import join_steps, split_steps, static_shape
from keras_layers.wrappers.wrapper import Wrapper

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class TimeDistributed(Wrapper):
    """Applies a layer to every time step, with the same weights.

    The layer sees the steps of all examples as one batch.

    Args:
        layer: the layer to apply.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: passed to the layer.
        mask: booleans ``(batch, steps)``, which become the output's mask; further axes are passed to the layer.

    Input shape:
        ``(batch, steps, ...)``

    Output shape:
        ``(batch, steps, ...)``, after the steps the shape that the layer gives.

    Raises:
        ValueError: if `layer` is not a layer, the input has fewer than three axes, or the mask has other sizes.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Dense, TimeDistributed
        >>> tuple(TimeDistributed(Dense(4))(np.zeros((2, 3, 5), "float32")).shape)
        (2, 3, 4)
    """

    supports_masking = True

    def build(self, input_shape: Any) -> None:
        if len(input_shape) < 3:
            raise ValueError(
                f"{describe(self)}: expected inputs (batch, time, features, ...), got shape {tuple(input_shape)}."
            )
        super().build((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None) -> Any:
        if mask is not None:
            of_mask = static_shape(mask)
            fitting_mask(self, of_mask, (*static_shape(inputs)[:2], *of_mask[2:]))
        outputs = self.layer(join_steps(inputs), training=training, mask=self._step_mask(mask))
        return tree.map_structure(lambda output: split_steps(output, inputs), outputs)

    def _step_mask(self, mask: Tensor | None) -> Tensor | None:
        """The part of the mask that is inside a step, of which it has more than batch and time."""
        if mask is None or ops.ndim(mask) < 3:
            return None
        return ops.reshape(mask, (-1, *ops.shape(mask)[2:]))

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return mask

    def compute_output_shape(self, input_shape: Shape) -> Any:
        return self._with_steps(self.layer.compute_output_shape((input_shape[0], *input_shape[2:])), input_shape[1])

    def _with_steps(self, shape: Any, steps: int | None) -> Any:
        """The shape of one or several outputs of the layer, with an axis of steps behind the batch."""
        if shape is None:
            return None
        if isinstance(shape, dict):
            return {name: self._with_steps(one, steps) for name, one in shape.items()}
        if any(isinstance(one, (list, tuple, dict)) for one in shape):
            return [self._with_steps(one, steps) for one in shape]
        return (shape[0], steps, *shape[1:])
