"""Data larger than memory: in files, sparse or memory-mapped; the budget stands for the memory here.

Covers: data_budget.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from keras_core import random
from keras_core.data_utils import HDF5Matrix
from keras_core.training import host_rows
from keras_core.training.array_data import ArrayData
from keras_core.training.data_budget import data_budget, limited_data_budget
from keras_core.training.host_rows import HostRows, all_rows, rows_in_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keras_core import Sequential

X = np.random.default_rng(0).normal(size=(40, 3))
KINDS = ["h5py", "matrix", "mapped", "sparse"]


def stored(kind: str, folder: Path) -> Any:
    if kind == "sparse":
        return pytest.importorskip("scipy.sparse").coo_matrix(X)
    if kind == "mapped":
        np.save(folder / "x.npy", X)
        return np.load(folder / "x.npy", mmap_mode="r")
    with h5py.File(folder / "x.h5", "w") as file:
        file["x"] = X
    return HDF5Matrix(folder / "x.h5", "x") if kind == "matrix" else h5py.File(folder / "x.h5")["x"]


def test_the_budget_is_a_quarter_of_the_memory_unless_limited() -> None:
    usual = data_budget()
    assert usual > 2**20
    with limited_data_budget(100):
        assert data_budget() == 100
    assert data_budget() == usual


@pytest.mark.parametrize("kind", KINDS)
def test_rows_in_any_order(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = stored(kind, tmp_path)
    assert rows_in_place(data, "x") is None  # it fits
    with limited_data_budget(100):
        rows = rows_in_place(data, "x")
    assert rows is not None and (rows.shape, rows.dtype, len(rows)) == ((40, 3), np.float32, 40)
    x = X.astype("float32")
    part = rows.part(slice(10, 30))
    for key in (slice(3, 9), np.array([7, 0, 19, 7]), np.arange(20)[::-1], slice(0, 20)):
        np.testing.assert_array_equal(part[key], x[10:30][key])
    monkeypatch.setattr(host_rows, "_BLOCK_BYTES", 12 * 5)  # five rows at once
    np.testing.assert_array_equal(rows[np.array([39, 2, 17, 1, 20])], x[[39, 2, 17, 1, 20]])
    monkeypatch.setattr(host_rows, "_SPARSELY", 1)
    np.testing.assert_array_equal(rows[np.array([39, 2, 17, 1, 4])], x[[39, 2, 17, 1, 4]])
    np.testing.assert_array_equal(all_rows({"a": [rows, None]})["a"][0], x)


def test_what_is_small_or_an_array_stays_one() -> None:
    with limited_data_budget(100):
        assert rows_in_place(X, "x") is None and rows_in_place([1, 2], "x") is None and rows_in_place(None, "x") is None
        data = ArrayData([X, X[:, :1]])
    assert data.in_memory


@pytest.mark.needs_train
@pytest.mark.parametrize("kind", ["h5py", "sparse"])
def test_results_are_those_of_the_array(kind: str, compiled: Callable[..., Sequential], tmp_path: Path) -> None:
    data, y = stored(kind, tmp_path), (X @ [[1.0], [2.0], [3.0]]).astype("float32")
    found = []
    for x in (X, data):
        random.set_random_seed(1)
        model = compiled(rate=0.01)
        with limited_data_budget(12 * 16):
            assert isinstance(ArrayData(x).batch[0], HostRows) is (x is data)
            history = model.fit(x, y, batch_size=8, epochs=2, validation_split=0.25, verbose=0).history
            found.append([history["loss"], history["val_loss"], *model.get_weights()])
            found[-1] += [model.predict(x, verbose=0), model.evaluate(x, y, verbose=0)]
            weighted = model.evaluate(x, y, sample_weight=np.arange(40.0), verbose=0)
            found[-1].append(weighted)
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
