"""Base of layers for strings, which are handled with NumPy and never reach a backend."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import KerasTensor, Layer, ops

from keras_preprocessing.layers.encoding import describe


class HostLayer(Layer):
    """A layer that is called on arrays or lists, strings among them, and computes with NumPy.

    Backends have no tensors of strings, so that such a layer stands before a model: it is called on the data, and the
    model on what it gives. `call` gets an array and returns one.
    """

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on data; what it gives is a tensor of the backend, or an array where it holds strings."""
        if isinstance(inputs, KerasTensor):
            raise TypeError(
                f"{describe(self)} works on data, before a model: no backend has tensors of strings. Call it on the "
                "data, and give the model what it returns."
            )
        self.built = True
        outputs = self.call(as_array(inputs), *args, **kwargs)
        if isinstance(outputs, np.ndarray) and outputs.dtype.kind in "biuf":
            return ops.convert_to_tensor(outputs)
        return outputs


def as_array(data: Any) -> np.ndarray:
    """Data as an array; text as str, decoded where it came as bytes."""
    if hasattr(data, "detach"):
        data = data.detach().cpu()
    if hasattr(data, "to_numpy"):
        data = data.to_numpy()
    array = np.asarray(data)
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8")
    if array.dtype.kind == "O":
        return np.array([_text(item) for item in array.ravel()], dtype=object).reshape(array.shape)
    return array


def _text(item: Any) -> Any:
    return item.decode("utf-8") if isinstance(item, bytes) else item


def encoded(indices: list[list[int]], depth: int, mode: str, dtype: str, idf: np.ndarray | None = None) -> np.ndarray:
    """Rows of indices as vectors of length `depth`.

    Args:
        indices: the indices of each row.
        depth: length of the vectors.
        mode: "multi_hot", "count" or "tf_idf".
        dtype: dtype of the result.
        idf: what an occurrence of each index weighs, with "tf_idf".
    """
    lengths = [len(row) for row in indices]
    rows = np.repeat(np.arange(len(indices)), lengths)
    columns = np.array([index for row in indices for index in row], dtype="int64")
    inside = (columns >= 0) & (columns < depth)
    flat = np.bincount(rows[inside] * depth + columns[inside], minlength=len(indices) * depth)
    counts = flat.reshape(len(indices), depth)
    if mode == "multi_hot":
        return np.minimum(counts, 1).astype(dtype)
    if mode == "tf_idf" and idf is not None:
        weights = np.zeros(depth)
        weights[: len(idf)] = idf
        return (counts * weights).astype(dtype)
    return counts.astype(dtype)


def vectors(indices: np.ndarray, depth: int, mode: str, dtype: str, idf: np.ndarray | None = None) -> np.ndarray:
    """An array of indices as vectors of length `depth`: one for each index with "one_hot", else for the last axis.

    Args:
        indices: array of any shape.
        depth: length of the vectors.
        mode: "one_hot", "multi_hot", "count" or "tf_idf".
        dtype: dtype of the result.
        idf: as for `encoded`.
    """
    if mode == "one_hot":
        kept = indices[..., 0] if indices.ndim and indices.shape[-1] == 1 else indices
        rows, shape, mode = kept.reshape(-1, 1), kept.shape, "multi_hot"
    else:
        rows, shape = indices.reshape(-1, indices.shape[-1] if indices.ndim else 1), indices.shape[:-1]
    return encoded(rows.tolist(), depth, mode, dtype, idf).reshape(*shape, depth)
