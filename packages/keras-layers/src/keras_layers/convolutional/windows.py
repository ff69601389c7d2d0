"""Base of all convolutions: their common arguments and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import choice, describe, int_tuple, known_axis
from keras_layers.checks import data_format as checked_data_format
from keras_layers.shapes import channel_axis, spatial_axes

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class Windowed(Layer):
    """A layer that slides a window over `rank` spatial axes, then adds a bias and an activation."""

    rank: int
    activation = ActivationAttribute()
    bias: Any

    def _set_windows(
        self,
        kernel_size: Any,
        strides: Any,
        padding: str,
        data_format: str | None,
        dilation_rate: Any,
        paddings: tuple[str, ...] = ("valid", "same"),
    ) -> None:
        """Check and set the arguments of the windows."""
        self.kernel_size = int_tuple(self, "kernel_size", kernel_size, self.rank)
        self.strides = int_tuple(self, "strides", strides, self.rank)
        self.padding = choice(self, "padding", padding, paddings)
        self.data_format = checked_data_format(self, data_format)
        self.dilation_rate = int_tuple(self, "dilation_rate", dilation_rate, self.rank)
        self.input_spec = InputSpec(min_ndim=self.rank + 2, max_ndim=self.rank + 2)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{describe(self)}: strides={self.strides} and dilation_rate={self.dilation_rate} cannot both "
                "exceed 1. Leave one of them out."
            )

    def _channels(self, input_shape: Shape) -> int:
        """Number of input channels, which the input spec requires from here on."""
        axis = channel_axis(self.data_format)
        channels = known_axis(self, input_shape, axis, "the number of channels")
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def _padded(self, inputs: Tensor) -> tuple[Tensor, str]:
        """Inputs and the padding left to do: causal padding puts zeros before each sequence."""
        if self.padding != "causal":
            return inputs, self.padding
        widths = [(0, 0)] * (self.rank + 2)
        for axis, size, rate in zip(
            spatial_axes(self.rank, self.data_format), self.kernel_size, self.dilation_rate, strict=True
        ):
            widths[axis] = (rate * (size - 1), 0)
        return ops.pad(inputs, widths), "valid"

    def _with_bias(self, outputs: Tensor) -> Tensor:
        """Add the bias, if any."""
        if self.bias is None:
            return outputs
        first = self.data_format == "channels_first"
        return ops.add(outputs, ops.reshape(self.bias, (1, -1, *(1,) * self.rank)) if first else self.bias)

    def _activated(self, outputs: Tensor) -> Tensor:
        """Add the bias, if any, and apply the activation."""
        return self.activation(self._with_bias(outputs))

    def _set_activation(self, activation: Any, use_bias: bool) -> None:
        self.activation = activation
        self.use_bias = use_bias

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
        }
