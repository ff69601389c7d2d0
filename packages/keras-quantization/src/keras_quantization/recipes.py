"""Which weights of a layer are quantized, and along which axes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Layer


class Recipe(NamedTuple):
    """How a weight is quantized.

    Attributes:
        attribute: where the layer has it.
        summed: the axes that products sum over, which share a scale.
        layout: for each axis of the scale in files, the weight's axis that it varies along; None for an axis of size 1.
        beside: whether files hold the scale directly behind the weight.
        inputs: whether its inputs are quantized, too, in "int8".
    """

    attribute: str
    summed: tuple[int, ...]
    layout: tuple[int | None, ...]
    beside: bool = False
    inputs: bool = False


def _dense(layer: Any) -> list[Recipe]:
    return [Recipe("kernel", (0,), (1,), inputs=True)]


def _einsum_dense(layer: Any) -> list[Recipe]:
    text = layer.equation.replace(" ", "").replace("...", "")
    _, kernel, end = re.split(",|->", text)
    summed = tuple(axis for axis, letter in enumerate(kernel) if letter not in end)
    layout = tuple(kernel.index(letter) if letter in kernel else None for letter in end)
    return [Recipe("kernel", summed, layout, inputs=True)]


def _embedding(layer: Any) -> list[Recipe]:
    return [Recipe("embeddings", (1,), (0,), beside=True)]


def _reversible_embedding(layer: Any) -> list[Recipe]:
    tables = [Recipe("embeddings", (1,), (0,), beside=True, inputs=True)]
    if layer.tie_weights:
        return tables
    return [*tables, Recipe("reverse_embeddings", (0,), (1,), beside=True, inputs=True)]


def _convolution(layer: Any) -> list[Recipe]:
    rank = len(layer.kernel_size)
    return [Recipe("kernel", tuple(range(rank + 1)), (rank + 1,))]


def _transposed_convolution(layer: Any) -> list[Recipe]:
    rank = len(layer.kernel_size)
    return [Recipe("kernel", (*range(rank), rank + 1), (rank, None))]


def _depthwise_convolution(layer: Any) -> list[Recipe]:
    rank = len(layer.kernel_size)
    return [Recipe("kernel", tuple(range(rank)), (rank, rank + 1))]


def _separable_convolution(layer: Any) -> list[Recipe]:
    rank = len(layer.kernel_size)
    return [
        Recipe("depthwise_kernel", tuple(range(rank)), (rank, rank + 1)),
        Recipe("pointwise_kernel", tuple(range(rank + 1)), (rank + 1,)),
    ]


_ALL = ("int8", "int4", "float8", "gptq", "awq")
_INTEGERS = ("int8", "int4")
_INT8 = ("int8",)

#: Classes by name, with the modes that they can be quantized in.
_OF_CLASS: dict[str, tuple[Callable[[Any], list[Recipe]], tuple[str, ...]]] = {
    "Dense": (_dense, _ALL),
    "EinsumDense": (_einsum_dense, _ALL),
    "Embedding": (_embedding, _INTEGERS),
    "ReversibleEmbedding": (_reversible_embedding, _INTEGERS),
    **{f"Conv{rank}D": (_convolution, _INT8) for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": (_transposed_convolution, _INT8) for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": (_depthwise_convolution, _INT8) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": (_separable_convolution, _INT8) for rank in (1, 2)},
}


def known_class(layer: Layer) -> str | None:
    """The name of the class of Keras that a layer is of, or derives from, and that can be quantized; None for none."""
    for cls in type(layer).__mro__:
        if cls.__name__ in _OF_CLASS and cls.__module__.partition(".")[0] == "keras_layers":
            return cls.__name__
    return None


def recipes_of(layer: Layer, mode: str) -> list[Recipe]:
    """How the weights of a layer are quantized; none where it cannot be quantized in this mode.

    Args:
        layer: a layer.
        mode: "int8", "int4", "float8", "gptq" or "awq".
    """
    name = known_class(layer)
    if name is None:
        return []
    recipes, modes = _OF_CLASS[name]
    return recipes(layer) if mode in modes else []


def classes_for(mode: str) -> str:
    """Names of the classes that can be quantized in a mode, for messages."""
    return ", ".join(name for name, (_, modes) in _OF_CLASS.items() if mode in modes)
