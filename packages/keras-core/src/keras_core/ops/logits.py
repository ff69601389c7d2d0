"""The logits behind probabilities, kept with them so that a cross-entropy need not take their logarithm.

Where a probability is rounded to 0 or 1, its logarithm has no gradient; that of the logit before a softmax or sigmoid
is exact. A tensor carries its logits as an attribute until an op makes a new tensor of it. For one that takes no
attributes, as the traced values of some frameworks, the active `Trace` keeps them. NumPy arrays, which can be written
to in place, carry none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.ops.properties import shape_of
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def with_logits(probabilities: Tensor, function: str, logits: Tensor, axis: Any = -1) -> Tensor:
    """`probabilities`, which remember what they were computed from.

    Args:
        probabilities: what `function` returned.
        function: "softmax" or "sigmoid".
        logits: its argument, of the same shape.
        axis: the axis, or axes, of the softmax.
    """
    origin = (function, axis, logits)
    try:
        probabilities._keras_logits = origin
    except AttributeError:
        trace = active_trace()
        if trace is not None and not isinstance(probabilities, (np.ndarray, np.generic)):
            trace.annotate(probabilities, origin)
    return probabilities


def logits_of(probabilities: Tensor, function: str, axis: int = -1) -> Tensor | None:
    """The logits that `function` made the probabilities of along `axis`; None where they are not known."""
    origin = getattr(probabilities, "_keras_logits", None)
    if origin is None:
        trace = active_trace()
        origin = None if trace is None else trace.annotation(probabilities)
    if not isinstance(origin, tuple) or origin[0] != function:
        return None
    rank = len(shape_of(probabilities))
    same = function == "sigmoid" or (isinstance(origin[1], int) and origin[1] % rank == axis % rank)
    return origin[2] if same else None
