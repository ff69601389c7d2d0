"""Cases of convolutions, pooling and image ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

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
        "interpolation": draw.pick("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
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


def _picture(draw: Inputs, channels: int = 2, low: int = 4) -> tuple[Any, str]:
    """Pictures, and how their axes are ordered."""
    data_format = draw.pick("channels_last", "channels_first")
    sizes = (draw.size(low, low + 1), draw.size(low, low + 1))
    shape = (*sizes, channels) if data_format == "channels_last" else (channels, *sizes)
    return draw.floats((2, *shape), 0.05, 0.95), data_format


def _images(channels: int = 2) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        images, data_format = _picture(draw, channels)
        return {"images": images, "data_format": data_format}

    return case


def _colours(draw: Inputs) -> dict[str, Any]:
    sizes = (draw.size(), draw.size())
    return {"images": draw.distinct((*sizes, 3)) / 16 + 0.5, "data_format": "channels_last"}


def _blur(draw: Inputs) -> dict[str, Any]:
    images, data_format = _picture(draw)
    kernel = draw.pick((3, 3), (2, 5))
    return {
        "images": images,
        "kernel_size": kernel,
        "sigma": draw.pick((1.0, 1.0), (0.5, 2.0)),
        "data_format": data_format,
    }


def _ssim(draw: Inputs) -> dict[str, Any]:
    first, data_format = _picture(draw)
    second = draw.floats(first.shape, 0.05, 0.95)
    return {"image1": first, "image2": second, "filter_size": 3, "data_format": data_format}


def _borders(grow: bool) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        images, data_format = _picture(draw)
        name, target = ("padding", 7) if grow else ("cropping", 2)
        return {
            "images": images,
            f"top_{name}": 1,
            f"left_{name}": draw.pick(0, 1),
            f"bottom_{name}": None,
            f"right_{name}": 1,
            "target_height": target,
            "data_format": data_format,
        }

    return case


def _extract(space: int) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        data_format = draw.pick("channels_last", "channels_first")
        return {
            "images" if space == 2 else "volumes": _inputs(draw, space, 2, data_format),
            "size": draw.pick(2, (1, 2, 2)[:space]),
            "strides": draw.pick(None, 1, 2),
            "dilation_rate": draw.pick(1, 2),
            "padding": draw.pick("valid", "same"),
            "data_format": data_format,
        }

    return case


_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def _places(draw: Inputs, shape: tuple[int, ...]) -> Any:
    """Coordinates away from whole and half ones, where results jump or have kinks."""
    whole = draw.ints(shape, -3, 6)
    return (whole + draw.floats(shape, 0.1, 0.4)).astype("float32")


def _map_coordinates(draw: Inputs) -> dict[str, Any]:
    rank = draw.size(1, 3)
    return {
        "inputs": draw.floats(tuple(draw.size(2, 4) for _ in range(rank))),
        "coordinates": _places(draw, (rank, *draw.shape(0, 2))),
        "order": draw.pick(0, 1, 1),
        "fill_mode": draw.pick(*_FILL_MODES),
        "fill_value": draw.pick(0, 1.5),
    }


def _affine(draw: Inputs) -> dict[str, Any]:
    images, data_format = _picture(draw)
    rows = np.array([1.07, 0.11, 0.213, -0.13, 0.93, -0.171, 0, 0], "float32")
    batch = images.shape[:-3]
    return {
        "images": images,
        "transform": np.broadcast_to(rows, (*batch, 8)) + draw.floats((*batch, 8), -0.01, 0.01),
        "interpolation": draw.pick("bilinear", "nearest"),
        "fill_mode": draw.pick(*_FILL_MODES),
        "data_format": data_format,
    }


def _perspective(draw: Inputs) -> dict[str, Any]:
    images, data_format = _picture(draw)
    corners = np.array([[0, 0], [0, 3], [3, 0], [3, 3]], "float32")
    shape = (*images.shape[:-3], 4, 2)
    return {
        "images": images,
        "start_points": np.broadcast_to(corners, shape) + draw.floats(shape, 0.1, 0.2),
        "end_points": np.broadcast_to(corners, shape) + draw.floats(shape, -0.35, -0.3),
        "interpolation": draw.pick("bilinear", "nearest"),
        "fill_value": draw.pick(0, 1.5),
        "data_format": data_format,
    }


def _scale_and_translate(draw: Inputs) -> dict[str, Any]:
    return {
        "images": draw.floats((2, draw.size(3, 5), draw.size(3, 5))),
        "output_shape": (2, draw.size(2, 6), draw.size(2, 6)),
        "scale": draw.floats((2,), 0.6, 1.4),
        "translation": draw.floats((2,), -0.4, 0.4),
        "spatial_dims": (1, 2),
        "method": draw.pick("linear", "cubic", "lanczos3", "lanczos5"),
        "antialias": draw.pick(True, False),
    }


CASES: dict[str, Case] = {
    "gaussian_blur": _blur,
    "sobel_edges": _images(),
    "ssim": _ssim,
    "rgb_to_hsv": _colours,
    "hsv_to_rgb": _colours,
    "pad_images": _borders(True),
    "crop_images": _borders(False),
    "extract_patches": _extract(2),
    "extract_patches_3d": _extract(3),
    "map_coordinates": _map_coordinates,
    "affine_transform": _affine,
    "perspective_transform": _perspective,
    "scale_and_translate": _scale_and_translate,
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
