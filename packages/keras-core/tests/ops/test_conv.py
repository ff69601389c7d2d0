"""Convolutions and pooling, against sums written out in loops."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from keras_core import Input, KerasTensor, Model, ops


def padded(x: Any, window: Any, strides: Any, padding: str, value: float = 0) -> Any:
    """Channels-last input with the border that "same" adds."""
    if padding == "valid":
        return x
    pairs = []
    for n, w, s in zip(x.shape[1:-1], window, strides):
        total = max((-(-n // s) - 1) * s + w - n, 0)
        pairs.append((total // 2, total - total // 2))
    return np.pad(x, [(0, 0), *pairs, (0, 0)], constant_values=value)


def places(x: Any, window: Any, strides: Any) -> Any:
    return [(n - w) // s + 1 for n, w, s in zip(x.shape[1:-1], window, strides)]


def convolved(x: Any, kernel: Any, strides: Any, padding: str, dilation: Any) -> Any:
    """Each output as a sum over window and channels of its group."""
    window = kernel.shape[:-2]
    reach = [(w - 1) * d + 1 for w, d in zip(window, dilation)]
    x = padded(x, reach, strides, padding)
    out = np.zeros((x.shape[0], *places(x, reach, strides), kernel.shape[-1]), "float64")
    per_group, filters = kernel.shape[-2:]
    groups = x.shape[-1] // per_group
    for place in itertools.product(*map(range, out.shape[1:-1])):
        for offset in itertools.product(*map(range, window)):
            at = tuple(p * s + o * d for p, s, o, d in zip(place, strides, offset, dilation))
            for f in range(filters):
                first = f // (filters // groups) * per_group
                channels = x[(slice(None), *at, slice(first, first + per_group))]
                out[(slice(None), *place, f)] += channels @ kernel[(*offset, slice(None), f)]
    return out.astype("float32")


def pooled(x: Any, window: Any, strides: Any, padding: str, reduce: Any) -> Any:
    x = padded(x, window, strides, padding, np.nan)
    out = np.zeros((x.shape[0], *places(x, window, strides), x.shape[-1]), "float32")
    for place in itertools.product(*map(range, out.shape[1:-1])):
        block = x[(slice(None), *(slice(p * s, p * s + w) for p, s, w in zip(place, strides, window)))]
        out[(slice(None), *place)] = reduce(block, tuple(range(1, x.ndim - 1)))
    return out


SPACES = [((6,), (3,)), ((5, 6), (3, 2)), ((4, 5, 4), (2, 3, 1))]


@pytest.mark.parametrize(("space", "window"), SPACES)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2)])
@pytest.mark.parametrize("groups", [1, 2])
def test_conv(
    space: Any, window: Any, padding: str, stride: int, dilation: int, groups: int, check: Any, rng: Any
) -> None:
    if dilation == 2 and padding == "valid":
        space = tuple(n + 2 for n in space)
    count = len(space)
    x = rng.standard_normal((2, *space, 2 * groups)).astype("float32")
    kernel = rng.standard_normal((*window, 2, 2 * groups)).astype("float32")
    expected = convolved(x, kernel, (stride,) * count, padding, (dilation,) * count)
    check("conv", x, kernel, stride, padding, "channels_last", dilation, expect=expected, tolerance=1e-4)
    first = np.moveaxis(x, -1, 1).copy()
    check(
        "conv",
        first,
        kernel,
        stride,
        padding,
        "channels_first",
        dilation,
        expect=np.moveaxis(expected, -1, 1),
        tolerance=1e-4,
    )


def test_conv_with_a_stride_for_each_axis(check: Any, rng: Any) -> None:
    x, kernel = rng.standard_normal((1, 7, 8, 2)).astype("float32"), rng.standard_normal((3, 3, 2, 4)).astype("float32")
    check("conv", x, kernel, (2, 1), "same", expect=convolved(x, kernel, (2, 1), "same", (1, 1)), tolerance=1e-4)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("multiplier", [1, 2])
def test_depthwise_and_separable_conv(padding: str, multiplier: int, check: Any, rng: Any) -> None:
    x = rng.standard_normal((2, 6, 6, 3)).astype("float32")
    kernel = rng.standard_normal((3, 2, 3, multiplier)).astype("float32")
    spread = convolved(x, kernel.reshape(3, 2, 1, -1), (2, 2), padding, (1, 1))
    check("depthwise_conv", x, kernel, 2, padding, expect=spread, tolerance=1e-4)
    point = rng.standard_normal((1, 1, 3 * multiplier, 5)).astype("float32")
    check("separable_conv", x, kernel, point, 2, padding, expect=spread @ point[0, 0], tolerance=1e-4)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 1), (1, 2)])
@pytest.mark.parametrize("window", [1, 2, 3])
def test_conv_transpose_is_the_transpose(
    padding: str, stride: int, dilation: int, window: int, check: Any, rng: Any
) -> None:
    """<conv(x), y> = <x, conv_transpose(y)> for all x and y."""
    y = rng.standard_normal((2, 4, 3, 2)).astype("float32")
    kernel = rng.standard_normal((window, window, 5, 2)).astype("float32")
    result = np.asarray(ops.convert_to_numpy(ops.conv_transpose(y, kernel, stride, padding, dilation_rate=dilation)))
    x = rng.standard_normal(result.shape).astype("float32")
    forward = convolved(x, kernel, (stride, stride), padding, (dilation, dilation))
    assert forward.shape == y.shape
    assert float((forward * y).sum()) == pytest.approx(float((x * result).sum()), rel=1e-3, abs=1e-3)
    check("conv_transpose", y, kernel, stride, padding, dilation_rate=dilation, expect=result)


@pytest.mark.parametrize(
    ("padding", "extra", "length"),
    [("valid", None, 9), ("same", None, 8), ("valid", 0, 9), ("valid", 1, 10), ("same", 0, 7), ("same", 1, 8)],
)
def test_length_of_conv_transpose(padding: str, extra: Any, length: int) -> None:
    x, kernel = KerasTensor((None, 4, 2)), KerasTensor((3, 6, 2))
    assert ops.conv_transpose(x, kernel, 2, padding, extra).shape == (None, length, 6)
    real = ops.conv_transpose(np.ones((1, 4, 2), "float32"), np.ones((3, 6, 2), "float32"), 2, padding, extra)
    assert tuple(real.shape) == (1, length, 6)


@pytest.mark.parametrize(("space", "window"), SPACES)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [None, 1, 2])
def test_pooling(space: Any, window: Any, padding: str, stride: Any, check: Any, rng: Any) -> None:
    x = rng.standard_normal((2, *space, 3)).astype("float32")
    strides = window if stride is None else (stride,) * len(space)
    most, mean = (pooled(x, window, strides, padding, reduce) for reduce in (np.nanmax, np.nanmean))
    check("max_pool", x, window, stride, padding, expect=most)
    check("average_pool", x, window, stride, padding, expect=mean)
    first = np.moveaxis(x, -1, 1).copy()
    check("max_pool", first, window, stride, padding, "channels_first", expect=np.moveaxis(most, -1, 1))


def test_unknown_sizes() -> None:
    x = KerasTensor((None, None, 8, 3))
    assert ops.conv(x, KerasTensor((3, 3, 3, 16)), 2).shape == (None, None, 3, 16)
    assert ops.max_pool(x, 2, padding="same").shape == (None, None, 4, 3)
    assert ops.depthwise_conv(x, KerasTensor((3, 3, 3, 2))).shape == (None, None, 6, 6)


@pytest.mark.parametrize(
    ("inputs", "kernel", "options", "message"),
    [
        ((1, 5, 5, 3), (3, 3, 2, 4), {}, "3 channels and a kernel of shape .* multiple of 2"),
        ((1, 5, 5, 3), (3, 3, 4), {}, "expected a kernel of 4 axes"),
        ((1, 5), (3, 3), {}, "expected 3, 4 or 5 axes"),
        ((1, 2, 2, 3), (3, 3, 3, 4), {}, "too short for a window of 3"),
        ((1, 5, 5, 3), (3, 3, 3, 4), {"padding": "full"}, "padding='full', expected 'valid' or 'same'"),
        ((1, 5, 5, 3), (3, 3, 3, 4), {"strides": (1, 2, 3)}, r"strides=\(1, 2, 3\)"),
        ((1, 5, 5, 3), (3, 3, 3, 4), {"data_format": "last"}, "data_format='last'"),
    ],
)
def test_arguments_that_do_not_fit(inputs: Any, kernel: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"conv\(\) got .*" + message):
        ops.conv(KerasTensor(inputs), KerasTensor(kernel), **options)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize(("shape", "window", "strides"), [((2, 5, 3), (2,), (2,)), ((2, 5, 4, 2), (3, 2), (2, 1))])
def test_local_conv_by_loops(data_format, shape, window, strides):
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype("float32")
    out = places(x, window, strides)
    channels, filters = shape[-1], 4
    kernel = rng.normal(size=(np.prod(out), np.prod(window) * channels, filters)).astype("float32")
    expected = np.zeros((shape[0], *out, filters))
    first = data_format == "channels_first"
    for number, place in enumerate(itertools.product(*map(range, out))):
        at = tuple(slice(p * s, p * s + w) for p, s, w in zip(place, strides, window))
        patch = x[(slice(None), *at)]
        patch = np.moveaxis(patch, -1, 1) if first else patch
        expected[(slice(None), *place)] = patch.reshape(shape[0], -1) @ kernel[number]
    given = np.moveaxis(x, -1, 1) if first else x
    found = ops.convert_to_numpy(ops.local_conv(given, kernel, window, strides, data_format))
    np.testing.assert_allclose(np.moveaxis(found, 1, -1) if first else found, expected, rtol=1e-4, atol=1e-5)


def test_local_conv_says_which_kernel_it_takes():
    with pytest.raises(ValueError, match=r"expected a kernel of shape \(4, 6, filters\)"):
        ops.local_conv(np.zeros((1, 5, 3), "float32"), np.zeros((4, 5, 2), "float32"), 2, data_format="channels_last")
    with pytest.raises(ValueError, match="expected known spatial sizes"):
        ops.local_conv(KerasTensor((None, None, 3)), np.zeros((4, 6, 2), "float32"), 2, data_format="channels_last")


@pytest.mark.parametrize("size", [1, 2, (3, 4), (None, 2), (7, 9)])
@pytest.mark.parametrize("last", [True, False])
def test_adaptive_pooling(size: Any, last: bool, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 5, 7, 3)).astype("float32")
    wanted = size if isinstance(size, tuple) else (size, size)
    rows, columns = (n if w is None else w for w, n in zip(wanted, (5, 7), strict=True))
    cuts = [[(i * n // w, -(-(i + 1) * n // w)) for i in range(w)] for w, n in ((rows, 5), (columns, 7))]
    for name, reduce in (("adaptive_average_pool", np.mean), ("adaptive_max_pool", np.max)):
        expected = np.array([[reduce(x[:, a:b, c:d], (1, 2)) for c, d in cuts[1]] for a, b in cuts[0]])
        expected = np.moveaxis(expected, (0, 1, 2), (1, 2, 0)).astype("float32")
        if last:
            check(name, x, size, "channels_last", expect=expected)
        else:
            check(name, np.moveaxis(x, -1, 1), size, "channels_first", expect=np.moveaxis(expected, -1, 1))


@pytest.mark.parametrize("op", [ops.adaptive_average_pool, ops.adaptive_max_pool])
def test_adaptive_pooling_of_sizes_known_when_it_runs(op: Any, rng: np.random.Generator) -> None:
    inputs = Input((3, None, None))
    model = Model(inputs, op(inputs, (2, None), "channels_first"))
    assert model.output_shape == (None, 3, 2, None)
    for rows, columns in ((5, 4), (2, 7)):
        x = rng.normal(size=(2, 3, rows, columns)).astype("float32")
        found = ops.convert_to_numpy(model(x))
        np.testing.assert_array_equal(found, ops.convert_to_numpy(op(x, (2, None), "channels_first")))


def test_adaptive_pooling_says_what_it_takes() -> None:
    with pytest.raises(ValueError, match=r"got shape \(4, 1\), expected rank 3, 4 or 5"):
        ops.adaptive_max_pool(KerasTensor((4, 1)), 2, "channels_last")
    with pytest.raises(ValueError, match=r"output_size=\(1, 2\), expected a positive int or 1 of them"):
        ops.adaptive_average_pool(np.zeros((1, 4, 1)), (1, 2), "channels_last")
