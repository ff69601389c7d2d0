"""Functions of Keras 2's `keras.utils` that are methods today, or no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Model, backend
from keras_distribution import DataParallel, list_devices

from keras_legacy.conv_utils import convert_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_CONVOLUTIONS = frozenset(
    {"Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D"}
    | {"DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"}
)


def print_summary(
    model: Model,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
) -> None:
    """Print a table of layers, output shapes and parameter counts: `Model.summary`.

    Args:
        model: the model.
        line_length: width of the table; None for as wide as it needs. Defaults to None.
        positions: ends of the columns, in characters or, up to 1, as shares of the width; None for what they need.
            Defaults to None.
        print_fn: called with each line; None prints them. Defaults to None.

    Raises:
        ValueError: if `model` is none.

    Example:
        >>> from keras_core import Input, Model
        >>> inputs = Input((3,))
        >>> lines = []
        >>> print_summary(Model(inputs, inputs, name="nothing"), print_fn=lines.append)
        >>> lines[0]
        'Model: "nothing"'
    """
    if not isinstance(model, Model):
        raise ValueError(f"print_summary(): model must be a model, got {type(model).__name__} {model!r}.")
    model.summary(line_length, positions, print_fn)


def multi_gpu_model(
    model: Model, gpus: int | Sequence[int] | None = None, cpu_merge: bool = True, cpu_relocation: bool = False
) -> Model:
    """Keras 2: a model whose batches several GPUs share out, with the layers and weights of the one that is given.

    It is a `keras.distribution.DataParallel` over these devices: every one has all weights and computes its part of
    each batch, and gradients are summed over them. A batch that the devices do not divide is computed whole by each.

    Args:
        model: the model, which trains along, as the weights are the same. It is on these devices from now on.
        gpus: how many GPUs, at least 2, or their numbers; None for all.
        cpu_merge: accepted; each device keeps what it computes.
        cpu_relocation: accepted; weights are on every device.

    Returns:
        A model of the same graph, to be compiled.

    Raises:
        NotImplementedError: where the model's backend has no engine for several devices.
        ValueError: for fewer than two devices, for more than there are, and for a model without a graph.
    """
    graph = model.symbolic_graph
    if graph is None:
        raise ValueError(
            f"multi_gpu_model({model.name!r}) takes a model whose inputs and outputs are known; make a subclassed one "
            "inside `with keras.distribution.DataParallel().scope():`."
        )
    with backend.use_backend(model.backend_name):
        found = list_devices()
        kind = found[0].partition(":")[0]
        if gpus is None:
            devices = found
        else:
            devices = found[:gpus] if isinstance(gpus, int) else [f"{kind}:{number}" for number in gpus]
        enough = len(devices) > 1 and (not isinstance(gpus, int) or len(devices) == gpus)
        if not enough or not set(devices) <= set(found):
            raise ValueError(
                f"multi_gpu_model({model.name!r}, gpus={gpus!r}) needs two or more devices, all of them here. "
                f"The devices are: {', '.join(found)}. With one, train the model as it is."
            )
        spread = DataParallel(devices=devices)
        with spread.scope():
            for layer in model.flatten_layers():
                layer.distributed_by = spread
            for variable in model.variables:
                variable.distribute(spread)
            return Model(graph.inputs_structure, graph.outputs_structure, name=model.name)


def convert_all_kernels_in_model(model: Model) -> None:
    """Keras 2: turn the kernels of all convolutions around, as between weights of old Theano and TensorFlow programs.

    Args:
        model: the model, whose weights are changed.
    """
    for layer in model.flatten_layers():
        if type(layer).__name__ in _CONVOLUTIONS:
            for kernel in (one for one in layer.weights if one.name.endswith("kernel")):
                kernel.assign(convert_kernel(kernel.numpy()))
