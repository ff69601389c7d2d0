"""What `ops.print_tensor` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def print_array(message: str, summarize: int, array: ArrayLike) -> None:
    """Print a message and an array on standard output.

    Args:
        message: what stands before the array.
        summarize: how many elements of an axis to show at both of its ends; -1 for all.
        array: the array.
    """
    values = np.asarray(array)
    text = np.array2string(values, threshold=values.size if summarize < 0 else 0, edgeitems=max(summarize, 1))
    print(f"{message} {text}" if message else text, flush=True)
