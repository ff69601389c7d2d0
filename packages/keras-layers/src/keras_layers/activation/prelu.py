"""PReLU: a ReLU with a trainable slope below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops
from keras_core.plain_arguments import listed

from keras_layers.checks import known_axis
from keras_layers.elementwise import Elementwise
from keras_layers.old_names import OldNames, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor

_KERAS_1: OldNames = {"init": "alpha_initializer"}


class PReLU(Elementwise):
    """Parametric rectified linear unit: ``x`` where positive, else ``alpha * x`` with learned `alpha`.

    The weight `alpha` has the shape of the input without the batch, with size 1 along shared axes.

    Args:
        alpha_initializer: initializer of the slopes, a name or an instance. Defaults to "zeros".
        alpha_regularizer: penalty on the slopes, added to the loss; None adds none. Defaults to None.
        alpha_constraint: projection of the slopes after each update; None applies none. Defaults to None.
        shared_axes: axes along which all positions share a slope, counted with the batch as 0: ``[1, 2]`` gives one
            slope per channel of channels-last images. None shares none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ...)``; all sizes but the batch and those of shared axes must be known.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if the size of an axis that is not shared is unknown when the layer is built.

    Example:
        >>> import numpy as np
        >>> from keras_layers import PReLU
        >>> layer = PReLU(alpha_initializer="ones")
        >>> tuple(layer(np.zeros((2, 3), "float32")).shape), layer.alpha.shape
        ((2, 3), (3,))

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
        shared_axes = listed(shared_axes)
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)

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

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **options_config(self, "alpha"), "shared_axes": self.shared_axes}
