"""Functions of NumPy as ops of TensorFlow's graphs, which take and give strings, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import Spec
    from keras_core.typing import DType, Tensor


def host_call(function: Callable[..., Sequence[Any]], tensors: Sequence[Tensor], specs: Sequence[Spec]) -> list[Tensor]:
    """What a function of arrays gives, computed whenever the graph is run.

    Args:
        function: takes an array for each tensor, and gives one for each spec; text comes as bytes.
        tensors: its arguments.
        specs: shape and dtype of what it gives; "string" is a dtype here.
    """

    def given(*arrays: Any) -> list[np.ndarray]:
        found = function(*arrays)
        return [_of_dtype(array, spec.dtype) for array, spec in zip(found, specs, strict=True)]

    found = tf.numpy_function(given, list(tensors), [tf.as_dtype(spec.dtype) for spec in specs], stateful=False)
    for tensor, spec in zip(found, specs, strict=True):
        tensor.set_shape(spec.shape)
    return list(found)


def ragged(values: Tensor, lengths: Tensor) -> Any:
    """Rows of different lengths, from all their values."""
    return tf.RaggedTensor.from_row_lengths(values, lengths, validate=False)


def sparse(places: Tensor, values: Tensor, shape: Tensor) -> Any:
    """A tensor of which only some values are held."""
    return tf.SparseTensor(places, values, shape)


def _of_dtype(array: Any, dtype: DType) -> np.ndarray:
    if dtype != "string":
        return np.asarray(array, tf.as_dtype(dtype).as_numpy_dtype)
    array = np.asarray(array, object)
    encoded = [one.encode() if isinstance(one, str) else one for one in array.ravel().tolist()]
    return np.array(encoded, object).reshape(array.shape)


__all__ = ["host_call", "ragged", "sparse"]
