"""Base of the convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import describe
from keras_layers.convolutional.windows import Windowed
from keras_layers.low_rank import AdaptedWeight, LowRankAdapted
from keras_layers.old_names import CONVOLUTION, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class BaseConv(LowRankAdapted, Windowed):
    """``activation(conv(inputs, kernel) + bias)`` over `rank` spatial axes.

    Keras 2's subclasses of it, `_Conv` there, give `rank` as an argument.

    Weights are the kernel ``(*kernel_size, channels / groups, filters)`` and the bias ``(filters,)``.
    """

    kernel = AdaptedWeight()
    paddings: tuple[str, ...] = ("valid", "same")

    @old_names(keras1=CONVOLUTION, sizes_apart=True)
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: PositiveInt = 1,
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
        rank = kwargs.pop("rank", None)
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if rank is not None:
            self.rank = rank
        self.filters = filters
        self.groups = groups
        if self.filters % self.groups:
            raise ValueError(f"{describe(self)}: filters={filters} must be a multiple of groups={groups}.")
        self._set_windows(kernel_size, strides, padding, data_format, dilation_rate, self.paddings)
        self._set_activation(activation, use_bias)
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self._set_low_rank(lora_rank, lora_alpha)

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"{describe(self)}: the input has {channels} channels (shape {tuple(input_shape)}), "
                f"which is not a multiple of groups={self.groups}."
            )
        self.kernel = add_parameter(self, "kernel", (*self.kernel_size, channels // self.groups, self.filters))
        self.bias = add_parameter(self, "bias", (self.filters,)) if self.use_bias else None
        self._build_low_rank()

    def call(self, inputs: Tensor) -> Tensor:
        inputs, padding = self._padded(inputs)
        if self.lora_enabled and self.groups == 1:
            a, b = self._low_rank_factors
            reduced = self._low_rank_scaled(self._convolved(inputs, a, padding))
            outputs = ops.add(self._convolved(inputs, self._frozen_weight, padding), self._projected(reduced, b))
        else:  # groups share the first matrix, which no convolution of groups does
            outputs = self._convolved(inputs, self.kernel, padding)
        return self._activated(outputs)

    def _convolved(self, inputs: Tensor, kernel: Any, padding: str) -> Tensor:
        return ops.conv(
            inputs,
            kernel,
            strides=self.strides,
            padding=padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )

    def _projected(self, inputs: Tensor, matrix: Any) -> Tensor:
        """The channels at each place times a matrix."""
        if self.data_format == "channels_last":
            return ops.matmul(inputs, matrix)
        kernel = ops.expand_dims(matrix, tuple(range(self.rank)))
        return ops.conv(inputs, kernel, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "groups": self.groups,
            **options_config(self, "kernel", "bias"),
        }
