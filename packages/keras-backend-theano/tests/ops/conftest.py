"""Ops on symbolic values against the same ops on arrays.

A test module lists in CASES what to compare: an op's name, its arguments, and a dict of keyword arguments if there
are any. Arrays among the arguments become symbolic. DYNAMIC names the ops to run with first axes of unknown length,
too.
"""

import numpy as np
import pytest
from keras_core import Spec, ops
from keras_core.backend import load, use_backend


def pytest_generate_tests(metafunc):
    cases = getattr(metafunc.module, "CASES", [])
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", [pytest.param(one, id=label(one)) for one in cases])
    if "dynamic_case" in metafunc.fixturenames:
        chosen = [one for one in cases if one[0] in metafunc.module.DYNAMIC]
        metafunc.parametrize("dynamic_case", [pytest.param(one, id=label(one)) for one in chosen])


def label(case):
    return "-".join(str(one) for one in case if not isinstance(one, (np.ndarray, list)))


def arguments(case):
    name, *rest = case
    return name, rest, rest.pop() if rest and isinstance(rest[-1], dict) else {}


def call(name, args, kwargs):
    op = getattr(ops, name) if hasattr(ops, name) else load("theano").ops[name]
    found = op(*args, **kwargs)
    return list(found) if isinstance(found, (list, tuple)) else [found]


def symbolic(case, batch_unknown=False):
    """Results of the op in a staged function, and the static shapes and dtypes that they had there."""
    name, args, kwargs = arguments(case)
    backend = load("theano")
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    arrays += [b for a in args if isinstance(a, list) for b in a if isinstance(b, np.ndarray)]
    seen = []

    def body(*tensors):
        queue = iter(tensors)
        flat = [next(queue) if isinstance(a, np.ndarray) else a for a in args]
        given = [[next(queue) for _ in a] if isinstance(a, list) and isinstance(a[0], np.ndarray) else a for a in flat]
        results = call(name, given, kwargs)
        seen.extend((backend.shape(r), backend.dtype(r)) for r in results)
        return results

    def spec(position, array):
        unknown = batch_unknown and array.ndim and (name != "conv_transpose" or position == 0)
        return Spec((None, *array.shape[1:]) if unknown else array.shape, array.dtype.name)

    program = backend.stage(body, [], [spec(k, a) for k, a in enumerate(arrays)])
    return program(*arrays), seen


@pytest.fixture
def run_symbolic():
    return symbolic


@pytest.fixture
def check():
    def same_as_on_arrays(case, batch_unknown=False):
        with use_backend("numpy"):
            expected = call(*arguments(case))
        found, seen = symbolic(case, batch_unknown)
        for got, want, (shape, dtype) in zip(found, expected, seen, strict=True):
            assert got.dtype == want.dtype == dtype
            assert got.shape == want.shape
            assert all(n is None or n == m for n, m in zip(shape, want.shape, strict=True))
            tolerance = 1e-5 if got.dtype.kind == "f" else 0
            np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)

    return same_as_on_arrays
