"""Base of the layers for strings, which are handled with NumPy, and what they share."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.layers import HostLayer as BaseHostLayer

from keras_preprocessing.layers.data_graphs import called_in_graph, graph_backend
from keras_preprocessing.layers.encoding import describe

if TYPE_CHECKING:
    from keras_core import Layer


class HostLayer(BaseHostLayer):
    """A layer that is called on arrays or lists, strings among them, and computes with NumPy.

    `call` gets an array and returns one; in a model it runs on the host, before the compiled steps.
    """

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on data, on tensors of a data set's graph, or on inputs of strings of a model."""
        here = graph_backend(inputs)
        if here is not None:
            return called_in_graph(here, self, inputs, args, kwargs)
        return super().__call__(inputs, *args, **kwargs)

    def as_data(self, inputs: Any) -> Any:
        """What `call` gets of what the layer is called on."""
        return as_array(inputs)


def as_array(data: Any, encoding: str = "utf-8") -> np.ndarray:
    """Data as an array; text as str, decoded where it came as bytes."""
    if hasattr(data, "detach"):
        data = data.detach().cpu()
    if hasattr(data, "to_numpy"):
        data = data.to_numpy()
    array = np.asarray(data)
    if array.dtype.kind == "S":
        return np.char.decode(array, encoding)
    if array.dtype.kind == "O":
        return np.array([_text(item, encoding) for item in array.ravel()], dtype=object).reshape(array.shape)
    return array


def checked_encoding(layer: Layer, encoding: str) -> str:
    """An encoding that Python knows.

    Raises:
        ValueError: for another one.
    """
    try:
        codecs.lookup(encoding)
    except (LookupError, TypeError):
        raise ValueError(f"{describe(layer)}: encoding={encoding!r} is none that Python knows.") from None
    return encoding


def _text(item: Any, encoding: str) -> Any:
    return item.decode(encoding) if isinstance(item, bytes) else item


def encoded(
    indices: list[list[int]],
    depth: int,
    mode: str,
    dtype: str,
    idf: np.ndarray | None = None,
    sparse: bool = False,
) -> Any:
    """Rows of indices as vectors of length `depth`.

    Args:
        indices: the indices of each row.
        depth: length of the vectors.
        mode: "multi_hot", "count" or "tf_idf".
        dtype: dtype of the result.
        idf: what an occurrence of each index weighs, with "tf_idf".
        sparse: whether the result is a SciPy CSR matrix, of which no cell that is 0 is ever made.
    """
    lengths = [len(row) for row in indices]
    rows = np.repeat(np.arange(len(indices)), lengths)
    columns = np.array([index for row in indices for index in row], dtype="int64")
    inside = (columns >= 0) & (columns < depth)
    places, counts = np.unique(rows[inside] * depth + columns[inside], return_counts=True)
    rows, columns = np.divmod(places, depth)
    if mode == "multi_hot":
        values = np.ones(len(places), dtype)
    elif mode == "tf_idf" and idf is not None:
        weights = np.zeros(depth)
        weights[: len(idf)] = idf
        values = (counts * weights[columns]).astype(dtype)
    else:
        values = counts.astype(dtype)
    if sparse:
        return _scipy_sparse().csr_matrix((values, (rows, columns)), (len(indices), depth))
    result = np.zeros((len(indices), depth), values.dtype)
    result[rows, columns] = values
    return result


def _scipy_sparse() -> Any:
    try:
        import scipy.sparse
    except ImportError as error:
        raise ImportError("sparse=True makes matrices of SciPy, which is not installed: pip install scipy") from error
    return scipy.sparse


def vectors(
    indices: np.ndarray,
    depth: int,
    mode: str,
    dtype: str,
    idf: np.ndarray | None = None,
    sparse: bool = False,
) -> Any:
    """An array of indices as vectors of length `depth`: one for each index with "one_hot", else for the last axis.

    Args:
        indices: array of any shape.
        depth: length of the vectors.
        mode: "one_hot", "multi_hot", "count" or "tf_idf".
        dtype: dtype of the result.
        idf: as for `encoded`.
        sparse: as for `encoded`; the result has two axes then.

    Raises:
        ValueError: for a sparse result of more axes than two.
    """
    if mode == "one_hot":
        kept = indices[..., 0] if indices.ndim and indices.shape[-1] == 1 else indices
        rows, shape, mode = kept.reshape(-1, 1), kept.shape, "multi_hot"
    else:
        rows, shape = indices.reshape(-1, indices.shape[-1] if indices.ndim else 1), indices.shape[:-1]
    if sparse and len(shape) > 1:
        raise ValueError(
            f"sparse=True gives matrices, of two axes; indices of shape {indices.shape} would give {(*shape, depth)}."
        )
    found = encoded(rows.tolist(), depth, mode, dtype, idf, sparse)
    return found if sparse else found.reshape(*shape, depth)
