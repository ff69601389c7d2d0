"""Shape of ``x[key]``: NumPy's basic indexing, with at most one integer tensor or array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_core.typing import Shape


def expand_key(key: Any, rank: int) -> tuple[Any, ...]:
    """`key` as a tuple that names every axis: Ellipsis and missing axes become full slices.

    Raises:
        ValueError: when it names more axes than there are.
    """
    parts = key if isinstance(key, tuple) else (key,)
    named = sum(part is not None and part is not Ellipsis for part in parts)
    if named > rank:
        raise ValueError(f"got an index of {named} parts for {rank} axes.")
    if sum(part is Ellipsis for part in parts) > 1:
        raise ValueError("got an index with more than one Ellipsis.")
    fill = (slice(None),) * (rank - named)
    if not any(part is Ellipsis for part in parts):
        return (*parts, *fill)
    place = next(k for k, part in enumerate(parts) if part is Ellipsis)
    return (*parts[:place], *fill, *parts[place + 1 :])


def indexed_shape(shape: Shape, key: Any) -> Shape:
    """Shape of a tensor of `shape` indexed by `key`."""
    result: list[int | None] = []
    sizes = iter(shape)
    picked = False
    for part in expand_key(key, len(shape)):
        if part is None:
            result.append(1)
            continue
        size = next(sizes)
        if isinstance(part, slice):
            result.append(_slice_length(part, size))
        elif _is_scalar(part):
            _check_index(part, size, shape)
        else:
            if picked:
                raise ValueError("got an index with more than one array; use take_along_axis or scatter ops.")
            picked = True
            result.extend(_array_shape(part))
    return tuple(result)


def _is_scalar(part: Any) -> bool:
    if isinstance(part, (bool, np.bool_)):
        raise ValueError("got a bool in an index; use where() to choose by a condition.")
    if isinstance(part, (int, np.integer)):
        return True
    return hasattr(part, "shape") and len(part.shape) == 0


def _array_shape(part: Any) -> Shape:
    if hasattr(part, "shape") and hasattr(part, "dtype"):
        if str(part.dtype) == "bool":
            raise ValueError("got a bool mask in an index, whose result has no fixed shape; use where().")
        return tuple(part.shape)
    if isinstance(part, (list, tuple)):
        return np.shape(part)
    raise ValueError(f"got {part!r} in an index, expected ints, slices, None, Ellipsis or one int tensor.")


def _check_index(index: Any, size: int | None, shape: Shape) -> None:
    if isinstance(index, (int, np.integer)) and size is not None and not -size <= index < size:
        raise ValueError(f"got index {index} for an axis of length {size} in shape {tuple(shape)}.")


def _slice_length(part: slice, size: int | None) -> int | None:
    limits = (part.start, part.stop, part.step)
    if not all(one is None or isinstance(one, (int, np.integer)) for one in limits):
        return None
    return None if size is None else len(range(*part.indices(size)))
