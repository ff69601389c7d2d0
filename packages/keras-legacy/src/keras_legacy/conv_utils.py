"""The arithmetic of convolutions as custom layers of Keras 2 import it."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core.plain_arguments import tupled

from keras_legacy.backend import normalize_data_format as normalize_data_format

__all__ = [
    "conv_input_length",
    "conv_output_length",
    "convert_kernel",
    "deconv_length",
    "normalize_data_format",
    "normalize_padding",
    "normalize_tuple",
]


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """One int, or `n` of them, as a tuple of `n` ints.

    Args:
        value: an int or a sequence of `n` ints.
        n: how many.
        name: of the argument, for the message.

    Raises:
        ValueError: for anything else.

    Example:
        >>> from keras_legacy.conv_utils import normalize_tuple
        >>> normalize_tuple(3, 2, "kernel_size"), normalize_tuple([1, 2], 2, "strides")
        ((3, 3), (1, 2))
    """
    found = tupled(value)
    found = (found,) * n if isinstance(found, int) else tuple(found) if isinstance(found, (list, tuple)) else ()
    if len(found) != n or not all(isinstance(one, int) for one in found):
        raise ValueError(f"{name} must be an int or {n} ints, got {value!r}.")
    return found


def normalize_padding(value: str) -> str:
    """The padding in lower case.

    Args:
        value: "valid", "same", "causal" or "full".

    Raises:
        ValueError: for anything else.

    Example:
        >>> from keras_legacy.conv_utils import normalize_padding
        >>> normalize_padding("SAME")
        'same'
    """
    padding = value.lower()
    if padding not in ("valid", "same", "causal", "full"):
        raise ValueError(f"padding must be 'valid', 'same', 'causal' or 'full', got {value!r}.")
    return padding


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """The size of an axis after a convolution.

    Args:
        input_length: its size before; None where unknown.
        filter_size: size of the kernel.
        padding: "valid", "same", "causal" or "full".
        stride: step of the window.
        dilation: distance of the kernel's elements. Defaults to 1.

    Example:
        >>> from keras_legacy.conv_utils import conv_output_length
        >>> conv_output_length(10, 3, "valid", 2), conv_output_length(10, 3, "same", 2)
        (4, 5)
    """
    if input_length is None:
        return None
    span = dilation * (filter_size - 1) + 1
    length = {"valid": input_length - span + 1, "full": input_length + span - 1}.get(padding, input_length)
    return -(-length // stride)


def conv_input_length(output_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """The smallest size of an axis that a convolution brings to `output_length`.

    Args:
        output_length: the size after; None where unknown.
        filter_size: size of the kernel.
        padding: "valid", "same" or "full".
        stride: step of the window.

    Example:
        >>> from keras_legacy.conv_utils import conv_input_length
        >>> conv_input_length(4, 3, "valid", 2)
        9
    """
    if output_length is None:
        return None
    padded = {"same": filter_size // 2, "full": filter_size - 1}.get(padding, 0)
    return (output_length - 1) * stride - 2 * padded + filter_size


def deconv_length(
    dim_size: int | None,
    stride_size: int,
    kernel_size: int,
    padding: str,
    output_padding: int | None,
    dilation: int = 1,
) -> int | None:
    """The size of an axis after a transposed convolution.

    Args:
        dim_size: its size before; None where unknown.
        stride_size: step of the window.
        kernel_size: size of the kernel.
        padding: "valid", "same" or "full".
        output_padding: what is added at one side; None takes the size that most convolutions invert to.
        dilation: distance of the kernel's elements. Defaults to 1.

    Example:
        >>> from keras_legacy.conv_utils import deconv_length
        >>> deconv_length(4, 2, 3, "same", None), deconv_length(4, 2, 3, "valid", None)
        (8, 9)
    """
    if dim_size is None:
        return None
    span = dilation * (kernel_size - 1) + 1
    if output_padding is not None:
        cut = {"same": 2 * (span // 2), "full": 2 * (span - 1)}.get(padding, 0)
        return (dim_size - 1) * stride_size + span - cut + output_padding
    grown = dim_size * stride_size
    return {"valid": grown + max(span - stride_size, 0), "full": grown - (stride_size + span - 2)}.get(padding, grown)


def convert_kernel(kernel: np.ndarray) -> np.ndarray:
    """A kernel turned about in its spatial axes, as Theano's convolutions and TensorFlow's differed in Keras 1.

    Args:
        kernel: array of three to five axes, the last two of them channels and filters.

    Raises:
        ValueError: for another number of axes.

    Example:
        >>> import numpy as np
        >>> from keras_legacy.conv_utils import convert_kernel
        >>> convert_kernel(np.arange(3).reshape(3, 1, 1)).ravel().tolist()
        [2, 1, 0]
    """
    array = np.asarray(kernel)
    if not 3 <= array.ndim <= 5:
        raise ValueError(f"convert_kernel() takes a kernel of three to five axes, got shape {array.shape}.")
    return np.flip(array, tuple(range(array.ndim - 2))).copy()
