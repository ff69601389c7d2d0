"""Order statistics, differences and co-variation, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

X = np.array([[[3, 1, 2.5], [8, -4, 0]], [[0.5, 7, 6], [2, 9, -1]]], "float32")


@pytest.mark.parametrize("method", ["linear", "lower", "higher", "midpoint", "nearest"])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
@pytest.mark.parametrize("q", [0.5, 0.3, [0.0, 0.1, 1.0]], ids=str)
def test_quantile(method: str, axis: Any, q: Any, check: Any) -> None:
    expected = np.quantile(X, q, axis, method=method).astype("float32")
    check("quantile", X, q, axis, method, expect=expected)
    kept = np.quantile(X, q, axis, method=method, keepdims=True).astype("float32")
    check("percentile", X, np.multiply(q, 100), axis, method, True, expect=kept)


def test_quantile_of_ints_and_of_an_unknown_length() -> None:
    from keras_core import Function

    assert ops.dtype(ops.quantile([1, 2], 0.5)) == "float32"
    x = KerasTensor((None, 2))
    rows = np.array([[3, 1], [1, 5], [2, 9], [7, 0]], "float32")
    for method in ("linear", "lower", "higher", "midpoint", "nearest"):
        model = Function([x], ops.quantile(x, [0.5, 0.6], 0, method))
        expected = np.quantile(rows, [0.5, 0.6], 0, method=method)
        np.testing.assert_allclose(backend.to_numpy(model(rows)), expected, 1e-5)


def test_quantile_of_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="method='cubic'"):
        ops.quantile(X, 0.5, method="cubic")
    with pytest.raises(ValueError, match="numbers from 0 to 1"):
        ops.quantile(X, 50)


@pytest.mark.parametrize("axis", [None, 1, (0, 1)])
def test_median(axis: Any, check: Any) -> None:
    check("median", X, axis, expect=np.median(X, axis))


def test_differences(check: Any) -> None:
    check("diff", X, 1, 0, expect=np.diff(X, 1, 0))
    check("diff", X, 2, expect=np.diff(X, 2))
    check("diff", np.array([True, True, False]), expect=np.array([False, True]))
    x = np.array([0, 1, 3], "float32")
    check("trapezoid", X, expect=np.trapezoid(X))
    check("trapezoid", X, x, expect=np.trapezoid(X, x))
    check("trapezoid", X, dx=0.5, axis=1, expect=np.trapezoid(X, dx=0.5, axis=1))


def test_corrcoef(check: Any) -> None:
    rows = X.reshape(4, 3)
    check("corrcoef", rows, expect=np.corrcoef(rows).astype("float32"))


@pytest.mark.parametrize("range", [None, (0.0, 8.0)])
def test_histogram(range: Any, check: Any) -> None:
    counts, edges = np.histogram(X, 4, range)
    check("histogram", X, 4, range, expect=(counts.astype("int32"), edges.astype("float32")))


@pytest.mark.filterwarnings("ignore:All-NaN:RuntimeWarning")
@pytest.mark.parametrize("method", ["linear", "lower", "higher", "midpoint", "nearest"])
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_quantiles_of_numbers(axis: Any, method: str, check: Any, rng: np.random.Generator) -> None:
    x = rng.permutation(12).reshape(3, 4).astype("float32")
    x[0, 1] = x[2, :] = x[1, 3] = np.nan
    for q in (0.3, np.array([0.0, 0.25, 0.5, 1.0])):
        expected = np.nanquantile(x, q, axis, method=method)
        check("nanquantile", x, q, axis, method, expect=np.asarray(expected, "float32"))
        kept = np.nanpercentile(x, q * 100, axis, method=method, keepdims=True)
        check("nanpercentile", x, q * 100, axis, method, True, expect=np.asarray(kept, "float32"))
    check("nanmedian", x, axis, expect=np.asarray(np.nanmedian(x, axis), "float32"))


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@pytest.mark.parametrize("n, k", [(1, 1), (3, 3), (5, 2), (5, 3), (6, 4), (2, 5), (3, 4), (1, 4)])
def test_correlate(n: int, k: int, mode: Any, check: Any, rng: np.random.Generator) -> None:
    x, y = rng.normal(size=n).astype("float32"), rng.normal(size=k).astype("float32")
    check("correlate", x, y, mode, expect=np.correlate(x, y, mode))


def test_correlate_says_what_it_takes() -> None:
    with pytest.raises(ValueError, match="got mode='all', expected 'full', 'same' or 'valid'"):
        ops.correlate(np.ones(3), np.ones(2), "all")
    with pytest.raises(ValueError, match="expected one axis each of known length"):
        ops.correlate(np.ones((3, 1)), np.ones(2))
    with pytest.raises(ValueError, match="nanquantile got q=2"):
        ops.nanquantile(np.ones(3), 2)
