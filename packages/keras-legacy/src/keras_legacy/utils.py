"""Functions of Keras 2's `keras.utils` that are methods today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Model


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
