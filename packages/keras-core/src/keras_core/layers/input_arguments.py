"""Keras 2's way to give a model's input shape: as arguments of its first layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_core.typing import Shape

INPUT_ARGUMENTS = (
    "input_shape",
    "batch_input_shape",
    "input_dim",
    "batch_size",
    "input_dtype",
    "input_length",
    "batch_shape",
)


def batch_shape_of(given: dict[str, Any]) -> Shape | None:
    """The shape, batch axis included, that such arguments describe; None where they do not say.

    Example:
        >>> batch_shape_of({"input_dim": 5, "input_length": 7})
        (None, 7, 5)
    """
    full = given.get("batch_input_shape") or given.get("batch_shape")
    if full:
        return tuple(full)
    shape = given.get("input_shape")
    if shape is None and given.get("input_dim") is not None:
        shape = (given["input_dim"],)
        if "input_length" in given:
            shape = (given["input_length"], given["input_dim"])
    if shape is None:
        return None
    return (given.get("batch_size"), *((shape,) if isinstance(shape, int) else shape))
