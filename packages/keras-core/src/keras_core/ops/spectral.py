"""Fourier transforms, along the last axis or the last two.

As in Keras 3, these take and return complex numbers as a pair: real and imaginary parts. A complex tensor may stand in
its place; `fft` and its kind then return one too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.ops.complex import complex_of, fourier, imag, real
from keras_core.ops.conversion import convert_to_tensor
from keras_core.ops.creation import zeros, zeros_like
from keras_core.ops.elementwise import cast, divide, multiply, negative
from keras_core.ops.indexing import extract_sequences, scatter_update
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.shaping import concatenate, flip, getitem, ndim, pad, reshape, shape, swapaxes, transpose

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor

_Pair = tuple[Any, Any]


def _parts(x: Any, op: str) -> tuple[_Pair, bool]:
    """Real and imaginary parts of a pair or a complex tensor, and whether it was a tensor."""
    if isinstance(x, (list, tuple)):
        if len(x) != 2:
            raise ValueError(f"{op}() got {len(x)} tensors, expected a pair of real and imaginary parts.")
        return (x[0], x[1]), False
    if not dtypes.is_complex(dtype_of(x)):
        raise ValueError(f"{op}() got a tensor of dtype {dtype_of(x)}, expected a complex one, or a pair of its parts.")
    return (real(x), imag(x)), True


def _transformed(x: Any, op: str, inverse: bool, axes: int) -> Any:
    parts, is_tensor = _parts(x, op)
    for axis in range(-1, -1 - axes, -1):
        turned = parts if axis == -1 else tuple(swapaxes(part, axis, -1) for part in parts)
        found = fourier(turned[0], turned[1], inverse)
        parts = found if axis == -1 else (swapaxes(found[0], axis, -1), swapaxes(found[1], axis, -1))
    return complex_of(*parts) if is_tensor else tuple(parts)


def fft(x: Any) -> Any:
    """Discrete Fourier transform along the last axis.

    Args:
        x: pair of real and imaginary parts (..., n), or a complex tensor.

    Returns:
        A pair of the same shape; of a complex tensor a complex tensor.

    Raises:
        ValueError: for anything else, or if there is no axis.

    Example:
        >>> from keras_core import ops
        >>> [ops.convert_to_numpy(part).tolist() for part in ops.fft(([1.0, 2.0], [0.0, 0.0]))]
        [[3.0, -1.0], [0.0, 0.0]]
    """
    return _transformed(x, "fft", False, 1)


def ifft(x: Any) -> Any:
    """Inverse of `fft`.

    Args:
        x: pair of real and imaginary parts (..., n), or a complex tensor.

    Returns:
        A pair of the same shape; of a complex tensor a complex tensor.

    Raises:
        ValueError: for anything else, or if there is no axis.

    Example:
        >>> from keras_core import ops
        >>> [ops.convert_to_numpy(part).tolist() for part in ops.ifft(([3.0, -1.0], [0.0, 0.0]))]
        [[1.0, 2.0], [0.0, 0.0]]
    """
    return _transformed(x, "ifft", True, 1)


def fft2(x: Any) -> Any:
    """Discrete Fourier transform along the last two axes.

    Args:
        x: pair of real and imaginary parts (..., m, n), or a complex tensor.

    Returns:
        A pair of the same shape; of a complex tensor a complex tensor.

    Raises:
        ValueError: for anything else, or if there are less than two axes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fft2(([[1.0, 2.0], [3.0, 4.0]], ops.zeros((2, 2))))[0]).tolist()
        [[10.0, -2.0], [-4.0, 0.0]]
    """
    return _transformed(x, "fft2", False, 2)


def ifft2(x: Any) -> Any:
    """Inverse of `fft2`.

    Args:
        x: pair of real and imaginary parts (..., m, n), or a complex tensor.

    Returns:
        A pair of the same shape; of a complex tensor a complex tensor.

    Raises:
        ValueError: for anything else, or if there are less than two axes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ifft2(([[10.0, -2.0], [-4.0, 0.0]], ops.zeros((2, 2))))[0]).tolist()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    return _transformed(x, "ifft2", True, 2)


