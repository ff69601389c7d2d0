"""Shapes as Keras 2's functions take them: an int, a sequence of sizes, or one tensor of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, Variable, active_trace, ops
from keras_core import backend as backends

if TYPE_CHECKING:
    from collections.abc import Iterable


def sizes(shape: Any) -> tuple[Any, ...]:
    """The sizes of a shape: ints where they are known, else scalar tensors.

    Args:
        shape: an int, the size of the only axis; a sequence of ints and scalar tensors; or a tensor of one axis, such
            as `K.stack` makes of sizes.

    Raises:
        ValueError: for what is no shape.

    Example:
        >>> import numpy as np
        >>> sizes(3), sizes([2, np.int64(5)]), sizes(np.array([4, -1]))
        ((3,), (2, 5), (4, -1))
    """
    if is_known_size(shape):
        return (int(shape),)
    if isinstance(shape, KerasTensor):
        node = shape.node
        stacked = node is not None and node.operation is ops.stack
        elements: Iterable[Any] = node.args[0] if node is not None and stacked else _elements(shape, shape.shape[0])
    elif isinstance(shape, Variable) or backends.owner(shape) is not None:
        elements = _elements(shape, ops.shape(shape)[0]) if active_trace() is not None else backends.to_numpy(shape)
    else:
        elements = shape if isinstance(shape, (Sequence, np.ndarray)) and not isinstance(shape, str) else (shape,)
    found = tuple(map(_size, elements))
    if any(isinstance(size, (str, float, list, tuple, dict)) for size in found):
        raise ValueError(f"A shape is an integer or a sequence of integers, got {shape!r}.")
    return found


def new_sizes(shape: Any) -> tuple[Any, ...]:
    """As `sizes`, of a tensor that is made.

    Raises:
        ValueError: also for a size that is negative.
    """
    found = sizes(shape)
    if any(isinstance(size, int) and size < 0 for size in found):
        raise ValueError(f"A shape is an integer or a sequence of integers of at least 0, got {shape!r}.")
    return found


def is_known_size(x: Any) -> bool:
    """Whether `x` is an int of Python or NumPy: a size that stays known while a program is traced.

    Backends that compile for static shapes can reshape by such sizes only.
    """
    return isinstance(x, (int, np.integer)) or (isinstance(x, np.ndarray) and not x.shape and x.dtype.kind in "iu")


def _elements(shape: Any, count: Any) -> list[Any]:
    if not isinstance(count, int):
        raise ValueError(f"A shape given as a tensor must have a known number of sizes, got {shape!r}.")
    return [ops.getitem(shape, i) for i in range(count)]


def _size(size: Any) -> Any:
    if is_known_size(size):
        return int(size)
    concrete = not isinstance(size, KerasTensor) and active_trace() is None and backends.owner(size) is not None
    return int(backends.to_numpy(size)) if concrete else size
