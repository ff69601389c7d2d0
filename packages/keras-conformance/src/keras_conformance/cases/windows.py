"""Cases of convolutions, pooling and image ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _setting(draw: Inputs, strides: bool = True) -> tuple[int, dict[str, Any]]:
    """Number of spatial axes, and the arguments that all share."""
    space = draw.pick(1, 2, 2, 3)
    arguments: dict[str, Any] = {
        "padding": draw.pick("valid", "same"),
        "data_format": draw.pick("channels_last", "channels_first"),
    }
    if strides:
        arguments["strides"] = draw.pick(1, 2, tuple(draw.size(1, 2) for _ in range(space)))
    return space, arguments


def _inputs(draw: Inputs, space: int, channels: int, data_format: str, low: int = 5, distinct: bool = False) -> Any:
    sizes = tuple(draw.size(low, low + 1) for _ in range(space))
    shape = (2, *sizes, channels) if data_format == "channels_last" else (2, channels, *sizes)
    return draw.distinct(shape) if distinct else draw.floats(shape)


def _dilated(draw: Inputs, arguments: dict[str, Any]) -> dict[str, Any]:
    if arguments["strides"] == 1:
        arguments["dilation_rate"] = draw.pick(1, 2)
    return arguments


def _conv(draw: Inputs) -> dict[str, Any]:
    space, arguments = _setting(draw)
    groups, per_group = draw.pick((1, 2), (2, 1), (2, 2))
    window = tuple(draw.size(1, 3) for _ in range(space))
    kernel = draw.floats((*window, per_group, groups * draw.size(1, 2)))
    inputs = _inputs(draw, space, groups * per_group, arguments["data_format"])
    return {"inputs": inputs, "kernel": kernel, **_dilated(draw, arguments)}


def _depthwise(draw: Inputs) -> dict[str, Any]:
    space, arguments = _setting(draw, strides=False)
    space = min(space, 2)
    arguments["strides"] = draw.pick(1, 2)
    channels = draw.size(1, 3)
    window = tuple(draw.size(1, 3) for _ in range(space))
    inputs = _inputs(draw, space, channels, arguments["data_format"])
    return {"inputs": inputs, "kernel": draw.floats((*window, channels, draw.size(1, 2))), **_dilated(draw, arguments)}


def _separable(draw: Inputs) -> dict[str, Any]:
    arguments = _depthwise(draw)
    kernel = arguments.pop("kernel")
    mixed = kernel.shape[-1] * kernel.shape[-2]
    point = draw.floats((*(1,) * (kernel.ndim - 2), mixed, draw.size(1, 3)))
    return {**arguments, "depthwise_kernel": kernel, "pointwise_kernel": point}


def _local(draw: Inputs) -> dict[str, Any]:
    space, stride, data_format = draw.pick(1, 2), draw.pick(1, 2), draw.pick("channels_last", "channels_first")
    window, channels = tuple(draw.size(1, 3) for _ in range(space)), draw.size(1, 2)
    inputs = _inputs(draw, space, channels, data_format)
    sizes = inputs.shape[1:-1] if data_format == "channels_last" else inputs.shape[2:]
    places = math.prod((n - w) // stride + 1 for n, w in zip(sizes, window, strict=True))
    kernel = draw.floats((places, math.prod(window) * channels, draw.size(1, 2)))
    return {"inputs": inputs, "kernel": kernel, "kernel_size": window, "strides": stride, "data_format": data_format}


def _conv_transpose(draw: Inputs) -> dict[str, Any]:
    space, arguments = _setting(draw)
    channels = draw.size(1, 2)
    window = tuple(draw.size(1, 3) for _ in range(space))
    kernel = draw.floats((*window, draw.size(1, 3), channels))
    inputs = _inputs(draw, space, channels, arguments["data_format"], low=2)
    if arguments["strides"] == 2:
        arguments["output_padding"] = draw.pick(None, 1)
    return {"inputs": inputs, "kernel": kernel, **arguments}


def _pool(distinct: bool) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        space, arguments = _setting(draw)
        arguments["strides"] = draw.pick(None, arguments["strides"])
        inputs = _inputs(draw, space, draw.size(1, 2), arguments["data_format"], distinct=distinct)
        return {"inputs": inputs, "pool_size": draw.size(1, 3), **arguments}

    return case


def _resize(draw: Inputs) -> dict[str, Any]:
    return {
        "images": draw.floats((2, draw.size(2, 5), draw.size(2, 5), draw.size(1, 3))),
        "size": (draw.size(1, 7), draw.size(1, 7)),
        "interpolation": draw.pick("nearest", "bilinear", "bicubic"),
        "antialias": draw.pick(False, True),
        "data_format": "channels_last",
    }


def _upsample(draw: Inputs) -> dict[str, Any]:
    space, arguments = _setting(draw, strides=False)
    inputs = _inputs(draw, space, 2, arguments["data_format"], low=2)
    return {"images": inputs, "size": draw.size(1, 3), "data_format": arguments["data_format"]}


def _rgb_to_grayscale(draw: Inputs) -> dict[str, Any]:
    return {"images": draw.floats((2, 3, 3, 3)), "data_format": draw.pick("channels_last", "channels_first")}


def _space_to_depth(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((draw.size(1, 2), 4, 2, draw.size(1, 2))), "block_size": 2}


def _depth_to_space(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((draw.size(1, 2), 2, draw.size(1, 2), 4)), "block_size": 2}


def _psnr(draw: Inputs) -> dict[str, Any]:
    return {"x1": draw.floats((2, 3, 3, 1)), "x2": draw.floats((2, 3, 3, 1)), "max_val": 2.0}


def _adaptive(distinct: bool) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        space = draw.size(1, 3)
        data_format = draw.pick("channels_last", "channels_first")
        sizes = draw.pick(2, 3, tuple(draw.pick(1, 4, None) for _ in range(space)))
        inputs = _inputs(draw, space, 2, data_format, distinct=distinct)
        return {"inputs": inputs, "output_size": sizes, "data_format": data_format}

    return case


def _unfold(draw: Inputs) -> dict[str, Any]:
    return {
        "x": draw.floats((draw.size(1, 2), draw.size(1, 2), draw.size(5, 6), draw.size(5, 6))),
        "kernel_size": draw.pick(2, (1, 3)),
        "dilation": draw.pick(1, 2),
        "padding": draw.pick(0, 1, (0, 2)),
        "stride": draw.pick(1, 2, (2, 1)),
    }


def _fold(draw: Inputs) -> dict[str, Any]:
    kernel, padding, stride, windows = draw.pick(
        (2, 0, 1, 12), ((1, 3), (0, 1), 1, 20), (2, 1, 2, 9), ((2, 3), 0, (2, 1), 6)
    )
    elements = 4 if kernel == 2 else kernel[0] * kernel[1]
    return {
        "x": draw.floats((draw.size(1, 2), draw.size(1, 2) * elements, windows)),
        "output_size": (4, 5),
        "kernel_size": kernel,
        "padding": padding,
        "stride": stride,
    }


CASES: dict[str, Case] = {
    "adaptive_average_pool": _adaptive(distinct=False),
    "adaptive_max_pool": _adaptive(distinct=True),
    "unfold": _unfold,
    "fold": _fold,
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    "local_conv": _local,
    "conv_transpose": _conv_transpose,
    "max_pool": _pool(distinct=True),
    "average_pool": _pool(distinct=False),
    "resize": _resize,
    "upsample": _upsample,
    "rgb_to_grayscale": _rgb_to_grayscale,
    "space_to_depth": _space_to_depth,
    "depth_to_space": _depth_to_space,
    "psnr": _psnr,
}
