"""Whether OpenMP's threads make a function of CNTK faster, or slower, as they do small ones and those that cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_backend_cntk.expressions import Expr

_RATE = 20e9
"""Arithmetic operations a second of one core, in products and convolutions."""

_WAKING = 50e-6
"""Seconds that a product takes longer where the other threads have to be woken."""

_RUN = 10e-6
"""The same for each run of elements that lie side by side in a slice or splice: each is a parallel loop of its own."""


def gains_by_threads(exprs: Iterable[Expr]) -> bool:
    """Whether a function computes more in products and convolutions than it loses by waking threads.

    Args:
        exprs: all calls that it consists of.
    """
    return sum(map(_seconds_gained, exprs)) > 0


def _seconds_gained(expr: Expr) -> float:
    if expr.op in ("slice", "splice"):
        return -_RUN * math.prod(expr.shape[: expr.params["axis"]])
    if expr.op in ("times", "batch_times"):
        inner = expr.args[0].shape[-1]
    elif expr.op == "convolution":
        inner = math.prod(expr.args[1].shape[1:])
    else:
        return 0
    return expr.size * inner / _RATE - _WAKING  # half of two operations for each
