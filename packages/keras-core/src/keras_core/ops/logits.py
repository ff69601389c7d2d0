"""Scores behind probabilities, kept with them so that a cross-entropy need not take their logarithm.

Where a probability is rounded to 0 or 1, its logarithm has no gradient; that of the score before a
softmax or sigmoid is exact. Tensors carry their scores along until an op makes new tensors of them; those
that take no attributes stand in a table while they are in use. NumPy arrays, which can be written to, take none.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from keras_core.ops.properties import shape_of
from keras_core.typing import Tensor

_TABLE: dict[int, tuple[weakref.ref[Any], tuple[str, Any, Tensor]]] = {}


def with_scores(probabilities: Tensor, function: str, scores: Tensor, axis: Any = -1) -> Tensor:
    """`probabilities`, which remember the scores that `function` ("softmax", "sigmoid") made them of."""
    known = (function, axis, scores)
    try:
        probabilities._keras_scores = known
    except AttributeError:
        if type(probabilities) is not np.ndarray and not isinstance(probabilities, np.generic):
            key = id(probabilities)
            _TABLE[key] = weakref.ref(probabilities, lambda _: _TABLE.pop(key, None)), known
    return probabilities


def scores_of(probabilities: Tensor, function: str, axis: int = -1) -> Tensor | None:
    """The scores that `function` made the probabilities of along `axis`, where they are known."""
    known = getattr(probabilities, "_keras_scores", None) or _TABLE.get(id(probabilities), (None, None))[1]
    if known is None or known[0] != function:
        return None
    rank = len(shape_of(probabilities))
    same = function == "sigmoid" or (isinstance(known[1], int) and known[1] % rank == axis % rank)
    return known[2] if same else None
