"""Layers that compute with NumPy in graphs of TensorFlow, as ``tf.data.Dataset.map`` traces them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, active_trace, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DType, Shape, Tensor


def in_data_graph(data: Any) -> bool:
    """Whether there are tensors among the data that a graph of TensorFlow computes later.

    Args:
        data: nested data that a layer is called on.
    """
    if active_trace() is not None:
        return False  # a model's step is traced
    for leaf in tree.flatten(data):
        if type(leaf).__module__.startswith("tensorflow."):
            import tensorflow as tf

            if tf.is_symbolic_tensor(leaf):
                return True
    return False


def host_function(function: Callable[..., Any], tensors: Sequence[Any], specs: Sequence[KerasTensor]) -> list[Tensor]:
    """A function of arrays as an op of the graph, which runs in the process that reads the data.

    Args:
        function: takes an array for each tensor and gives one for each spec; text is of str or bytes.
        tensors: tensors of TensorFlow.
        specs: shape and dtype of what it gives.
    """
    import tensorflow as tf

    def given(*arrays: Any) -> list[np.ndarray]:
        found = function(*arrays)
        return [_of_dtype(array, spec.dtype) for array, spec in zip(found, specs, strict=True)]

    found = tf.numpy_function(given, list(tensors), [tf.as_dtype(spec.dtype) for spec in specs], stateful=False)
    for tensor, spec in zip(found, specs, strict=True):
        tensor.set_shape(spec.shape)
    return list(found)


def called_in_data_graph(layer: Any, inputs: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What a layer of strings gives in a graph: a tensor, a ragged or a sparse one.

    Args:
        layer: has `on_host` and `compute_output_spec`, and perhaps `ragged` or `sparse`.
        inputs: what it is called on.
        args: further arguments of the call.
        kwargs: those by name.
    """
    import tensorflow as tf

    leaves = [tf.convert_to_tensor(leaf) for leaf in tree.flatten(inputs)]

    def on_host(*arrays: Any) -> Any:
        return layer.on_host(tree.pack_sequence_as(inputs, arrays), *args, **kwargs)

    if getattr(layer, "ragged", False):
        parts = [KerasTensor((None,), "int64"), KerasTensor((None,), "int64")]
        values, lengths = host_function(lambda *arrays: _joined(on_host(*arrays)), leaves, parts)
        return tf.RaggedTensor.from_row_lengths(values, lengths, validate=False)
    if getattr(layer, "sparse", False):
        parts = [KerasTensor((None, 2), "int64"), KerasTensor((None,), layer.compute_dtype), KerasTensor((2,), "int64")]
        return tf.SparseTensor(*host_function(lambda *arrays: _coordinates(on_host(*arrays)), leaves, parts))
    if any(leaf.shape.rank is None for leaf in leaves):
        raise ValueError(
            f"Layer {layer.name!r} ({type(layer).__name__}) got a tensor of unknown rank in a data set. Say its shape "
            "before, by tf.ensure_shape or set_shape."
        )
    symbols = [KerasTensor(tuple(leaf.shape), _dtype_of(leaf)) for leaf in leaves]
    spec = layer.compute_output_spec(tree.pack_sequence_as(inputs, symbols), *args, **kwargs)
    return host_function(lambda *arrays: [on_host(*arrays)], leaves, [spec])[0]


def _dtype_of(leaf: Any) -> str:
    return str(leaf.dtype.name)


def _of_dtype(array: Any, dtype: DType) -> np.ndarray:
    if dtype != "string":
        return np.asarray(array, dtype)
    array = np.asarray(array, object)
    encoded = [one.encode() if isinstance(one, str) else one for one in array.ravel().tolist()]
    return np.array(encoded, object).reshape(array.shape)


def _joined(rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Rows one after the other, and their lengths."""
    values = np.concatenate([np.zeros(0, "int64"), *rows])
    return [values, np.array([len(row) for row in rows], "int64")]


def _coordinates(matrix: Any) -> list[np.ndarray]:
    """Places, values and shape of a sparse matrix of SciPy."""
    rows, columns = matrix.nonzero()
    shape: Shape = matrix.shape
    return [np.stack([rows, columns], -1), np.asarray(matrix[rows, columns]).ravel(), np.array(shape)]
