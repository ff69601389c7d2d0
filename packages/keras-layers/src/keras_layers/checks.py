"""Checks of layer arguments, with messages that name layer, argument, value and what was expected."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from keras_core import Layer, config
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from keras_core.typing import Shape

DataFormat = Literal["channels_last", "channels_first"]
DATA_FORMATS = {"th": "channels_first", "tf": "channels_last"}  # Keras 1's names


def int_tuple(layer: Layer, argument: str, value: Any, rank: int, minimum: int = 1) -> tuple[int, ...]:
    """`value`, an int or a sequence of `rank` ints, as a tuple of `rank` ints."""
    expected = f"an integer of at least {minimum} or a tuple of {rank} of them"
    value = listed(value)
    try:
        values = tuple(operator.index(v) for v in (value if isinstance(value, Sequence) else (value,) * rank))
    except TypeError:
        values = ()
    if len(values) != rank or any(v < minimum for v in values):
        raise ValueError(f"{describe(layer)}: {argument} must be {expected}, got {value!r}.")
    return values


def pairs(layer: Layer, argument: str, value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    """Amounts before and after each of `rank` axes: an int, `rank` ints or `rank` pairs of ints."""
    value = listed(value)
    axes = value if isinstance(value, Sequence) else (value,) * rank
    try:
        result = tuple(
            tuple(operator.index(v) for v in (axis if isinstance(axis, Sequence) else (axis, axis))) for axis in axes
        )
    except TypeError:
        result = ()
    if len(result) != rank or any(len(pair) != 2 or min(pair) < 0 for pair in result):
        raise ValueError(
            f"{describe(layer)}: {argument} must be an integer of at least 0, a tuple of {rank} of them "
            f"or a tuple of {rank} pairs, got {value!r}."
        )
    return result  # type: ignore[return-value]


def choice(layer: Layer, argument: str, value: Any, allowed: Sequence[Any]) -> Any:
    """`value` if it is among `allowed`; strings are compared in lower case."""
    value = value.lower() if isinstance(value, str) else value
    if value not in allowed:
        raise ValueError(
            f"{describe(layer)}: {argument} must be one of {', '.join(map(repr, allowed))}, got {value!r}."
        )
    return value


def fraction(layer: Layer, argument: str, value: Any, below_one: bool = False) -> float:
    """`value`, a number in [0, 1], or in [0, 1) if `below_one`."""
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{describe(layer)}: {argument} must be a number from 0 to 1, got {value!r}.")
    if below_one and value == 1:
        raise ValueError(f"{describe(layer)}: {argument} must be below 1, got {value!r}.")
    return value


def data_format(layer: Layer, value: str | None) -> DataFormat:
    """`value`, also by its Keras 1 name "th" or "tf", or the configured image data format."""
    value = DATA_FORMATS.get(value, value) if isinstance(value, str) else value
    formats = ("channels_last", "channels_first")
    chosen: DataFormat = choice(layer, "data_format", value or config.image_data_format(), formats)
    return chosen


def known_axis(layer: Layer, shape: Shape, axis: int, what: str) -> int:
    """The size of an axis that the layer must know to make its weights."""
    if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        raise ValueError(
            f"{describe(layer)}: axis must be an integer from {-len(shape)} to {len(shape) - 1} for an input of shape "
            f"{tuple(shape)}, got {axis!r}."
        )
    size = shape[axis]
    if size is None:
        raise ValueError(
            f"{describe(layer)}: {what} (axis {axis} of the input) must be known, got input shape {tuple(shape)}. "
            "Give it in the model's Input or in the first layer's input_shape."
        )
    return size


def fitting_mask(layer: Layer, mask: Shape, wanted: Shape, what: str = "mask") -> None:
    """Refuse a mask whose shape is not the wanted one.

    Args:
        layer: layer that is called.
        mask: shape of the mask; None where a size is known only at run time.
        wanted: shape that it must have, likewise.
        what: what the mask is, for the message.

    Raises:
        ValueError: if ranks or known sizes differ.
    """
    pairs = zip(mask, wanted, strict=False)
    if len(mask) != len(wanted) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
        raise ValueError(
            f"{describe(layer)}: {what} must have shape {tuple(wanted)} to go with the inputs, got shape {tuple(mask)}."
        )


def describe(layer: Layer) -> str:
    """The layer's class and name, for messages."""
    return f"{type(layer).__name__} {getattr(layer, 'name', None)!r}"
