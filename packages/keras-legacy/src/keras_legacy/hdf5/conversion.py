"""Arrays of old files in the form that a layer's weights have today.

What differs: Keras 1 kept the gates of recurrent layers apart and convolution kernels in other orders of axes; the
Theano backend of old convolved with flipped kernels, where all others correlate; layers on cuDNN kept the transposed
blocks of its kernels and two biases.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_legacy.hdf5.layout import Origin

Arrays = list[np.ndarray]

# Of Keras 1's arrays of a recurrent layer, three for each gate, the gates in today's order.
_KERAS_1_GATES = {"LSTMCell": (0, 2, 1, 3), "ConvLSTM2DCell": (0, 2, 1, 3), "GRUCell": (0, 1, 2)}
# The layers that held kernels of convolutions in Keras 1 and on Theano, and how many they hold.
_KERNELS = {"Conv1D": 1, "Conv2D": 1, "Conv3D": 1, "Conv2DTranspose": 1, "ConvLSTM2DCell": 2}
_KINDS = {"LSTMCell", "GRUCell", *_KERNELS}


def kind_of(layer: object) -> str | None:
    """Which of the layers whose arrays may differ a layer is, or is derived from."""
    return next((cls.__name__ for cls in type(layer).__mro__ if cls.__name__ in _KINDS), None)


def stored_count(layer: object, count: int, origin: Origin) -> int:
    """How many arrays a file has for a layer with `count` weights of its own."""
    gates = _KERAS_1_GATES.get(kind_of(layer) or "")
    return 3 * len(gates) if gates and origin.version < (2, 0) and count else count


def converted(
    layer: Any, shapes: Sequence[tuple[int, ...]], arrays: Arrays, origin: Origin, reshape: bool = False
) -> Arrays:
    """The arrays of a file as a layer's own weights have them now.

    Args:
        layer: the layer, which holds the weights itself.
        shapes: the shapes of its own weights.
        arrays: the file's arrays, as many as `stored_count` says.
        origin: who wrote the file.
        reshape: whether arrays of another shape that have as many values are reshaped. Defaults to False.

    Raises:
        ValueError: for weights of a recurrent layer that computes differently.
    """
    kind = kind_of(layer) or ""
    count = _KERNELS.get(kind, 0)
    gates = _KERAS_1_GATES.get(kind, ())
    if origin.version < (2, 0):
        if gates and len(arrays) == 3 * len(gates):
            arrays = _joined_gates(layer, kind, shapes, arrays)
        elif not gates:
            kernels = [_keras_1_kernel(layer, kind, a, s) for a, s in zip(arrays[:count], shapes, strict=False)]
            arrays = [*kernels, *arrays[count:]]
    if origin.convolves:
        arrays = [*map(_flipped, arrays[:count]), *arrays[count:]]
    if kind in ("LSTMCell", "GRUCell"):
        arrays = _recurrent(kind, shapes, arrays)
    if reshape and len(arrays) == len(shapes):
        arrays = [a.reshape(s) if a.size == math.prod(s) else a for a, s in zip(arrays, shapes, strict=True)]
    return arrays


def _joined_gates(layer: Any, kind: str, shapes: Sequence[tuple[int, ...]], arrays: Arrays) -> Arrays:
    """Kernel, recurrent kernel and bias of a recurrent layer of Keras 1, which had one of each for each gate."""
    order = _KERAS_1_GATES[kind]
    parts = [[arrays[3 * gate + part] for gate in order] for part in range(3)]
    if kind in _KERNELS:
        for part, shape in zip(parts[: _KERNELS[kind]], shapes, strict=False):
            of_gate = (*shape[:-1], shape[-1] // len(order))
            part[:] = [_keras_1_kernel(layer, kind, array, of_gate) for array in part]
    return [np.concatenate(part, axis=-1) for part in parts]


# --- convolutions ---------------------------------------------------------------------------------


def _flipped(kernel: np.ndarray) -> np.ndarray:
    return kernel[(slice(None, None, -1),) * (kernel.ndim - 2)]


def _keras_1_kernel(layer: Any, kind: str, kernel: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Keras 1's kernel with its axes in today's order: windows, channels in and out, or out and in if transposed."""
    rank = len(shape)
    if kernel.ndim == rank + 1 == 4:  # one-dimensional kernels had a second axis of size 1
        windows_first = kernel.shape == (shape[0], 1, *shape[1:])
        return kernel[:, 0] if windows_first else kernel.transpose(2, 3, 1, 0)[:, 0]
    if kernel.ndim != rank:
        return kernel
    windows = tuple(range(2, rank))
    last = (*range(rank - 2), rank - 1, rank - 2) if kind == "Conv2DTranspose" else tuple(range(rank))
    first = (*windows, 0, 1) if kind == "Conv2DTranspose" else (*windows, 1, 0)
    orders = (first, last) if getattr(layer, "data_format", None) == "channels_first" else (last, first)
    fitting = (order for order in orders if tuple(kernel.shape[axis] for axis in order) == shape)
    return kernel.transpose(next(fitting, orders[0]))


# --- cuDNN ----------------------------------------------------------------------------------------


def _recurrent(kind: str, shapes: Sequence[tuple[int, ...]], arrays: Arrays) -> Arrays:
    """A recurrent layer's arrays, with those of a layer on cuDNN converted."""
    if len(arrays) != 3 or len(shapes) != 3:
        return arrays
    gates = 4 if kind == "LSTMCell" else 3
    units = shapes[1][0]
    kernel, recurrent, bias = arrays
    if bias.shape == (2 * gates * units,):
        if kind == "LSTMCell":
            bias = bias.reshape(2, -1).sum(axis=0)
        elif shapes[2] == (2, gates * units):
            bias = bias.reshape(2, -1)
        else:
            raise ValueError(_after("CuDNNGRU", True))
        return [_by_gate(kernel, gates, _transposed_in_place), _by_gate(recurrent, gates, np.transpose), bias]
    if kind == "GRUCell" and bias.shape != shapes[2] and {bias.ndim, len(shapes[2])} == {1, 2}:
        raise ValueError(_after("a GRU", bias.ndim == 2))
    return arrays


def _after(what: str, after: bool) -> str:
    return (
        f"the file has weights of {what} with reset_after={after}, and the layer was made with "
        f"reset_after={not after}, which computes differently"
    )


def _by_gate(kernel: np.ndarray, gates: int, function: Any) -> np.ndarray:
    return np.concatenate([function(block) for block in np.split(kernel, gates, axis=1)], axis=1)


def _transposed_in_place(block: np.ndarray) -> np.ndarray:
    """A block whose values lie in memory as those of its transpose."""
    return block.T.reshape(block.shape, order="F")
