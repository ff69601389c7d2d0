"""GroupNormalization: each example normalized over groups of its channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops

from keras_layers.checks import describe, known_axis
from keras_layers.elementwise import Elementwise
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class GroupNormalization(Elementwise):
    """Group normalization: ``gamma * (x - mean) / sqrt(variance + epsilon) + beta`` over a group of channels.

    Mean and variance are those of one example, over all places and the channels of one group. One group is layer
    normalization over all axes, as many groups as channels (or -1) are instance normalization. Weights are `gamma` and
    `beta`, one number a channel.

    Args:
        groups: number of groups, which divides the channels; -1 for as many as there are channels. Defaults to 32.
        axis: axis of the channels. Defaults to -1.
        epsilon: small number added to the variance. Defaults to 0.001.
        center: whether to add `beta`. Defaults to True.
        scale: whether to multiply by `gamma`. Defaults to True.
        beta_initializer: initializer of the `beta`, a name or an instance. Defaults to "zeros".
        gamma_initializer: initializer of the `gamma`, a name or an instance. Defaults to "ones".
        beta_regularizer: penalty on the `beta`, added to the loss; None adds none. Defaults to None.
        gamma_regularizer: penalty on the `gamma`, added to the loss; None adds none. Defaults to None.
        beta_constraint: projection of the `beta` after each update; None applies none. Defaults to None.
        gamma_constraint: projection of the `gamma` after each update; None applies none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ..., channels)`` with `axis` -1; the channels are of known size.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if the channels are unknown or `groups` does not divide them.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GroupNormalization
        >>> x = np.array([[0.0, 2.0, 10.0, 30.0]], "float32")
        >>> np.asarray(GroupNormalization(groups=2, epsilon=0.0)(x)).round(3).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]

    Reference: Wu and He, 2018, https://arxiv.org/abs/1803.08494
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(groups, int) or isinstance(groups, bool) or (groups < 1 and groups != -1):
            raise ValueError(f"{describe(self)}: groups must be a positive integer or -1, got {groups!r}.")
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        set_options(self, "beta", beta_initializer, beta_regularizer, beta_constraint)
        set_options(self, "gamma", gamma_initializer, gamma_regularizer, gamma_constraint)

    def build(self, input_shape: Shape) -> None:
        rank = len(input_shape)
        if not -rank <= self.axis < rank or self.axis % rank == 0:
            raise ValueError(
                f"{describe(self)}: axis {self.axis} is no axis of channels of an input of shape {tuple(input_shape)}."
            )
        channels = known_axis(self, input_shape, self.axis, "the axis of the channels")
        if self.groups > 0 and channels % self.groups:
            raise ValueError(
                f"{describe(self)}: groups={self.groups} does not divide the {channels} channels of an input of shape "
                f"{tuple(input_shape)}. Take a divisor of {channels}, or -1 for one group a channel."
            )
        self.gamma = add_parameter(self, "gamma", (channels,)) if self.scale else None
        self.beta = add_parameter(self, "beta", (channels,)) if self.center else None
        self.input_spec = InputSpec(ndim=rank, axes={self.axis % rank: channels})

    def call(self, inputs: Tensor) -> Tensor:
        dtype = ops.dtype(inputs)
        x = ops.cast(inputs, "float32") if dtype in ("float16", "bfloat16") else inputs
        sizes = ops.shape(x)
        axis = self.axis % len(sizes)
        groups = self.groups if self.groups > 0 else sizes[axis]
        grouped = ops.reshape(x, (*sizes[:axis], groups, sizes[axis] // groups, *sizes[axis + 1 :]))
        over = tuple(one for one in range(1, len(sizes) + 1) if one != axis)
        centred = ops.subtract(grouped, ops.mean(grouped, over, keepdims=True))
        # A mean far from 0 is rounded, by more than what the outputs may be wrong; that of what is left is small.
        centred = ops.subtract(centred, ops.mean(centred, over, keepdims=True))
        factor = ops.rsqrt(ops.add(ops.mean(ops.square(centred), over, keepdims=True), self.epsilon))
        broadcast = [1] * (len(sizes) + 1)
        broadcast[axis], broadcast[axis + 1] = groups, sizes[axis] // groups
        if self.gamma is not None:
            factor = ops.multiply(factor, ops.reshape(self.gamma, broadcast))
        outputs = ops.multiply(centred, factor)
        if self.beta is not None:
            outputs = ops.add(outputs, ops.reshape(self.beta, broadcast))
        return ops.cast(ops.reshape(outputs, sizes), dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "groups": self.groups,
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            **options_config(self, "beta", "gamma"),
        }
