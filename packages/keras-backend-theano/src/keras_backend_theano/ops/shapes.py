"""Shapes as PyTensor takes them: ints where they are known, scalars of the graph where not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.graph.basic import Variable


def sizes(shape: Any) -> list[Any]:
    """The sizes of a dynamic shape: ints, and int64 scalars where only the run knows them."""
    if isinstance(shape, Variable):
        return [pt.cast(shape[k], "int64") for k in range(shape.type.shape[0])]
    entries = np.ravel(shape) if isinstance(shape, (int, np.integer, np.ndarray)) else shape
    return [pt.cast(n, "int64") if isinstance(n, Variable) else int(n) for n in entries]


def lengths(x: Any) -> list[Any]:
    """Sizes of all axes of a variable: ints where known."""
    return [x.shape[k] if n is None else n for k, n in enumerate(x.type.shape)]