@derived(tensors=("x",), cast="float")
def rfft(x: Tensor, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """Discrete Fourier transform of real numbers along the last axis: its first half, which determines the other.

    Args:
        x: float tensor (..., n); ints become floats.
        fft_length: the length to which `x` is cut or filled up with zeros; None is n. Defaults to None.

    Returns:
        Pair of real and imaginary parts (..., fft_length // 2 + 1).

    Raises:
        ValueError: if `x` is complex or of unknown length, or a length is less than 1.

    Example:
        >>> from keras_core import ops
        >>> [ops.convert_to_numpy(part).tolist() for part in ops.rfft([1.0, 2.0, 3.0, 4.0])]
        [[10.0, -2.0, -2.0], [0.0, 2.0, 0.0]]
    """
    x = _of_length(x, fft_length, "rfft")
    count = shape(x)[-1] // 2 + 1
    parts = fourier(x, zeros_like(x))
    return getitem(parts[0], (..., slice(None, count))), getitem(parts[1], (..., slice(None, count)))


def _of_length(x: Tensor, length: int | None, op: str) -> Tensor:
    """The last axis cut or filled up with zeros."""
    have = shape(x)[-1] if ndim(x) else None
    wanted: Any = have if length is None else length
    if not isinstance(have, int) or wanted < 1:
        raise ValueError(f"{op}() got shape {shape(x)} and length {length}, expected a known last axis and a length.")
    if wanted <= have:
        return getitem(x, (..., slice(None, wanted))) if wanted < have else x
    return pad(x, (*((0, 0),) * (ndim(x) - 1), (0, wanted - have)))


def irfft(x: Any, fft_length: int | None = None) -> Tensor:
    """Inverse of `rfft`: real numbers of the first half of their transform.

    Args:
        x: pair of real and imaginary parts (..., m), or a complex tensor.
        fft_length: length of the result; None is 2 * (m - 1). Defaults to None.

    Returns:
        Float tensor (..., fft_length).

    Raises:
        ValueError: for anything else, an unknown m, or a length less than 1.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.irfft(([10.0, -2.0, -2.0], [0.0, 2.0, 0.0]))).tolist()
        [1.0, 2.0, 3.0, 4.0]
    """
    parts = [convert_to_tensor(part) for part in _parts(x, "irfft")[0]]
    have = shape(parts[0])[-1] if ndim(parts[0]) else None
    length = 2 * (have - 1) if fft_length is None and isinstance(have, int) else fft_length
    if not isinstance(have, int) or length is None or length < 1:
        raise ValueError(f"irfft() got shape {shape(parts[0])} and fft_length={fft_length}, expected a known length.")
    half = [_of_length(part, length // 2 + 1, "irfft") for part in parts]
    # The other half is the conjugate of this one, backwards; what has no partner is real.
    rest = [flip(getitem(part, (..., slice(1, (length + 1) // 2))), -1) for part in half]
    whole = (concatenate([half[0], rest[0]], -1), concatenate([half[1], negative(rest[1])], -1))
    lone = np.ones(length, "float32")
    lone[0] = 0
    if length % 2 == 0:
        lone[length // 2] = 0
    return fourier(whole[0], multiply(whole[1], cast(lone, dtype_of(whole[1]))), True)[0]


def _window(window: Any, sequence_length: int, fft_length: int, op: str) -> np.ndarray:
    """The window in the middle of `fft_length` samples."""
    if fft_length < sequence_length or sequence_length < 1:
        raise ValueError(f"{op}() got sequence_length={sequence_length}, expected 1 to fft_length={fft_length}.")
    if window is None:
        values = np.ones(sequence_length)
    elif isinstance(window, str):
        angles = 2 * np.pi * np.arange(sequence_length) / sequence_length
        heights = {"hann": 0.5, "hamming": 0.54}
        if window not in heights:
            raise ValueError(f"{op}() got window={window!r}, expected 'hann', 'hamming', None or a tensor.")
        values = heights[window] - (1 - heights[window]) * np.cos(angles)
    else:
        values = np.asarray(window, "float64")
        if values.shape != (sequence_length,):
            raise ValueError(f"{op}() got a window of shape {values.shape}, expected ({sequence_length},).")
    before = (fft_length - sequence_length) // 2
    return np.pad(values, (before, fft_length - sequence_length - before))


@derived(tensors=("x",), cast="float")
def stft(
    x: Tensor,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: ArrayLike | str | None = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """Short-time Fourier transform: the transforms of pieces of a signal, seen through a window.

    Args:
        x: float tensor (..., samples); ints become floats.
        sequence_length: samples in a window.
        sequence_stride: samples from one piece to the next.
        fft_length: samples that are transformed at a time; the window stands in their middle.
        window: "hann", "hamming", None for a rectangle, or an array (sequence_length,). Defaults to "hann".
        center: whether piece k is centred at sample k * sequence_stride, by reflecting the signal at both ends;
            otherwise it begins there. Defaults to True.

    Returns:
        Pair of real and imaginary parts (..., pieces, fft_length // 2 + 1).

    Raises:
        ValueError: for another window, lengths that do not fit, or a signal that is too short.

    Example:
        >>> from keras_core import ops
        >>> [tuple(part.shape) for part in ops.stft(ops.ones((16,)), 8, 4, 8)]
        [(5, 5), (5, 5)]

    Reference: Allen and Rabiner, "A Unified Approach to Short-Time Fourier Analysis and Synthesis", 1977.
    """
    values = _window(window, sequence_length, fft_length, "stft")
    if center:
        edge = (fft_length // 2, fft_length // 2)
        x = pad(x, (*((0, 0),) * (ndim(x) - 1), edge), "reflect")
    pieces = multiply(extract_sequences(x, fft_length, sequence_stride), cast(values, dtype_of(x)))
    return rfft(pieces)


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: ArrayLike | str | None = "hann",
    center: bool = True,
) -> Tensor:
    """Inverse of `stft`: the signal whose pieces come nearest to the given ones.

    Args:
        x: pair of real and imaginary parts (..., pieces, fft_length // 2 + 1), or a complex tensor.
        sequence_length: samples in a window.
        sequence_stride: samples from one piece to the next.
        fft_length: samples that were transformed at a time.
        length: samples of the result, filled up with zeros; None takes as many as there are. Defaults to None.
        window: as `stft` was given. Defaults to "hann".
        center: as `stft` was given. Defaults to True.

    Returns:
        Float tensor (..., length).

    Raises:
        ValueError: for anything else, another window, or lengths that do not fit.

    Example:
        >>> from keras_core import ops
        >>> signal = ops.istft(ops.stft(ops.ones((16,)), 8, 4, 8), 8, 4, 8)
        >>> tuple(signal.shape)
        (16,)

    Reference: Griffin and Lim, "Signal Estimation from Modified Short-Time Fourier Transform", 1984.
    """
    values = _window(window, sequence_length, fft_length, "istft")
    pieces = irfft(x, fft_length)
    *batch, count, _ = shape(pieces)
    if not isinstance(count, int):
        raise ValueError(f"istft() got shape {shape(pieces)}, expected a known number of pieces.")
    total = fft_length + sequence_stride * (count - 1)
    places = np.arange(count)[:, None] * sequence_stride + np.arange(fft_length)
    weight = np.zeros(total)
    np.add.at(weight, places, np.broadcast_to(values**2, places.shape))
    rank = len(batch)
    seen = multiply(pieces, cast(values, dtype_of(pieces)))
    rows = reshape(transpose(seen, (rank, rank + 1, *range(rank))), (count * fft_length, *batch))
    summed = scatter_update(
        zeros((total, *batch), dtype_of(pieces)), places.reshape(-1, 1).astype("int32"), rows, "add"
    )
    signal = transpose(summed, (*range(1, rank + 1), 0))
    safe = np.where(weight > 1e-10, weight, 1.0)
    signal = divide(signal, cast(safe, dtype_of(signal)))
    begin = fft_length // 2 if center else 0
    end = total - (fft_length // 2 if center else 0) if length is None else min(begin + length, total)
    signal = getitem(signal, (..., slice(begin, end)))
    return signal if length is None else _of_length(signal, length, "istft")
