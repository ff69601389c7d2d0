"""Sizes and limits among the arguments of ops."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_export.to_onnx.values import Unsupported, Value


def given_sizes(shape: Any) -> list[int | Value]:
    """The sizes of a shape: ints where they are known.

    Args:
        shape: an int, a sequence of ints and scalar tensors, or a vector that is known.

    Raises:
        Unsupported: for a vector that is computed, of which the number of axes may not be known.
    """
    if isinstance(shape, Value):
        if shape.ndim == 0:
            return [given_int(shape)]
        return [int(one) for one in shape.known("a shape")]
    if isinstance(shape, (int, np.integer)):
        return [int(shape)]
    return [given_int(one) for one in shape]


def given_int(value: Any) -> int | Value:
    """A scalar as an int where it is known.

    Args:
        value: a number or a scalar tensor.
    """
    if not isinstance(value, Value):
        return int(value)
    return value if value.array is None else int(value.array)


def known_int(value: Any, what: str) -> int:
    """A scalar that must be known.

    Args:
        value: a number or a scalar tensor.
        what: what it is, for the message.

    Raises:
        Unsupported: for one that is computed.
    """
    found = given_int(value)
    if isinstance(found, Value):
        raise Unsupported(f"{what} that is computed")
    return found
