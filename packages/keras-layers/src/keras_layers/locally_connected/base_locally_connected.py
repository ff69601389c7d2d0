"""Base of the layers with a kernel of its own at every place."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import InputSpec, ops
from keras_core.config import take_memory

from keras_layers.checks import choice, describe, known_axis
from keras_layers.convolutional.windows import Windowed
from keras_layers.old_names import CONVOLUTION, old_names
from keras_layers.parameters import add_parameter, options_config, set_options
from keras_layers.shapes import channel_axis, spatial_axes, with_spatial

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class BaseLocallyConnected(Windowed):
    """``activation(local_conv(inputs, kernel) + bias)`` over `rank` spatial axes of known sizes."""

    @old_names(keras1=CONVOLUTION, sizes_apart=True)
    def __init__(
        self,
        filters: PositiveInt,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        implementation: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = filters
        self.implementation = choice(self, "implementation", implementation, (1, 2, 3))
        self._set_windows(kernel_size, strides, padding, data_format, 1)
        if self.padding == "same" and self.implementation == 1:
            raise ValueError(
                f"{describe(self)}: padding='same' needs implementation 2 or 3, got 1, whose kernels all have the size "
                "of a window."
            )
        self._set_activation(activation, use_bias)
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)

    def build(self, input_shape: Shape) -> None:
        axes = spatial_axes(self.rank, self.data_format)
        self._space = tuple(known_axis(self, input_shape, axis, "a spatial size") for axis in axes)
        self._in_channels = known_axis(self, input_shape, channel_axis(self.data_format), "the number of channels")
        for size, window, step in zip(self._space, self.kernel_size, self.strides, strict=True):
            places = number_of_places(size, window, step, self.padding)
            take_memory(size * places, f"{describe(self)}: a mask of {size:,} x {places:,} numbers")
        self._connections = [
            connections(size, window, step, self.padding)
            for size, window, step in zip(self._space, self.kernel_size, self.strides, strict=True)
        ]
        self._places = tuple(one.shape[1] for one in self._connections)
        if 0 in self._places:
            raise ValueError(
                f"{describe(self)}: no window of {self.kernel_size} fits into an input of shape {tuple(input_shape)}."
            )
        self.kernel = add_parameter(self, "kernel", self._kernel_shape())
        self.bias = add_parameter(self, "bias", (*self._places, self.filters)) if self.use_bias else None
        sizes = dict(zip(axes, self._space, strict=True))
        self.input_spec = InputSpec(
            ndim=self.rank + 2, axes={**sizes, channel_axis(self.data_format): self._in_channels}
        )

    def _kernel_shape(self) -> Shape:
        if self.implementation == 1:
            return (math.prod(self._places), math.prod(self.kernel_size) * self._in_channels, self.filters)
        if self.implementation == 2:
            return (*self._arranged(self._space, self._in_channels), *self._arranged(self._places, self.filters))
        return (len(self._indices),)

    def _arranged(self, space: Shape, channels: int) -> tuple[Any, ...]:
        """Sizes of space and channels in the order of the data format."""
        return (channels, *space) if self.data_format == "channels_first" else (*space, channels)

    @cached_property
    def _mask(self) -> np.ndarray:
        """Ones where an input is seen by an output, zeros elsewhere: the shape of inputs, then that of outputs."""
        rank = self.rank
        mask: np.ndarray = np.ones((), bool)
        for one in self._connections:
            mask = np.multiply.outer(mask, one)
        mask = mask.transpose(*range(0, 2 * rank, 2), *range(1, 2 * rank, 2))
        ins, outs = (0, rank + 1) if self.data_format == "channels_first" else (rank, 2 * rank + 1)
        mask = np.expand_dims(mask, (ins, outs))
        shape = (*self._arranged(self._space, self._in_channels), *self._arranged(self._places, self.filters))
        return np.broadcast_to(mask, shape)

    @cached_property
    def _indices(self) -> np.ndarray:
        """Pairs (output, input) that are connected, both counted through, sorted."""
        flat = self._mask.reshape(math.prod(self._space) * self._in_channels, -1)
        return np.argwhere(flat.T).astype("int32")

    def call(self, inputs: Tensor) -> Tensor:
        if self.implementation == 1:
            outputs = ops.local_conv(inputs, self.kernel, self.kernel_size, self.strides, self.data_format)
        else:
            outputs = self._by_matrix(inputs)
        if self.bias is not None:
            first = self.data_format == "channels_first"
            bias = ops.transpose(self.bias, (self.rank, *range(self.rank))) if first else self.bias
            outputs = ops.add(outputs, bias)
        return self.activation(outputs)

    def _by_matrix(self, inputs: Tensor) -> Tensor:
        ins, outs = math.prod(self._space) * self._in_channels, math.prod(self._places) * self.filters
        if self.implementation == 2:
            mask = ops.convert_to_tensor(self._mask.astype("float32"), dtype=ops.dtype(inputs))
            matrix = ops.reshape(ops.multiply(self.kernel, mask), (ins, outs))
        else:
            matrix = ops.transpose(ops.scatter(self._indices, self.kernel, (outs, ins)))
        flat = ops.matmul(ops.reshape(inputs, (-1, ins)), matrix)
        return ops.reshape(flat, (-1, *self._arranged(self._places, self.filters)))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        sizes = [input_shape[axis] for axis in spatial_axes(self.rank, self.data_format)]
        places = tuple(
            None if size is None else number_of_places(size, window, step, self.padding)
            for size, window, step in zip(sizes, self.kernel_size, self.strides, strict=True)
        )
        shape = list(with_spatial(input_shape, places, self.data_format))
        shape[channel_axis(self.data_format)] = self.filters
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["dilation_rate"]
        return {
            **config,
            "filters": self.filters,
            "implementation": self.implementation,
            **options_config(self, "kernel", "bias"),
        }


def number_of_places(size: int, window: int, step: int, padding: str) -> int:
    """How many windows there are along one axis; see `connections`."""
    return -(-size // step) if padding == "same" else max((size - window) // step + 1, 0)


def connections(size: int, window: int, step: int, padding: str) -> np.ndarray:
    """Whether each place of an input is seen by each place of the output, along one axis.

    Args:
        size: places of the input.
        window: size of the window.
        step: distance of the windows.
        padding: "valid", or "same" for ``ceil(size / step)`` windows.

    Returns:
        Booleans ``(places of the input, places of the output)``.

    Example:
        >>> connections(3, 2, 1, "valid").astype(int).tolist()
        [[1, 0], [1, 1], [0, 1]]
    """
    places = number_of_places(size, window, step, padding)
    before = max((places - 1) * step + window - size, 0) // 2 if padding == "same" else 0
    offsets = np.arange(size)[:, None] - (np.arange(places) * step - before)
    return (offsets >= 0) & (offsets < window)
