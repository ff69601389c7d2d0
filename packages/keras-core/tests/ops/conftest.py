"""Checks that the tests of ops share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, dtypes, ops, tree
from keras_core.ops.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def check(backend_name: str) -> Callable[..., None]:
    """``check(name, *args, expect=..., **kwargs)``: values, dtypes, and the shapes inferred.

    Expected results are NumPy arrays; their dtype counts too.
    """

    def run(name: str, *args: Any, expect: Any, tolerance: float = 1e-5, **kwargs: Any) -> None:
        results = tree.flatten(getattr(ops, name)(*args, **kwargs))
        expected = [np.asarray(leaf) for leaf in tree.flatten(expect)]
        assert len(results) == len(expected)
        for result, wanted in zip(results, expected, strict=True):
            have = backend.to_numpy(result)
            assert have.shape == wanted.shape
            assert dtypes.standardize(have.dtype) == dtypes.standardize(wanted.dtype)
            np.testing.assert_allclose(have.astype("float64"), wanted.astype("float64"), tolerance, tolerance)
        if name in TABLE:
            told = _told(name, args, kwargs)
            assert [spec.shape for spec in told] == [wanted.shape for wanted in expected]
            assert [spec.dtype for spec in told] == [dtypes.standardize(w.dtype) for w in expected]

    return run


def _told(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    op = TABLE[name]
    bound = op.bind(args, dict(kwargs))
    names = list(op.signature.parameters)
    for place in map(names.index, op.tensors):
        bound[place] = tree.map_structure(_symbol, bound[place])
    return tree.flatten(op.output_spec(*bound))


def _symbol(leaf: Any) -> Any:
    return KerasTensor(leaf.shape, str(leaf.dtype)) if isinstance(leaf, np.ndarray) else leaf


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
