"""Layers that compute with NumPy in graphs that read data, as a data set's `map` traces them."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, Spec, active_trace, backend, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import Backend


def framework_of(value: Any) -> Backend | None:
    """The backend whose tensor a value is; None for arrays of NumPy and what is no tensor.

    Args:
        value: anything.
    """
    if isinstance(value, (np.ndarray, np.generic, KerasTensor, str, bytes, int, float, list, tuple, dict, NoneType)):
        return None
    name = type(value).__module__.partition(".")[0]
    if name in backend.available():
        backend.load(name)
    else:
        backend.active()  # which loads it
    return backend.owner(value)


def graph_backend(data: Any) -> Any:
    """The backend whose graph computes some of the data later and can call NumPy; None where all are in hand.

    Args:
        data: nested data that a layer is called on.
    """
    if active_trace() is not None:
        return None  # a model's step is traced
    for leaf in tree.flatten(data):
        here = framework_of(leaf)
        if isinstance(here, backend.CallsHost) and not here.is_concrete(leaf):
            return here
    return None


def called_in_graph(here: Any, layer: Any, inputs: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What a layer of strings gives in a graph: a tensor, a ragged or a sparse one.

    Args:
        here: the graph's backend.
        layer: has `on_host` and `compute_output_spec`, and perhaps `ragged` or `sparse`.
        inputs: what it is called on.
        args: further arguments of the call.
        kwargs: those by name.

    Raises:
        ValueError: for a tensor of unknown rank.
    """
    leaves = [leaf if here.is_tensor(leaf) else here.tensor(leaf) for leaf in tree.flatten(inputs)]

    def on_host(*arrays: Any) -> Any:
        return layer.on_host(tree.pack_sequence_as(inputs, arrays), *args, **kwargs)

    if getattr(layer, "ragged", False):
        parts = [Spec((None,), "int64"), Spec((None,), "int64")]
        return here.ragged(*here.host_call(lambda *arrays: _joined(on_host(*arrays)), leaves, parts))
    if getattr(layer, "sparse", False):
        parts = [Spec((None, 2), "int64"), Spec((None,), layer.compute_dtype), Spec((2,), "int64")]
        return here.sparse(*here.host_call(lambda *arrays: _coordinates(on_host(*arrays)), leaves, parts))
    symbols = [KerasTensor(_shape_of(leaf, layer), _dtype_of(leaf)) for leaf in leaves]
    spec = layer.compute_output_spec(tree.pack_sequence_as(inputs, symbols), *args, **kwargs)
    return here.host_call(lambda *arrays: [on_host(*arrays)], leaves, [Spec(spec.shape, spec.dtype)])[0]


def _shape_of(leaf: Any, layer: Any) -> tuple[int | None, ...]:
    try:
        return tuple(leaf.shape)
    except ValueError:
        raise ValueError(
            f"Layer {layer.name!r} ({type(layer).__name__}) got a tensor of unknown rank in a data set. Say its shape "
            "before, by set_shape."
        ) from None


def _dtype_of(leaf: Any) -> str:
    return str(leaf.dtype.name)


def _joined(rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Rows one after the other, and their lengths."""
    values = np.concatenate([np.zeros(0, "int64"), *rows])
    return [values, np.array([len(row) for row in rows], "int64")]


def _coordinates(matrix: Any) -> list[np.ndarray]:
    """Places, values and shape of a sparse matrix of SciPy."""
    rows, columns = matrix.nonzero()
    return [np.stack([rows, columns], -1), np.asarray(matrix[rows, columns]).ravel(), np.array(matrix.shape)]
