"""LayerNormalization: each example normalized over its features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops
from keras_core.plain_arguments import listed

from keras_layers.checks import known_axis
from keras_layers.elementwise import Elementwise
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class LayerNormalization(Elementwise):
    """Layer normalization: ``gamma * (x - mean) / sqrt(variance + epsilon) + beta`` over axes of each example.

    Weights are `gamma` and `beta`, with the sizes of the normalized axes in order.

    Args:
        axis: axis, or axes, over which mean and variance are computed. Defaults to -1.
        epsilon: small number added to the variance. Defaults to 0.001.
        center: whether to add `beta`. Defaults to True.
        scale: whether to multiply by `gamma`. Defaults to True.
        rms_scaling: whether to leave out the mean and `beta`: ``gamma * x / sqrt(variance + epsilon)``. Defaults to
            False.
        beta_initializer: initializer of the `beta`, a name or an instance. Defaults to "zeros".
        gamma_initializer: initializer of the `gamma`, a name or an instance. Defaults to "ones".
        beta_regularizer: penalty on the `beta`, added to the loss; None adds none. Defaults to None.
        gamma_regularizer: penalty on the `gamma`, added to the loss; None adds none. Defaults to None.
        beta_constraint: projection of the `beta` after each update; None applies none. Defaults to None.
        gamma_constraint: projection of the `gamma` after each update; None applies none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape ``(batch, ...)`` whose normalized axes are of known size.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if the size of a normalized axis is unknown or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import LayerNormalization
        >>> tuple(LayerNormalization()(np.array([[1.0, 2.0, 3.0]], "float32")).shape)
        (1, 3)

    Reference: Ba et al., 2016, https://arxiv.org/abs/1607.06450
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        rms_scaling: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        axis = listed(axis)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.rms_scaling = rms_scaling
        set_options(self, "beta", beta_initializer, beta_regularizer, beta_constraint)
        set_options(self, "gamma", gamma_initializer, gamma_regularizer, gamma_constraint)

    def build(self, input_shape: Shape) -> None:
        rank = len(input_shape)
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        known = [known_axis(self, input_shape, axis, "a normalized axis") for axis in axes]
        sizes: dict[int, int | None] = {axis % rank: size for axis, size in zip(axes, known, strict=True)}
        shape = tuple(sizes[axis] for axis in sorted(sizes))
        self.gamma = add_parameter(self, "gamma", shape) if self.scale or self.rms_scaling else None
        self.beta = add_parameter(self, "beta", shape) if self.center and not self.rms_scaling else None
        self.input_spec = InputSpec(ndim=rank, axes=sizes)

    def call(self, inputs: Tensor) -> Tensor:
        dtype = ops.dtype(inputs)
        x = ops.cast(inputs, "float32") if dtype in ("float16", "bfloat16") else inputs
        rank = ops.ndim(x)
        axes = tuple(sorted(axis % rank for axis in ([self.axis] if isinstance(self.axis, int) else self.axis)))
        if self.rms_scaling:
            outputs = self._scaled(x, axes)
        else:
            outputs = ops.layer_normalization(x, self.gamma, self.beta, axis=axes, epsilon=self.epsilon)
        return ops.cast(outputs, dtype)

    def _scaled(self, x: Tensor, axes: tuple[int, ...]) -> Tensor:
        variance = ops.moments(x, axes, keepdims=True)[1]
        shape = ops.shape(x)
        gamma = ops.reshape(self.gamma, tuple(size if axis in axes else 1 for axis, size in enumerate(shape)))
        return ops.multiply(ops.multiply(x, ops.rsqrt(ops.add(variance, self.epsilon))), gamma)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "rms_scaling": self.rms_scaling,
            **options_config(self, "beta", "gamma"),
        }
