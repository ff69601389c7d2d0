"""NumPy's numbers among the arguments of a class, a function or an op, as Python's."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np


def plain(value: object) -> Any:
    """A number of NumPy (a scalar or an array without axes) as Python's, also in lists and tuples; else `value` itself.

    Example:
        >>> import numpy as np
        >>> plain(np.float32(0.25)), plain((np.int64(3), np.bool_(True), "same"))
        (0.25, (3, True, 'same'))
    """
    if type(value) is list or type(value) is tuple:
        items = [plain(item) for item in value]
        return value if all(map(operator.is_, items, value)) else type(value)(items)
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0 and value.dtype.kind in "biuf":
        return value.item()
    return value


def listed(value: object) -> Any:
    """An array of NumPy as a list of Python's numbers; else what `plain` gives.

    Example:
        >>> import numpy as np
        >>> listed(np.array([3, 2])), listed((3, np.int64(2)))
        ([3, 2], (3, 2))
    """
    return value.tolist() if isinstance(value, np.ndarray) else plain(value)


def tupled(value: object) -> Any:
    """An array of NumPy as a tuple of Python's numbers, nested for several axes; else what `plain` gives.

    Example:
        >>> import numpy as np
        >>> tupled(np.array([[1, 2], [3, 4]])), tupled(np.int64(2))
        (((1, 2), (3, 4)), 2)
    """
    if isinstance(value, np.ndarray) and value.ndim:
        return tuple(map(tupled, value)) if value.ndim > 1 else tuple(value.tolist())
    return plain(value)
