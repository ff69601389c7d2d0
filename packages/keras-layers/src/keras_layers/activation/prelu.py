"""PReLU: a ReLU whose slope below zero is learned."""

from __future__ import annotations

from typing import Any

from keras_core import InputSpec, Layer, ops
from keras_core.typing import Shape, Tensor

from keras_layers.checks import known_axis
from keras_layers.old_names import OldNames, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

_KERAS_1: OldNames = {"init": "alpha_initializer"}


class PReLU(Layer):
    """``x`` where positive, else ``alpha * x`` with a learned `alpha` for each position.

    Args:
        alpha_initializer, alpha_regularizer, alpha_constraint: options of the slopes.
        shared_axes: axes (counted with the batch as 0) along which all positions share a slope,
            such as ``[1, 2]`` for one slope a channel of channels-last images.

    Weights: `alpha`, shaped like the input without the batch, 1 along shared axes.

    Reference: He et al., 2015, https://arxiv.org/abs/1502.01852
    """

    @old_names(keras1=_KERAS_1)
    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        set_options(self, "alpha", alpha_initializer, alpha_regularizer, alpha_constraint)
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        rank = len(input_shape)
        shared = {axis % rank for axis in self.shared_axes or ()}
        sizes: dict[int, int | None] = {
            axis: known_axis(self, input_shape, axis, "an axis with its own slopes")
            for axis in range(1, rank)
            if axis not in shared
        }
        self.alpha = add_parameter(self, "alpha", tuple(sizes.get(axis, 1) for axis in range(1, rank)))
        self.input_spec = InputSpec(ndim=rank, axes=sizes)

    def call(self, inputs: Tensor) -> Tensor:
        negative = ops.multiply(self.alpha, ops.relu(ops.negative(inputs)))
        return ops.subtract(ops.relu(inputs), negative)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **options_config(self, "alpha"), "shared_axes": self.shared_axes}
