"""Data, given whole or in batches, as arrays one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Data


class Frame(Protocol):
    """What frames of pandas and polars have in common."""

    @property
    def columns(self) -> Sequence[str]: ...
    def to_numpy(self) -> np.ndarray: ...
    def __getitem__(self, name: str | list[str]) -> ArrayLike: ...


def is_frame(value: object) -> TypeGuard[Frame]:
    """Whether a value is a frame of pandas, polars or another library: columns by name that become one array.

    Example:
        >>> from keras_core.data_utils import is_frame
        >>> is_frame({"a": [1]}), is_frame([1])
        (False, False)
    """
    return hasattr(value, "columns") and hasattr(value, "to_numpy") and not isinstance(value, Mapping)


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
    for batch in _items(data):
        if isinstance(batch, (tuple, Mapping)):
            raise TypeError(
                f"{who} takes batches that are arrays, got a {type(batch).__name__}. Leave out the targets: "
                "give it only what the layer will be called on."
            )
        yield _array(batch, who)


def tables_of(
    data: Data | Mapping[str, Any], who: str, names: Sequence[str] | None = None
) -> Iterator[dict[str, np.ndarray]]:
    """Tables of columns by name: one, or those of a source of batches, one after the other.

    Args:
        data: a dict of arrays, or a data frame; or batches of these: an object with a length and items, or an iterable.
            Of a batch ``(x, y)`` or ``(x, y, sample_weight)``, x is taken.
        who: the function that was given it, for messages.
        names: the columns that are wanted, which alone become arrays; all when None.

    Raises:
        TypeError: for anything else.
        ValueError: for data without a column that is wanted.

    Example:
        >>> from keras_core.data_utils import tables_of
        >>> batches = iter([({"a": [1, 2]}, [0, 1]), ({"a": [3]}, [1])])
        >>> [table["a"].tolist() for table in tables_of(batches, "adapt")]
        [[1, 2], [3]]
    """
    table = _table(data, who, names)
    if table is not None:
        yield table
        return
    if isinstance(data, (str, bytes, np.ndarray)) or not (hasattr(data, "__iter__") or hasattr(data, "__getitem__")):
        raise TypeError(f"{who} takes a dict of columns, a data frame, or batches of these; got {type(data).__name__}.")
    for batch in _items(data):
        part = batch[0] if isinstance(batch, (tuple, list)) and batch else batch
        table = _table(part, who, names)
        if table is None:
            raise TypeError(f"{who} takes batches that are dicts of columns, got {type(part).__name__}.")
        yield table


def _table(value: Any, who: str, names: Sequence[str] | None) -> dict[str, np.ndarray] | None:
    """Columns of a dict or a data frame as arrays by name; None for anything else."""
    if is_frame(value):
        known = {str(name): name for name in value.columns}
    elif isinstance(value, Mapping):
        known = {str(name): name for name in value}
    else:
        return None
    for name in names or ():
        if name not in known:
            raise ValueError(f"{who}: the data have no column {name!r}; they have {sorted(known)}.")
    return {name: _array(value[known[name]], who) for name in (known if names is None else names)}


def _items(source: Any) -> Iterator[Any]:
    """The batches of a source, by number where it has them so."""
    by_number = hasattr(source, "__getitem__") and hasattr(source, "__len__")
    return map(source.__getitem__, range(len(source))) if by_number else iter(source)


def _array(value: Any, who: str) -> np.ndarray:
    value = value.detach().cpu() if hasattr(value, "detach") else value
    try:
        return np.asarray(value)
    except ValueError:
        raise TypeError(f"{who} takes rectangular arrays; the rows of one differ in length.") from None
