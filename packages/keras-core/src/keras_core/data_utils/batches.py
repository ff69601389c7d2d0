"""Data, given whole or in batches, as arrays one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_core.typing import Data


def batches_of(data: Data, who: str) -> Iterator[np.ndarray]:
    """What a layer's `adapt` learns from: one array, or those of a source of batches, one after the other.

    Args:
        data: an array, a tensor, a list, a data frame; or batches: an object with a length and items, or an iterable.
        who: the function that was given it, for messages.

    Raises:
        TypeError: for anything else, and for batches that are tuples or dicts.

    Example:
        >>> from keras_core.data_utils import batches_of
        >>> [batch.shape for batch in batches_of([[1, 2], [3, 4], [5, 6]], "adapt")]
        [(3, 2)]
        >>> [batch.tolist() for batch in batches_of(iter([[1, 2], [3]]), "adapt")]
        [[1, 2], [3]]
    """
    if isinstance(data, (list, tuple, np.ndarray)) or hasattr(data, "__array__") or hasattr(data, "shape"):
        yield _array(data, who)
        return
    if isinstance(data, (str, bytes, Mapping)) or (not hasattr(data, "__iter__") and not hasattr(data, "__getitem__")):
        raise TypeError(f"{who} takes an array or batches of arrays, got {type(data).__name__}.")
    by_number = hasattr(data, "__getitem__") and hasattr(data, "__len__")
    source: Any = data
    for batch in map(source.__getitem__, range(len(source))) if by_number else source:
        if isinstance(batch, (tuple, Mapping)):
            raise TypeError(
                f"{who} takes batches that are arrays, got a {type(batch).__name__}. Leave out the targets: "
                "give it only what the layer will be called on."
            )
        yield _array(batch, who)


def _array(value: Any, who: str) -> np.ndarray:
    value = value.detach().cpu() if hasattr(value, "detach") else value
    try:
        return np.asarray(value)
    except ValueError:
        raise TypeError(f"{who} takes rectangular arrays; the rows of one differ in length.") from None
