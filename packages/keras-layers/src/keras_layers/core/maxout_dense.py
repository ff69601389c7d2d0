"""MaxoutDense: the largest of several dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, ops

from keras_layers.checks import known_axis
from keras_layers.old_names import DENSE, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class MaxoutDense(Layer):
    """The elementwise largest of several dense layers: ``max over i of (x @ kernel[i] + bias[i])``.

    Weights are `kernel` ``(nb_feature, features, units)`` and `bias` ``(nb_feature, units)``. A layer of Keras 1.

    Args:
        units: size of the output, a positive integer.
        nb_feature: number of dense layers. Defaults to 4.
        kernel_initializer: initializer of the kernel, a name or an instance. Defaults to "glorot_uniform".
        use_bias: whether to add a bias. Defaults to True.
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, features)``

    Output shape:
        ``(batch, units)``

    Raises:
        ValueError: if a number is not a positive integer, or the number of features is unknown or differs from that at
            building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import MaxoutDense
        >>> tuple(MaxoutDense(5)(np.ones((2, 3), "float32")).shape)
        (2, 5)

    Reference: Goodfellow et al., 2013, https://arxiv.org/abs/1302.4389
    """

    @old_names(keras1=DENSE)
    def __init__(
        self,
        units: PositiveInt,
        nb_feature: PositiveInt = 4,
        kernel_initializer: Any = "glorot_uniform",
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = units
        self.nb_feature = nb_feature
        self.use_bias = use_bias
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Shape) -> None:
        features = known_axis(self, input_shape, -1, "the number of features")
        self.kernel = add_parameter(self, "kernel", (self.nb_feature, features, self.units))
        self.bias = add_parameter(self, "bias", (self.nb_feature, self.units)) if self.use_bias else None
        self.input_spec = InputSpec(ndim=2, axes={-1: features})

    def call(self, inputs: Tensor) -> Tensor:
        outputs = ops.einsum("nf,kfu->nku", inputs, self.kernel)
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return ops.max(outputs, axis=1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "nb_feature": self.nb_feature,
            "use_bias": self.use_bias,
            **options_config(self, "kernel", "bias"),
        }
