"""Windows that overlap, as rows of a tensor, and sums of such rows at their places."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.backend.toolkit.windows import each_axis
from keras_core.ops.creation import full
from keras_core.ops.indexing import scatter_update, take
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import expand_dims, getitem, moveaxis, ndim, pad, reshape, shape, squeeze, transpose

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Size, Tensor


def _window_indices(
    op: str, sizes: tuple[int, int], kernel_size: Size, dilation: Size, padding: Size, stride: Size
) -> tuple[np.ndarray, tuple[int, int], tuple[int, int]]:
    """Flat positions (elements of the window, windows) in the padded picture, its size, and the padding."""
    settings = {"kernel_size": kernel_size, "dilation": dilation, "padding": padding, "stride": stride}
    pairs = {}
    for name, value in settings.items():
        pair = each_axis(value, 2)
        if len(pair) != 2 or any(n < (name != "padding") for n in pair):
            raise ValueError(
                f"{op}() got {name}={value!r}, expected an int or two, of {int(name != 'padding')} or more."
            )
        pairs[name] = pair
    padded = tuple(n + 2 * p for n, p in zip(sizes, pairs["padding"], strict=True))
    axes = []
    for n, k, d, s in zip(padded, pairs["kernel_size"], pairs["dilation"], pairs["stride"], strict=True):
        count = (n - d * (k - 1) - 1) // s + 1
        if count < 1:
            raise ValueError(f"{op}() got a picture of size {sizes}, in which no window of {kernel_size!r} finds room.")
        axes.append(np.arange(k)[:, None] * d + np.arange(count)[None] * s)
    rows, columns = axes
    flat = rows[:, None, :, None] * padded[1] + columns[None, :, None, :]
    places = flat.reshape(rows.shape[0] * columns.shape[0], -1).astype("int32")
    return places, (padded[0], padded[1]), (pairs["padding"][0], pairs["padding"][1])


@derived(tensors=("x",))
def unfold(x: Tensor, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1) -> Tensor:
    """The windows of pictures as columns, as `torch.nn.functional.unfold` gives them.

    Args:
        x: tensor (batch, channels, height, width).
        kernel_size: height and width of the window, an int or two.
        dilation: distance between neighbouring elements of a window, an int or two. Defaults to 1.
        padding: zeros put at both ends of each axis, an int or two. Defaults to 0.
        stride: step between neighbouring windows, an int or two. Defaults to 1.

    Returns:
        Tensor (batch, channels * elements of the window, windows).

    Raises:
        ValueError: if the rank is not 4, height or width is unknown, or no window fits.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.unfold([[[[1, 2, 3]]]], (1, 2))).tolist()
        [[[1, 2], [2, 3]]]
    """
    sizes = shape(x)
    if len(sizes) != 4 or not all(isinstance(n, int) for n in sizes[1:]):
        raise ValueError(f"unfold() got shape {sizes}, expected (batch, channels, height, width) with known sizes.")
    batch, channels, height, width = sizes
    places, padded, edge = _window_indices("unfold", (height, width), kernel_size, dilation, padding, stride)
    if any(edge):
        x = pad(x, ((0, 0), (0, 0), (edge[0], edge[0]), (edge[1], edge[1])))
    rows = reshape(x, (batch, channels, math.prod(padded)))
    return reshape(take(rows, places, -1), (batch, channels * places.shape[0], places.shape[1]))


@derived(tensors=("x",))
def fold(
    x: Tensor, output_size: Size, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
) -> Tensor:
    """Pictures of their windows, summed where these overlap: the transpose of `unfold`.

    Args:
        x: tensor (batch, channels * elements of the window, windows).
        output_size: height and width of the pictures, an int or two.
        kernel_size: height and width of the window, an int or two.
        dilation: distance between neighbouring elements of a window, an int or two. Defaults to 1.
        padding: what `unfold` put at both ends of each axis, an int or two. Defaults to 0.
        stride: step between neighbouring windows, an int or two. Defaults to 1.

    Returns:
        Tensor (batch, channels, height, width).

    Raises:
        ValueError: if the rank is not 3, or the windows are not those of such pictures.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fold([[[1, 2], [2, 3]]], (1, 3), (1, 2))).tolist()
        [[[[1, 4, 3]]]]
    """
    height, width = each_axis(output_size, 2)
    places, padded, edge = _window_indices("fold", (height, width), kernel_size, dilation, padding, stride)
    sizes = shape(x)
    if len(sizes) != 3 or sizes[2] != places.shape[1] or not isinstance(sizes[1], int) or sizes[1] % places.shape[0]:
        raise ValueError(
            f"fold() got shape {sizes}, expected (batch, channels * {places.shape[0]}, {places.shape[1]}) for pictures "
            f"of {height} x {width}."
        )
    batch, channels = sizes[0], sizes[1] // places.shape[0]
    rows = reshape(x, (batch, channels, places.shape[0], places.shape[1]))
    rows = reshape(transpose(rows, (2, 3, 0, 1)), (places.size, batch, channels))
    start: Any = full((math.prod(padded), batch, channels), 0, dtype_of(x))
    summed = scatter_update(start, places.reshape(-1, 1), rows, "add")
    pictures = transpose(reshape(summed, (*padded, batch, channels)), (2, 3, 0, 1))
    inner = (slice(edge[0], edge[0] + height), slice(edge[1], edge[1] + width))
    return getitem(pictures, (slice(None), slice(None), *inner)) if any(edge) else pictures


@derived(tensors=("images",))
def extract_patches(
    images: Tensor,
    size: Size,
    strides: Size | None = None,
    dilation_rate: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    """The windows of pictures, each as the channels of one place.

    Args:
        images: tensor (batch, height, width, channels), or one without the first axis.
        size: size of the window, an int or one for each spatial axis.
        strides: step between neighbouring windows; None is `size`. Defaults to None.
        dilation_rate: distance between neighbouring elements of a window. Defaults to 1.
        padding: "valid" for windows inside only, "same" for as many as there are steps, with zeros beyond the ends.
            Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor with the windows in place of the spatial axes; its channels are the elements of a window, those of one
        place side by side.

    Raises:
        ValueError: for other ranks or paddings, unknown sizes, or windows that do not fit.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.extract_patches(ops.ones((1, 4, 4, 3)), 2, data_format="channels_last").shape)
        (1, 2, 2, 12)
    """
    return _patches("extract_patches", images, 2, size, strides, dilation_rate, padding, data_format)


@derived(tensors=("volumes",))
def extract_patches_3d(
    volumes: Tensor,
    size: Size,
    strides: Size | None = None,
    dilation_rate: Size = 1,
    padding: str = "valid",
    data_format: DataFormat = None,
) -> Tensor:
    """The windows of volumes, each as the channels of one place.

    Args:
        volumes: tensor (batch, depth, height, width, channels), or one without the first axis.
        size: size of the window, an int or one for each spatial axis.
        strides: step between neighbouring windows; None is `size`. Defaults to None.
        dilation_rate: distance between neighbouring elements of a window. Defaults to 1.
        padding: "valid" for windows inside only, "same" for as many as there are steps, with zeros beyond the ends.
            Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor with the windows in place of the spatial axes; its channels are the elements of a window, those of one
        place side by side.

    Raises:
        ValueError: for other ranks or paddings, unknown sizes, or windows that do not fit.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.extract_patches_3d(ops.ones((1, 4, 4, 4, 1)), 2, data_format="channels_last").shape)
        (1, 2, 2, 2, 8)
    """
    return _patches("extract_patches_3d", volumes, 3, size, strides, dilation_rate, padding, data_format)


def _patches(
    op: str, x: Tensor, space: int, size: Size, strides: Any, dilation: Size, padding: str, data_format: DataFormat
) -> Tensor:
    if padding not in ("valid", "same"):
        raise ValueError(f"{op}() got padding={padding!r}, expected 'valid' or 'same'.")
    rank = ndim(x)
    if rank not in (space + 1, space + 2):
        raise ValueError(f"{op}() got shape {shape(x)}, expected rank {space + 1} or {space + 2}.")
    single, last = rank == space + 1, rules.channels_last(data_format)
    x = expand_dims(x, 0) if single else x
    x = x if last else moveaxis(x, 1, -1)
    windows, dilations = each_axis(size, space), each_axis(dilation, space)
    steps = windows if strides is None else each_axis(strides, space)
    sizes = shape(x)
    if not all(isinstance(n, int) for n in sizes[1:]):
        raise ValueError(f"{op}() got shape {sizes}, expected known sizes and channels.")
    if not all(len(one) == space and min(one) >= 1 for one in (windows, dilations, steps)):
        raise ValueError(f"{op}() got size={size!r}, strides={strides!r} and dilation_rate={dilation!r}.")
    counts = []
    for axis, (window, step, gap) in enumerate(zip(windows, steps, dilations, strict=True), 1):
        reach = gap * (window - 1) + 1
        if padding == "same":
            missing = max((-(-sizes[axis] // step) - 1) * step + reach - sizes[axis], 0)
            edges = (missing // 2, missing - missing // 2)
            x = pad(x, [edges if k == axis else (0, 0) for k in range(space + 2)])
        length = shape(x)[axis]
        if length < reach:
            raise ValueError(f"{op}() got shape {sizes}, in which no window of {size!r} finds room.")
        counts.append((length - reach) // step + 1)
    # One axis after the other becomes two: its windows, and their elements.
    for axis in range(space, 0, -1):
        k = axis - 1
        places = np.arange(counts[k])[:, None] * steps[k] + np.arange(windows[k]) * dilations[k]
        x = take(x, places.astype("int32"), axis)
    order = [0, *range(1, 2 * space + 1, 2), *range(2, 2 * space + 1, 2), 2 * space + 1]
    x = reshape(transpose(x, order), (sizes[0], *counts, math.prod(windows) * sizes[-1]))
    x = x if last else moveaxis(x, -1, 1)
    return squeeze(x, 0) if single else x
