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
