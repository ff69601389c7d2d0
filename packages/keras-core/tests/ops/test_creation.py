"""Tensors made from shapes and numbers, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, config, ops

X = np.arange(6, dtype="int32").reshape(2, 3)


def test_constants(check: Any) -> None:
    check("zeros", (2, 3), expect=np.zeros((2, 3), "float32"))
    check("ones", (2,), "int64", expect=np.ones(2, "int64"))
    check("full", (2, 2), 0.1, "float64", expect=np.full((2, 2), 0.1), tolerance=1e-15)
    check("full", (2,), 7, expect=np.full(2, 7, "float32"))
    check("zeros_like", X, expect=np.zeros_like(X))
    check("ones_like", X, "float32", expect=np.ones((2, 3), "float32"))
    check("full_like", X, 5, expect=np.full_like(X, 5))
    assert backend.to_numpy(ops.empty((2, 2))).shape == (2, 2)


def test_floatx_is_the_default() -> None:
    config.set_floatx("float64")
    try:
        assert ops.dtype(ops.zeros((1,))) == "float64"
        assert ops.dtype(ops.exp(1)) == "float64"
        assert ops.dtype(ops.convert_to_tensor([0.5])) == "float64"
    finally:
        config.set_floatx("float32")


@pytest.mark.parametrize("limits", [(4,), (1, 5), (0, 7, 3), (5, 0, -2), (3, 1)])
def test_arange(limits: tuple[int, ...], check: Any) -> None:
    check("arange", *limits, expect=np.arange(*limits, dtype="int32"))


def test_arange_of_floats(check: Any) -> None:
    check("arange", 0.0, 2.0, 0.5, expect=np.arange(0, 2, 0.5).astype("float32"))
    check("arange", 3, dtype="float16", expect=np.arange(3, dtype="float16"))
    assert ops.arange(ops.shape(KerasTensor((None, 2)))[0]).shape == (None,)


@pytest.mark.parametrize("endpoint", [True, False])
def test_linspace(endpoint: bool, check: Any) -> None:
    check("linspace", 0, 1, 5, endpoint, expect=np.linspace(0, 1, 5, endpoint).astype("float32"))
    start, stop = np.array([0, 1], "float32"), np.array([3, -1], "float32")
    check("linspace", start, stop, 4, endpoint, expect=np.linspace(start, stop, 4, endpoint))
    check("logspace", 0, 2, 3, endpoint, expect=np.logspace(0, 2, 3, endpoint).astype("float32"), tolerance=1e-4)


def test_linspace_tells_its_step() -> None:
    _, step = ops.linspace(0.0, 1.0, 5, retstep=True)
    assert float(backend.to_numpy(step)) == 0.25
    assert backend.to_numpy(ops.linspace(2.0, 3.0, 1)).tolist() == [2.0]


@pytest.mark.parametrize("k", [-1, 0, 2])
def test_matrices(k: int, check: Any) -> None:
    check("eye", 3, 4, k, expect=np.eye(3, 4, k, "float32"))
    check("tri", 3, 4, k, expect=np.tri(3, 4, k, "float32"))
    check("identity", 2, "int32", expect=np.identity(2, "int32"))
    check("tril", X, k, expect=np.tril(X, k))
    check("triu", X, k, expect=np.triu(X, k))
    check("diag", X, k, expect=np.diag(X, k))
    check("diag", X[0], k, expect=np.diag(X[0], k))
    check("diagflat", X, k, expect=np.diagflat(X, k))


@pytest.mark.parametrize("indexing", ["xy", "ij"])
def test_meshgrid(indexing: str, check: Any) -> None:
    a, b, c = np.arange(2), np.arange(3), np.arange(4)
    for arrays in ((a,), (a, b), (a, b, c)):
        check("meshgrid", *arrays, indexing=indexing, expect=np.meshgrid(*arrays, indexing=indexing))


def test_convert_to_tensor() -> None:
    assert ops.dtype(ops.convert_to_tensor([1, 2])) == "int32"
    assert ops.dtype(ops.convert_to_tensor([True])) == "bool"
    assert ops.dtype(ops.convert_to_tensor(np.arange(2, dtype="int8"), "float16")) == "float16"
    x = KerasTensor((2,))
    assert ops.convert_to_tensor(x) is x
    stacked = ops.convert_to_tensor([ops.convert_to_tensor([1.0]), ops.convert_to_tensor([2.0])])
    np.testing.assert_array_equal(ops.convert_to_numpy(stacked), [[1], [2]])
    with pytest.raises(ValueError, match="only dense"):
        ops.convert_to_tensor([1], sparse=True)


def test_building_shapes_loads_no_backend() -> None:
    """Bodies of derived ops find their shapes without concrete tensors."""
    from keras_core.backend import discovery

    before = dict(discovery._loaded)
    discovery._loaded.clear()
    try:
        ops.one_hot(KerasTensor((None,), "int32"), 5)
        ops.tril(KerasTensor((3, 3)))
        ops.resize(KerasTensor((None, 4, 4, 1)), (8, 8))
        assert not discovery._loaded
    finally:
        discovery._loaded.update(before)


def test_other_sequences(check: Any) -> None:
    check("geomspace", 1.0, 16.0, 5, expect=np.geomspace(1, 16, 5).astype("float32"))
    x = np.array([1, 2, 3], "int32")
    check("vander", x, expect=np.vander(x).astype("int32"))
    check("vander", x, 2, True, expect=np.vander(x, 2, True).astype("int32"))
    check("copy", x, expect=x)
    assert ops.dtype(ops.array([1, 2], "float16")) == "float16"
