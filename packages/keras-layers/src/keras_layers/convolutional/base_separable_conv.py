"""Base of the separable convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.convolutional.windows import Windowed
from keras_layers.old_names import CONVOLUTION, KERNEL_IN_PARTS, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class BaseSeparableConv(Windowed):
    """Depthwise convolution, then a pointwise one, over `rank` spatial axes.

    Weights are `depthwise_kernel` ``(*kernel_size, channels, depth_multiplier)``, `pointwise_kernel`
    ``(1, ..., channels * depth_multiplier, filters)`` and the bias ``(filters,)``.
    """

    paddings: tuple[str, ...] = ("valid", "same")

    @old_names(keras1=CONVOLUTION, keras2=KERNEL_IN_PARTS, sizes_apart=True)
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: PositiveInt = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = filters
        self.depth_multiplier = depth_multiplier
        self._set_windows(kernel_size, strides, padding, data_format, dilation_rate, self.paddings)
        self._set_activation(activation, use_bias)
        set_options(self, "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)
        set_options(self, "pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        depthwise = (*self.kernel_size, channels, self.depth_multiplier)
        pointwise = (*(1,) * self.rank, channels * self.depth_multiplier, self.filters)
        self.depthwise_kernel = add_parameter(self, "depthwise_kernel", depthwise, options="depthwise")
        self.pointwise_kernel = add_parameter(self, "pointwise_kernel", pointwise, options="pointwise")
        self.bias = add_parameter(self, "bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs: Tensor) -> Tensor:
        inputs, padding = self._padded(inputs)
        outputs = ops.separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            strides=self.strides,
            padding=padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._activated(outputs)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "depth_multiplier": self.depth_multiplier,
            **options_config(self, "depthwise", "pointwise", "bias"),
        }
