"""Data as arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, dtypes, tree
from keras_core.backend import discovery as backends
from keras_core.graph.spec import Spec

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor, TensorTree

Batch = tuple[Any, ...]
"""x, y and sample_weight: nested arrays or None."""


def as_array(value: ArrayLike, where: str) -> Tensor | None:
    """Data as an array: float64 becomes floatx, lists and frames become arrays, as do other backends' tensors.

    Raises:
        ValueError: for what holds no numbers, such as strings or lists of different lengths.
    """
    if value is None:
        return None
    if backends.owner(value) is not None:
        return backends.as_data(value, backends.active())
    array = _rectangular(_dense(value), where)
    if array.dtype == object:
        if any(one is None for one in array.flat):
            raise ValueError(
                f"{where} holds None where numbers are expected. Fill in what is missing, or leave these rows out."
            )
        try:
            array = array.astype(config.floatx())
        except (TypeError, ValueError):
            if isinstance(array.flat[0], np.ndarray):
                raise _ragged(where, "its rows are arrays of different shapes") from None
            raise ValueError(
                f"{where} holds objects of type {type(array.flat[0]).__name__} where numbers are expected. "
                "Convert it to an array of numbers first."
            ) from None
    if array.dtype.kind == "f" and dtypes.standardize(array.dtype) != config.floatx() and array.dtype.itemsize > 4:
        array = array.astype(config.floatx())
    _refuse_others(array, where)
    return dtypes.in_native_order(array)


def _rectangular(value: Any, where: str) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise _ragged(where, str(error).rstrip(".")) from None


def _ragged(where: str, reason: str) -> ValueError:
    return ValueError(f"{where} is not a rectangular array: {reason}. Pad its rows to one length.")


def holds_text(value: Any) -> bool:
    """Whether data of one input are strings: an array, a tensor, a column of a frame, or a list.

    Example:
        >>> import numpy as np
        >>> holds_text(np.array(["a"])), holds_text([[b"a"]]), holds_text(np.ones(1)), holds_text([])
        (True, True, False, False)
    """
    if isinstance(value, (str, bytes)):
        return True
    if isinstance(value, (list, tuple)):
        return bool(value) and not hasattr(value, "_fields") and holds_text(value[0])
    if isinstance(value, np.ndarray):
        kind = value.dtype.kind
        return kind in "SUT" or (kind == "O" and isinstance(_first_item(value), (str, bytes)))
    if hasattr(value, "iloc"):
        return holds_text(value.to_numpy())
    return getattr(getattr(value, "dtype", None), "name", None) == "string"  # TensorFlow's


def is_complex(value: Any) -> bool:
    """Whether an array, or a tensor of any framework, holds complex numbers; False for what has no dtype.

    Example:
        >>> import numpy as np
        >>> is_complex(np.ones(1, "complex64")), is_complex(np.ones(1)), is_complex([1j])
        (True, False, False)
    """
    return "complex" in str(getattr(value, "dtype", ""))


def _first_item(array: np.ndarray) -> Any:
    """The first object of an array that is not missing."""
    return next((one for one in array.flat if one is not None and one == one), None)


def as_array_or_text(value: ArrayLike, where: str) -> Tensor | None:
    """Data as an array of numbers, as `as_array`, or of strings (str, or bytes as they are).

    Raises:
        ValueError: for what is neither, and for strings with something else among them.
    """
    if not holds_text(value):
        return as_array(value, where)
    array = _rectangular(value.to_numpy() if hasattr(value, "iloc") else value, where)
    array = array.astype(object) if array.dtype.kind == "T" else array
    if array.dtype.kind == "O":
        wrong = next((i for i, one in enumerate(array.flat) if not isinstance(one, (str, bytes))), None)
        if wrong is not None:
            raise ValueError(
                f"{where} holds strings, and at index {tuple(map(int, np.unravel_index(wrong, array.shape)))} "
                f"{array.flat[wrong]!r}, which is none. Put a string in its place, such as ''."
            )
    return array


def _dense(value: Any) -> Any:
    """Frames as arrays; sparse matrices and tensors as dense ones."""
    if hasattr(value, "to_numpy"):
        return value.to_numpy()
    if hasattr(value, "toarray"):
        return value.toarray()
    if hasattr(value, "dense_shape") and hasattr(value, "indices"):  # TensorFlow's
        values = np.asarray(value.values)
        dense = np.zeros(np.asarray(value.dense_shape), values.dtype)
        dense[tuple(np.asarray(value.indices).T)] = values
        return dense
    return value


def _refuse_others(array: np.ndarray, where: str) -> None:
    """Raise ValueError for what NumPy has types for, and a model has none."""
    if array.dtype.kind in "mM":
        raise ValueError(
            f"{where} holds dates or times ({array.dtype}) where numbers are expected. Make numbers of them first, "
            "such as the days since the first one."
        )
    if array.dtype.kind == "U":
        raise ValueError(f"{where} holds strings where numbers are expected. Encode them as numbers first.")


def as_arrays(value: TensorTree, where: str, leaf: Callable[[Any, str], Any] = as_array) -> TensorTree:
    """Nested data as nested arrays; a list of numbers is one array.

    Args:
        value: the data.
        where: their name for messages.
        leaf: makes an array of what is not nested, given it and its name.
    """
    if isinstance(value, (list, tuple)) and value and not _is_leaf_list(value):
        parts = [as_arrays(v, f"{where}[{i}]", leaf) for i, v in enumerate(value)]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, Mapping):
        return {k: as_arrays(v, f"{where}[{k!r}]", leaf) for k, v in value.items()}
    return leaf(value, where)


def _is_leaf_list(value: Any) -> bool:
    """Whether a list is an array written as a list: numbers, or rows of numbers, not arrays."""
    if any(one is None for one in value):  # what an output has none of
        return False
    first = value[0]
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    return not isinstance(first, np.ndarray) and not hasattr(first, "shape") and not hasattr(first, "items")


def dtype_name(array: Tensor) -> str:
    """The dtype of an array or tensor of numbers as Keras names it."""
    return dtypes.standardize(array.dtype)


def specs_of(batch: Batch) -> Batch:
    """(shape with an unknown batch axis, dtype) of each array in nested data."""

    def spec(leaf: Any) -> Any:
        return None if leaf is None else Spec((None, *tuple(leaf.shape)[1:]), dtype_name(leaf))

    specs: Batch = tree.map_structure(spec, batch)
    return specs
