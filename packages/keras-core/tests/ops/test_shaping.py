"""Shapes: asking, changing, joining, splitting, repeating and slicing, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

X = np.arange(24, dtype="float32").reshape(2, 3, 4)
INTS = np.arange(6, dtype="int32").reshape(2, 3)


def test_asking() -> None:
    assert ops.shape(X) == (2, 3, 4)
    assert ops.ndim(X) == 3
    assert ops.size(X) == 24
    sizes = ops.shape(KerasTensor((None, 3)))
    assert isinstance(sizes[0], KerasTensor)
    assert (sizes[0].shape, sizes[0].dtype, sizes[1]) == ((), "int32", 3)
    assert ops.size(KerasTensor((None, 3))).dtype == "int32"


@pytest.mark.parametrize("shape", [(24,), (-1,), (4, -1), (2, 3, 4, 1), (6, 4)])
def test_reshape(shape: tuple[int, ...], check: Any) -> None:
    check("reshape", X, shape, expect=X.reshape(shape))


def test_reshape_with_unknown_sizes() -> None:
    x = KerasTensor((None, 3, 4))
    assert ops.reshape(x, (-1, 12)).shape == (None, 12)
    assert ops.reshape(x, (ops.shape(x)[0], -1)).shape == (None, 12)
    assert ops.reshape(x, (ops.shape(x)[0], 6, 2)).shape == (None, 6, 2)
    assert ops.reshape(KerasTensor((2, 3)), (-1,)).shape == (6,)


@pytest.mark.parametrize("shape", [(5, -1), (7,), (-1, -1), (-2, 12)])
def test_reshape_that_does_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"reshape\(\) got"):
        ops.reshape(KerasTensor((2, 3, 4)), shape)


@pytest.mark.parametrize("axes", [None, (2, 0, 1), (0, 2, 1)])
def test_transpose(axes: Any, check: Any) -> None:
    check("transpose", X, axes, expect=np.transpose(X, axes))


def test_transpose_needs_all_axes() -> None:
    with pytest.raises(ValueError, match=r"transpose\(\) got axes \(0, 1\)"):
        ops.transpose(KerasTensor((2, 3, 4)), (0, 1))
    with pytest.raises(ValueError, match="each axis once"):
        ops.transpose(KerasTensor((2, 3)), (0, 0))


@pytest.mark.parametrize("axis", [0, 1, -1, (0, -1), (0, 2)])
def test_expand_dims(axis: Any, check: Any) -> None:
    check("expand_dims", INTS, axis, expect=np.expand_dims(INTS, axis))


@pytest.mark.parametrize("axis", [None, 0, -2, (0, 2)])
def test_squeeze(axis: Any, check: Any) -> None:
    x = INTS.reshape(1, 2, 1, 3)
    check("squeeze", x, axis, expect=np.squeeze(x, axis))


def test_squeeze_of_a_longer_axis() -> None:
    with pytest.raises(ValueError, match=r"squeeze\(\) got shape \(2, 3\), whose axis 0 has length 2, expected 1"):
        ops.squeeze(KerasTensor((2, 3)), 0)


def test_axis_out_of_range() -> None:
    with pytest.raises(ValueError, match=r"sum\(\) got axis 2, expected one from -2 to 1"):
        ops.sum(KerasTensor((2, 3)), 2)


def test_broadcast_to(check: Any) -> None:
    check("broadcast_to", INTS, (4, 2, 3), expect=np.broadcast_to(INTS, (4, 2, 3)))
    with pytest.raises(ValueError, match="does not broadcast"):
        ops.broadcast_to(KerasTensor((2, 3)), (2, 4))


def test_moving_axes(check: Any) -> None:
    check("moveaxis", X, 0, -1, expect=np.moveaxis(X, 0, -1))
    check("moveaxis", X, (0, 1), (-1, -2), expect=np.moveaxis(X, (0, 1), (-1, -2)))
    check("swapaxes", X, 0, -1, expect=np.swapaxes(X, 0, -1))
    check("ravel", X, expect=X.ravel())


def test_joining(check: Any) -> None:
    check("concatenate", [X, X], 1, expect=np.concatenate([X, X], 1))
    check("concatenate", [X, INTS[:, :, None]], -1, expect=np.concatenate([X, INTS[:, :, None].astype("float32")], -1))
    check("stack", [INTS, INTS], -1, expect=np.stack([INTS, INTS], -1))


def test_joining_of_unequal_shapes() -> None:
    with pytest.raises(ValueError, match=r"concatenate\(\) got tensors of shapes"):
        ops.concatenate([KerasTensor((2, 3)), KerasTensor((2, 4))], 0)
    assert ops.concatenate([KerasTensor((None, 3)), KerasTensor((2, None))], 0).shape == (None, 3)


@pytest.mark.parametrize("cuts", [2, [1], [1, 3], (1, 2)])
def test_split(cuts: Any, check: Any) -> None:
    x = np.arange(12, dtype="int32").reshape(4, 3)
    check("split", x, cuts, expect=np.split(x, cuts))


def test_other_splits(check: Any) -> None:
    check("unstack", INTS, axis=1, expect=[INTS[:, k] for k in range(3)])
    with pytest.raises(ValueError, match=r"split\(\) got 2 sections for axis 0"):
        ops.split(KerasTensor((3, 2)), 2)
    with pytest.raises(ValueError, match="give num="):
        ops.unstack(KerasTensor((None, 2)))
    assert [one.shape for one in ops.unstack(KerasTensor((None, 2)), num=3)] == [(2,)] * 3


@pytest.mark.parametrize("repeats", [2, (2, 1), (2, 1, 3)])
def test_tile(repeats: Any, check: Any) -> None:
    check("tile", INTS, repeats, expect=np.tile(INTS, repeats))


@pytest.mark.parametrize(("repeats", "axis"), [(2, None), (2, 1), ([1, 0, 2], 1)])
def test_repeat(repeats: Any, axis: Any, check: Any) -> None:
    check("repeat", INTS, repeats, axis, expect=np.repeat(INTS, repeats, axis))


@pytest.mark.parametrize("mode", ["constant", "reflect", "symmetric"])
@pytest.mark.parametrize("width", [1, (1, 2), ((1, 0), (2, 1))])
def test_pad(mode: str, width: Any, check: Any) -> None:
    x = np.arange(12, dtype="float32").reshape(3, 4)
    check("pad", x, width, mode, expect=np.pad(x, width, mode))


def test_pad_with_a_value(check: Any) -> None:
    check("pad", INTS, 1, constant_values=7, expect=np.pad(INTS, 1, constant_values=7))
    with pytest.raises(ValueError, match="mode='constant'"):
        ops.pad(KerasTensor((2, 2)), 1, "reflect", 3)


@pytest.mark.parametrize(("shift", "axis"), [(1, None), (-2, 0), (5, -1), ((1, 2), (0, 1)), (0, 0)])
def test_roll(shift: Any, axis: Any, check: Any) -> None:
    check("roll", INTS, shift, axis, expect=np.roll(INTS, shift, axis))


@pytest.mark.parametrize(
    "key",
    [
        0, -1, slice(1, None), slice(None, None, -1), (slice(None), 1), (Ellipsis, 0), (None, Ellipsis),
        (0, slice(1, 3)), (slice(None), slice(-2, None), None), (slice(None), slice(3, 0, -1)), (1, 2, 3),
        (slice(None), np.array([2, 0], "int32")), (slice(None), [0, 0, 1]), (slice(None), slice(0, 3, 2), None, -1),
    ],
    ids=str,
)  # fmt: skip
def test_getitem(key: Any, check: Any) -> None:
    check("getitem", X, key, expect=X[key])


def test_getitem_of_symbolic_tensors() -> None:
    x = KerasTensor((None, 3, 4))
    assert x[:, 0].shape == (None, 4)
    assert x[:2].shape == (None, 3, 4)
    assert x[..., -1].shape == (None, 3)
    with pytest.raises(ValueError, match=r"getitem\(\) got index 3 for an axis of length 3"):
        x[:, 3]
    with pytest.raises(ValueError, match="4 parts for 3 axes"):
        x[0, 0, 0, 0]


def test_turning(check: Any) -> None:
    check("flip", X, expect=np.flip(X))
    check("flip", X, (0, 2), expect=np.flip(X, (0, 2)))
    check("fliplr", INTS, expect=np.fliplr(INTS))
    check("flipud", INTS, expect=np.flipud(INTS))
    for k in range(-1, 5):
        check("rot90", X, k, (1, 2), expect=np.rot90(X, k, (1, 2)))


@pytest.mark.parametrize(("offset", "axes"), [(0, (0, 1)), (1, (1, 2)), (-1, (2, 0))])
def test_diagonal(offset: int, axes: tuple[int, int], check: Any) -> None:
    check("diagonal", X, offset, *axes, expect=np.diagonal(X, offset, *axes))


def test_sizes_known_only_at_run_time(backend_name: str) -> None:
    from keras_core import Function

    x = KerasTensor((None, 3))
    tiled = ops.broadcast_to(ops.expand_dims(ops.sum(x, 0), 0), (ops.shape(x)[0], 3))
    model = Function([x], [tiled, ops.reshape(x, (ops.shape(x)[0], 1, -1)), ops.zeros((ops.shape(x)[0], 2))])
    first, second, third = model([np.ones((4, 3), "float32")])
    np.testing.assert_array_equal(backend.to_numpy(first), np.full((4, 3), 4))
    assert backend.to_numpy(second).shape == (4, 1, 3)
    np.testing.assert_array_equal(backend.to_numpy(third), np.zeros((4, 2)))


def test_slices_known_only_at_run_time(backend_name: str) -> None:
    from keras_core import Function

    x, y = KerasTensor((None, 5)), KerasTensor((None, None))
    length = ops.shape(y)[1]
    model = Function([x, y], [x[:, :length], x[:, length - 1], ops.slice(x, (0, length), (1, 1))])
    array = np.arange(10, dtype="float32").reshape(2, 5)
    found = [backend.to_numpy(t) for t in model([array, np.zeros((2, 3), "float32")])]
    for result, expected in zip(found, [array[:, :3], array[:, 2], array[:1, 3:4]]):
        np.testing.assert_array_equal(result, expected)
    assert ops.getitem(X, (0, slice(KerasTensor((), "int32"), None))).shape == (None, 4)


@pytest.mark.parametrize("dtype", ["int32", "uint8", "float16", "int64", "float32", None])
def test_view(dtype: Any, check: Any) -> None:
    x = np.array([[1.5, -2.0], [0.0, 3e8]], "float32")
    check("view", x, dtype, expect=x if dtype is None else x.view(dtype))
    check("view", x.T, "int32", expect=np.ascontiguousarray(x.T).view("int32"))


def test_view_says_what_it_takes() -> None:
    with pytest.raises(ValueError, match="whose last axis is no whole number of int64"):
        ops.view(KerasTensor((2, 3)), "int64")
    with pytest.raises(ValueError, match="got dtype 'bool', expected a dtype of numbers"):
        ops.view(KerasTensor((2, 3), "bool"), "uint8")
