"""Activation: an activation function as a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import activations

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Activation(Elementwise):
    """Applies an activation function to each element.

    Args:
        activation: name of an activation, such as "relu", or a function of a tensor; None is the identity.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        UnknownNameError: if no activation has that name.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Activation
        >>> np.asarray(Activation("relu")(np.array([[-1.0, 2.0]], "float32"))).tolist()
        [[0.0, 2.0]]
    """

    activation = ActivationAttribute()

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation

    def call(self, inputs: Tensor) -> Tensor:
        return self.activation(inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
