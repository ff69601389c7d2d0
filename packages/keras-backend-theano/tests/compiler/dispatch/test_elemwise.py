"""Scalar operations applied elementwise."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph

M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
V = np.arange(6, dtype="int32")
GRAPHS = {
    "n-ary mixed": (lambda x: pt.add(x, x > 0, x * 2) * pt.mul(x, x > 0, x < 1), M),
    "softplus": (lambda x: pt.softplus(x * 40), M),
    "log1mexp": (lambda x: pt.log1mexp(-abs(x)), M),
    "clip": (lambda x: pt.clip(x, -0.5, 0.25), M),
    "round": (lambda x: pt.round(x * 4, mode="half_away_from_zero"), M),
    "divide ints": (lambda x: x / (x + 1), V),
    "integer power": (lambda x: x**2 - x // 2 + x % 3, V),
    "relu": (lambda x: pt.switch(pt.gt(x, np.float32(0)), x, np.float32(0)), M),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "float16"])
@pytest.mark.parametrize("size", [10, 40000])
def test_where(size, dtype):
    rng = np.random.default_rng(0)
    c = rng.random((size, 3)) > 0.5
    a, b = (rng.normal(size=(size, 3)) * 100).astype(dtype), np.array([[-3]], dtype)
    if dtype != "int32":
        a[::3] = np.nan
    x, y, z = (pt.tensor(dtype=d, shape=(None, None)) for d in ("bool", dtype, dtype))
    run = compile_graph([x, y, z], [pt.switch(x, y, z), pt.switch(x, z, y), pt.switch(x, y, np.zeros(1, dtype))])
    for other in (b.repeat(size, 0).repeat(3, 1), a[::-1]):
        found = run(c, a, other)
        for got, want in zip(found, (np.where(c, a, other), np.where(c, other, a), np.where(c, a, 0)), strict=True):
            np.testing.assert_array_equal(got, want)
