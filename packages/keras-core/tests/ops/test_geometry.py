"""Pictures sampled at other places, against loops over the pixels."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, gradients, ops

MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def element(x: np.ndarray, place: Any, mode: str, fill: float) -> float:
    """The element at whole numbers, which may lie outside."""
    inside = []
    for i, n in zip(place, x.shape, strict=True):
        if mode == "constant" and not 0 <= i < n:
            return fill
        pattern = {
            "constant": list(range(n)),
            "nearest": None,
            "wrap": list(range(n)),
            "mirror": list(range(n)) + list(range(n - 2, 0, -1)),
            "reflect": list(range(n)) + list(range(n - 1, -1, -1)),
        }[mode]
        inside.append(min(max(i, 0), n - 1) if pattern is None else pattern[i % len(pattern)])
    return float(x[tuple(inside)])


def sampled(x: np.ndarray, place: Any, order: int, mode: str, fill: float) -> float:
    if order == 0:
        return element(x, [math.floor(p + 0.5) for p in place], mode, fill)
    result = 0.0
    for corner in itertools.product((0, 1), repeat=x.ndim):
        low = [math.floor(p) for p in place]
        weight = math.prod(1 - abs(p - (f + c)) for p, f, c in zip(place, low, corner, strict=True))
        result += weight * element(x, [f + c for f, c in zip(low, corner, strict=True)], mode, fill)
    return result


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 1, 3)])
def test_map_coordinates(shape: Any, order: int, mode: str, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=shape).astype("float32")
    places = rng.uniform(-7, 9, (len(shape), 4, 5)).astype("float32")
    expected = [sampled(x, place, order, mode, 1.5) for place in places.reshape(len(shape), -1).T.astype(float)]
    expected = np.array(expected, "float32").reshape(4, 5)
    check("map_coordinates", x, places, order, mode, 1.5, expect=expected, tolerance=1e-4)


def test_whole_numbers_are_rounded(check: Any) -> None:
    check("map_coordinates", np.arange(5), np.array([[0.5, 1.5, 2.4]], "float32"), 1, expect=np.array([1, 2, 2]))
    x = np.array([[250], [255]], "uint8")
    places = np.array([[0.5, 1.0], [0.0, 0.2]], "float32")
    check("map_coordinates", x, places, 1, "nearest", expect=np.array([253, 255], "uint8"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
@pytest.mark.parametrize("last", [True, False])
def test_affine(last: bool, interpolation: str, mode: str, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 4, 5, 3)).astype("float32")
    t = np.array([[1.1, 0.2, 0.3, -0.1, 0.9, 0.53, 0, 0], [0.7, -0.4, 1.1, 0.3, 1.2, -0.77, 0, 0]], "float32")
    expected = np.zeros_like(x)
    for b, i, j, c in np.ndindex(*x.shape):
        place = (t[b, 3] * j + t[b, 4] * i + t[b, 5], t[b, 0] * j + t[b, 1] * i + t[b, 2])
        expected[b, i, j, c] = sampled(x[b, :, :, c], place, int(interpolation == "bilinear"), mode, 2.0)
    images, wanted = (x, expected) if last else (np.moveaxis(x, -1, 1), np.moveaxis(expected, -1, 1))
    options = {"data_format": "channels_last" if last else "channels_first", "tolerance": 1e-4}
    check("affine_transform", images, t, interpolation, mode, 2.0, expect=wanted, **options)
    check("affine_transform", images[0], t[0], interpolation, mode, 2.0, expect=wanted[0], **options)


def test_perspective(check: Any) -> None:
    """Of the picture 0 to 11, four points moved; the numbers are those of Keras 3.15.1."""
    x = np.arange(12, dtype="float32").reshape(1, 3, 4, 1)
    start = np.array([[[0.0, 0], [0, 2], [3, 0], [3, 2]]], "float32")
    end = np.array([[[0.5, 0], [0, 2], [3, 0.5], [2.5, 2]]], "float32")
    expected = [0.2016, 0.4067, 1.0254, 1.1732, 3.1069, 4.2772, 4.9231, 4.0512, 8, 9.0105, 10.2588, 1.76]
    expected = np.array(expected, "float32").reshape(x.shape)
    last = {"data_format": "channels_last", "tolerance": 2e-4}
    check("perspective_transform", x, start, end, expect=expected, **last)
    check("perspective_transform", x[0], start[0], end[0], expect=expected[0], **last)
    nearest = np.array([0, 0, 1, 7, 4, 5, 6, 7, 8, 9, 10, 7], "float32").reshape(x.shape)
    check("perspective_transform", x, start, end, "nearest", 7, expect=nearest, **last)


def test_points_come_where_they_shall(rng: np.random.Generator) -> None:
    x = rng.normal(size=(9, 9, 1)).astype("float32")
    start = np.array([[1, 1], [7, 1], [1, 7], [7, 7]], "float32")
    end = np.array([[2, 0], [8, 2], [0, 6], [6, 8]], "float32")
    moved = backend.to_numpy(ops.perspective_transform(x, start, end, data_format="channels_last"))
    for (u, v), (a, b) in zip(start.astype(int), end.astype(int), strict=True):
        assert moved[b, a, 0] == pytest.approx(x[v, u, 0], abs=1e-3)


def test_gradients_by_the_places(backend_name: str, rng: np.random.Generator) -> None:
    if "train" not in backend.load(backend_name).capabilities:
        pytest.skip("no gradients")
    x, places = rng.normal(size=(4, 4)), np.array([[0.3, 2.6], [1.7, 0.2]])
    tensor = backend.load(backend_name).tensor(places.astype("float32"))
    image = x.astype("float32")
    _, (slope,) = gradients(lambda p: ops.sum(ops.map_coordinates(image, p, 1)), [tensor])
    for k, j in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[k, j] = 1e-6
        sides = [sum(sampled(x, p, 1, "constant", 0) for p in (places + s).T) for s in (step, -step)]
        assert backend.to_numpy(slope)[k, j] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-3, abs=1e-3)


def test_errors() -> None:
    x = np.zeros((1, 4, 4, 1), "float32")
    with pytest.raises(ValueError, match="got order=3, expected one of 0, 1"):
        ops.map_coordinates(x, np.zeros((4, 1)), 3)
    with pytest.raises(ValueError, match="expected one row for each axis"):
        ops.map_coordinates(x, np.zeros((3, 1)), 1)
    with pytest.raises(ValueError, match=r"affine_transform\(\) got fill_mode='edge'"):
        ops.affine_transform(x, np.zeros((1, 8)), fill_mode="edge")
    with pytest.raises(ValueError, match=r"expected \(batch, 8\), or \(8,\)"):
        ops.affine_transform(x, np.zeros((8,)))
    with pytest.raises(ValueError, match=r"expected \(batch, 4, 2\), or \(4, 2\)"):
        ops.perspective_transform(KerasTensor((None, 4, 4, 1)), np.zeros((4, 2)), np.zeros((4, 2)))
