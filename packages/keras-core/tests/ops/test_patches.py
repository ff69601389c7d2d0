"""Windows as columns and back, against loops over the windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, ops

SETTINGS = [(2, 1, 0, 1), ((1, 3), 1, (0, 1), (2, 1)), (2, 2, 1, 2), ((3, 2), (1, 2), (2, 0), (1, 3))]


def pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def windows(height: int, width: int, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """Index pairs of every window, in the padded picture."""
    (kh, kw), (dh, dw), (ph, pw), (sh, sw) = map(pair, (kernel, dilation, padding, stride))
    for top in range(0, height + 2 * ph - dh * (kh - 1), sh):
        for left in range(0, width + 2 * pw - dw * (kw - 1), sw):
            yield [(top + dh * i, left + dw * j) for i in range(kh) for j in range(kw)]


def unfolded(x: np.ndarray, *setting: Any) -> np.ndarray:
    ph, pw = pair(setting[2])
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    columns = [[padded[:, :, i, j] for i, j in one] for one in windows(*x.shape[2:], *setting)]
    stacked = np.moveaxis(np.array(columns), (0, 1, 2, 3), (3, 2, 0, 1))
    return stacked.reshape(len(x), -1, len(columns))


@pytest.mark.parametrize("setting", SETTINGS)
def test_unfold_and_its_transpose(setting: Any, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3, 5, 6)).astype("float32")
    columns = unfolded(x, *setting)
    check("unfold", x, *setting, expect=columns)
    # <fold(y), x> = <y, unfold(x)> for every x: a unit picture picks one element of fold(y).
    y = rng.normal(size=columns.shape[1:]).astype("float32")[None]
    units = np.eye(30, dtype="float32").reshape(30, 1, 5, 6)
    picked = np.einsum("pel,el->p", unfolded(units, *setting), y[0, : columns.shape[1] // 3])
    found = ops.convert_to_numpy(ops.fold(y, (5, 6), *setting))
    np.testing.assert_allclose(found[0, 0].ravel(), picked, rtol=1e-5, atol=1e-5)


def test_fold_counts_overlaps(check: Any) -> None:
    expected = np.array([[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]], "float32")
    check("fold", np.ones((1, 4, 4), "float32"), 3, 2, expect=expected)


def test_errors() -> None:
    with pytest.raises(ValueError, match="no window of 4 finds room"):
        ops.unfold(np.zeros((1, 1, 3, 5)), 4)
    with pytest.raises(ValueError, match="got stride=0, expected an int or two, of 1 or more"):
        ops.unfold(np.zeros((1, 1, 3, 5)), 2, stride=0)
    with pytest.raises(ValueError, match=r"expected \(batch, channels, height, width\)"):
        ops.unfold(KerasTensor((None, None, 3, 3)), 2)
    with pytest.raises(ValueError, match=r"expected \(batch, channels \* 4, 4\) for pictures of 3 x 3"):
        ops.fold(np.zeros((1, 4, 5)), 3, 2)


@pytest.mark.parametrize("space", [2, 3])
@pytest.mark.parametrize("strides", [None, 1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_patches(space: int, strides: Any, dilation: int, padding: str, check: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, *(5, 6, 4)[:space], 3)).astype("float32")
    size = (2, 3, 1)[:space]
    steps = size if strides is None else (strides,) * space
    padded, counts = x, []
    for axis, (n, k, s) in enumerate(zip(x.shape[1:-1], size, steps, strict=True), 1):
        reach = dilation * (k - 1) + 1
        count = -(-n // s) if padding == "same" else (n - reach) // s + 1
        missing = max((count - 1) * s + reach - n, 0) if padding == "same" else 0
        edges = [(0, 0)] * x.ndim
        edges[axis] = (missing // 2, missing - missing // 2)
        padded = np.pad(padded, edges)
        counts.append(count)
    expected = np.zeros((2, *counts, int(np.prod(size)) * 3), "float32")
    for place in np.ndindex(*counts):
        key = tuple(slice(p * s, p * s + dilation * k, dilation) for p, s, k in zip(place, steps, size, strict=True))
        expected[(slice(None), *place)] = padded[(slice(None), *key)].reshape(2, -1)
    name = "extract_patches" if space == 2 else "extract_patches_3d"
    check(name, x, size, strides, dilation, padding, "channels_last", expect=expected)
    check(name, x[0], size, strides, dilation, padding, "channels_last", expect=expected[0])
    first, wanted = np.moveaxis(x, -1, 1), np.moveaxis(expected, -1, 1)
    check(name, first, size, strides, dilation, padding, "channels_first", expect=wanted)


def test_patches_say_what_they_take() -> None:
    with pytest.raises(ValueError, match="no window of 5 finds room"):
        ops.extract_patches(np.zeros((1, 4, 4, 1)), 5, data_format="channels_last")
    with pytest.raises(ValueError, match="got padding='full'"):
        ops.extract_patches(np.zeros((1, 4, 4, 1)), 2, padding="full")
    with pytest.raises(ValueError, match="expected rank 4 or 5"):
        ops.extract_patches_3d(np.zeros((4, 4, 1)), 2)
