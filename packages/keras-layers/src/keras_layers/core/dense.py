"""Dense: a fully connected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import known_axis
from keras_layers.low_rank import AdaptedWeight, LowRankAdapted
from keras_layers.old_names import DENSE, DENSE_ORDER, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class Dense(LowRankAdapted):
    """Fully connected layer: ``activation(inputs @ kernel + bias)`` along the last axis.

    Weights are the kernel ``(features, units)`` and the bias ``(units,)``.

    Args:
        units: size of the output's last axis, a positive integer.
        activation: activation applied to the result, a name or a function; None applies none. Defaults to None.
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, a name or an instance. Defaults to "glorot_uniform".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        lora_rank: rank of a product of two matrices that is trained in place of the kernel, see `enable_lora`; None
            trains the kernel itself. Defaults to None.
        lora_alpha: the product is multiplied by ``lora_alpha / lora_rank``; None is `lora_rank`. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ..., features)``

    Output shape:
        ``(batch, ..., units)``

    Raises:
        ValueError: if `units` is not a positive integer, or the number of features is unknown or differs from that at
            building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Dense
        >>> tuple(Dense(2, activation="relu")(np.ones((5, 3), "float32")).shape)
        (5, 2)
    """

    activation = ActivationAttribute()
    kernel = AdaptedWeight()

    @old_names(keras1=DENSE, keras1_order=DENSE_ORDER)
    def __init__(
        self,
        units: PositiveInt,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: PositiveInt | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self._set_low_rank(lora_rank, lora_alpha)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        features = known_axis(self, input_shape, -1, "the number of features")
        self.kernel = add_parameter(self, "kernel", (features, self.units))
        self.bias = add_parameter(self, "bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})
        self._build_low_rank()

    def call(self, inputs: Tensor) -> Tensor:
        if self.lora_enabled:
            a, b = self._low_rank_factors
            added = ops.matmul(self._low_rank_scaled(ops.matmul(inputs, a)), b)
            outputs = ops.add(ops.matmul(inputs, self._frozen_weight), added)
        else:
            outputs = ops.matmul(inputs, self.kernel)
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            **options_config(self, "kernel", "bias"),
        }
