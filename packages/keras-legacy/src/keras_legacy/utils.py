"""Functions of Keras 2's `keras.utils` that are methods today, or no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_legacy.conv_utils import convert_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import Model


_CONVOLUTIONS = frozenset(
    {"Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D"}
    | {"DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"}
)


def print_summary(
    model: Model,
    line_length: int | None = None,
    positions: list[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
) -> None:
    """Print a table of layers, output shapes and parameter counts: `Model.summary`.

    Args:
        model: the model.
        line_length: width of the table; None for as wide as it needs. Defaults to None.
        positions: ends of the columns, in characters or, up to 1, as shares of the width; None for what they need.
            Defaults to None.
        print_fn: called with each line; None prints them. Defaults to None.

    Example:
        >>> from keras_core import Input, Model
        >>> inputs = Input((3,))
        >>> lines = []
        >>> print_summary(Model(inputs, inputs, name="nothing"), print_fn=lines.append)
        >>> lines[0]
        'Model: "nothing"'
    """
    model.summary(line_length, positions, print_fn)


def multi_gpu_model(
    model: Model, gpus: int | Sequence[int] | None = None, cpu_merge: bool = True, cpu_relocation: bool = False
) -> Model:
    """Keras 2: one model whose batches several GPUs share out. It is not there: a model lives on one device.

    Args:
        model: the model.
        gpus: how many GPUs, or their numbers.
        cpu_merge: where weights and outputs are.
        cpu_relocation: whether weights are made on the processor.

    Raises:
        NotImplementedError: always, with what to do instead.
    """
    raise NotImplementedError(
        f"multi_gpu_model({model.name!r}, gpus={gpus!r}): a model lives on one device, and its batches are not shared "
        "out among several. Train the model itself, on the device of your choice: `with keras.device('gpu:1'):` around "
        "what makes it. What splits a batch in one process gains little over a larger batch on one GPU."
    )


def convert_all_kernels_in_model(model: Model) -> None:
    """Keras 2: turn the kernels of all convolutions around, as between weights of old Theano and TensorFlow programs.

    Args:
        model: the model, whose weights are changed.
    """
    for layer in model.flatten_layers():
        if type(layer).__name__ in _CONVOLUTIONS:
            for kernel in (one for one in layer.weights if one.name.endswith("kernel")):
                kernel.assign(convert_kernel(kernel.numpy()))
