"""Highway: a dense layer that a gate mixes with its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import known_axis
from keras_layers.elementwise import Elementwise
from keras_layers.old_names import KERNEL, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class Highway(Elementwise):
    """A dense layer mixed with its input: ``t * activation(x @ kernel + bias) + (1 - t) * x``.

    The gate is ``t = sigmoid(x @ carry_kernel + carry_bias)``. The weights are `kernel`, `carry_kernel`, `bias` and
    `carry_bias`, in this order, the kernels ``(features, features)``, the biases ``(features,)``. A layer of Keras 1.

    Args:
        kernel_initializer: initializer of both kernels, a name or an instance. Defaults to "glorot_uniform".
        activation: activation of the dense part, a name or a function; None applies none. Defaults to None.
        use_bias: whether to add biases. Defaults to True.
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        carry_bias_initializer: initializer of the gate's bias, a name or an instance. Defaults to "ones".
        kernel_regularizer: penalty on both kernels, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of both kernels after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, features)``

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if the number of features is unknown or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Highway
        >>> tuple(Highway(activation="relu")(np.ones((2, 3), "float32")).shape)
        (2, 3)

    Reference: Srivastava et al., 2015, https://arxiv.org/abs/1505.00387
    """

    activation = ActivationAttribute()

    @old_names(keras1=KERNEL)
    def __init__(
        self,
        kernel_initializer: Any = "glorot_uniform",
        activation: Any = None,
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        carry_bias_initializer: Any = "ones",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.activation = activation
        self.use_bias = use_bias
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        set_options(self, "carry_bias", carry_bias_initializer)
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Shape) -> None:
        features = known_axis(self, input_shape, -1, "the number of features")
        self.kernel = add_parameter(self, "kernel", (features, features))
        self.carry_kernel = add_parameter(self, "carry_kernel", (features, features), options="kernel")
        self.bias = add_parameter(self, "bias", (features,)) if self.use_bias else None
        self.carry_bias = add_parameter(self, "carry_bias", (features,)) if self.use_bias else None
        self.input_spec = InputSpec(ndim=2, axes={-1: features})

    def call(self, inputs: Tensor) -> Tensor:
        gate, outputs = ops.matmul(inputs, self.carry_kernel), ops.matmul(inputs, self.kernel)
        if self.use_bias:
            gate, outputs = ops.add(gate, self.carry_bias), ops.add(outputs, self.bias)
        gate = ops.sigmoid(gate)
        return ops.add(inputs, ops.multiply(gate, ops.subtract(self.activation(outputs), inputs)))

    def get_config(self) -> dict[str, Any]:
        options = options_config(self, "kernel", "bias")
        return {
            **super().get_config(),
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "carry_bias_initializer": options_config(self, "carry_bias")["carry_bias_initializer"],
            **options,
        }
