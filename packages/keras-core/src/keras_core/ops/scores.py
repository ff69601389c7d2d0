"""Scores behind probabilities, kept with them so that a cross-entropy need not take their logarithm.

Where a probability is rounded to 0 or 1, its logarithm has no gradient; that of the score before a
softmax or sigmoid is exact. Tensors that take attributes carry their scores along until an op makes
new tensors of them; NumPy arrays take none.
"""

from __future__ import annotations

from typing import Any

from keras_core.ops.table import shape_of
from keras_core.typing import Tensor


def with_scores(probabilities: Tensor, function: str, scores: Tensor, axis: Any = -1) -> Tensor:
    """`probabilities`, which remember the scores that `function` ("softmax", "sigmoid") made them of."""
    try:
        probabilities._keras_scores = (function, axis, scores)
    except AttributeError:
        pass
    return probabilities


def scores_of(probabilities: Tensor, function: str, axis: int = -1) -> Tensor | None:
    """The scores that `function` made the probabilities of along `axis`, where they are known."""
    known = getattr(probabilities, "_keras_scores", None)
    if known is None or known[0] != function:
        return None
    rank = len(shape_of(probabilities))
    same = function == "sigmoid" or (isinstance(known[1], int) and known[1] % rank == axis % rank)
    return known[2] if same else None
