"""The NumPy linker against PyTensor's own Python implementations, and its shortcuts against plain NumPy."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.compiler.dispatch.indexing import add_rows
from pytensor.compile.mode import Mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from pytensor.link.vm import VMLinker

X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")
M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
V = np.arange(6, dtype="int32")

GRAPHS = {
    "dimshuffle": (lambda x: x.dimshuffle(2, "x", 0, 1), X),
    "drop and turn": (lambda x: x[:, :1].dimshuffle(2, 0), X),
    "sum of all": (lambda x: x.sum(), X),
    "sum of leading axes": (lambda x: x.sum(axis=(0, 1)), np.ones((20, 30, 5), "float32") * 0.1),
    "sum of turned": (lambda x: x.T.sum(axis=0), M),
    "half sum": (lambda x: x.astype("float16").sum(axis=0), M),
    "count": (lambda x: (x > 0).sum(axis=1), M),
    "product of int8": (lambda x: x.astype("int8").prod(), V[1:4]),
    "all": (lambda x: (x > -9).all(axis=1), M),
    "argmax flat": (lambda x: pt.argmax(x), M),
    "argmax two axes": (lambda x: pt.argmax(x, axis=(0, 1)), X),
    "n-ary mixed": (lambda x: pt.add(x, x > 0, x * 2) * pt.mul(x, x > 0, x < 1), M),
    "softmax": (lambda x: pt.special.softmax(x, axis=-1), M),
    "log softmax": (lambda x: pt.special.log_softmax(x, axis=-1), M),
    "softplus": (lambda x: pt.softplus(x * 40), M),
    "log1mexp": (lambda x: pt.log1mexp(-abs(x)), M),
    "clip": (lambda x: pt.clip(x, -0.5, 0.25), M),
    "round": (lambda x: pt.round(x * 4, mode="half_away_from_zero"), M),
    "divide ints": (lambda x: x / (x + 1), V),
    "integer power": (lambda x: x**2 - x // 2 + x % 3, V),
    "fill": (lambda x: pt.fill(x, x[0]), M),
    "eye": (lambda x: pt.eye(x.shape[1]) + x[:5], M),
    "alloc": (lambda x: pt.alloc(x[0, 0], 3, x.shape[0]), M),
    "alloc rows": (lambda x: pt.alloc(x[0], 3, x.shape[1]), M),
    "slices": (lambda x: x[1:, ::-1][:, None, 2:4], M),
    "slices by value": (lambda x: x[x.shape[1] : 2 * x.shape[1]], M),
    "set slice": (lambda x: pt.set_subtensor(x[1:3, ::2], 7), M),
    "add to slice": (lambda x: pt.inc_subtensor(x[-1], x[0]), M),
    "join": (lambda x: pt.concatenate([x, x + 1], axis=1), M),
    "reshape": (lambda x: x.reshape((x.shape[0] // 2, -1)), M),
    "batched product": (lambda x: pt.matmul(x, x.transpose(0, 2, 1)), X),
    "vector product": (lambda x: pt.dot(x[0], x[1]), M),
    "sort": (lambda x: pt.sort(x, axis=0), M),
    "cumsum": (lambda x: pt.cumsum(x, axis=0), M),
    "many rows": (lambda x: pt.inc_subtensor(x[np.arange(200) % 7], np.ones((200, 5), "float32")), M),
    "set rows": (lambda x: pt.set_subtensor(x[np.arange(80) % 90], np.float32(3)), M),
    "relu": (lambda x: pt.switch(pt.gt(x, np.float32(0)), x, np.float32(0)), M),
    "einsum": (lambda x: pt.einsum("bij,bkj->ik", x, x), X),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
def test_same_as_pytensor(name):
    build, value = GRAPHS[name]
    x = pt.tensor("x", dtype=value.dtype.name, shape=(None,) * value.ndim)
    y = build(x)
    mode = Mode(VMLinker(use_cloop=False, c_thunks=False), RewriteDatabaseQuery(["minimum_compile"]))
    expected = pytensor.function([x], y, mode=mode)(value)
    (found,) = compile_graph([x], [y])(value)
    assert found.dtype == y.type.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5)


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


def test_add_rows():
    rng = np.random.default_rng(0)
    x, rows = np.zeros((6, 3)), rng.integers(-6, 6, 50)
    y = rng.normal(size=(50, 3))
    expected = x.copy()
    np.add.at(expected, rows, y)
    np.testing.assert_allclose(add_rows(x, y, rows), expected)
    assert not x.any()
    with pytest.raises(IndexError, match="expected rows of 6"):
        add_rows(x, y, rows + 1)


def test_results_share_no_memory():
    x = pt.matrix(dtype="float32")
    one, two, same, turned, constant = compile_graph([x], [x + 1, x + 1, x, x.T, pt.constant(np.ones(3))])(M)
    for a in (one, two, same, turned, constant):
        assert a.flags.writeable and not np.shares_memory(a, M)
    assert not np.shares_memory(one, two)
    constant += 1
    assert compile_graph([x], [pt.constant(np.ones(3))])(M)[0].sum() == 3


def test_numba_gives_the_same():
    from keras_backend_theano.custom_ops.convolution import Convolve

    x, k = pt.tensor(dtype="float32", shape=(2, 6, 3)), pt.tensor(dtype="float32", shape=(2, 3, 4))
    outputs = [pt.tanh(Convolve((1,), "same", (1,), 1)(x, k)).sum(), x[0, 0, 0]]
    values = [np.random.default_rng(k).normal(size=s).astype("float32") for k, s in enumerate([(2, 6, 3), (2, 3, 4)])]
    plain, fast = (compile_graph([x, k], outputs, jit)(*values) for jit in (False, True))
    for a, b in zip(plain, fast, strict=True):
        assert isinstance(b, np.ndarray) and a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_memory_is_reused_only_when_nothing_needs_it():
    """Large results may be written over dead inputs; arguments, views and outputs must survive."""
    value = np.random.default_rng(0).normal(size=(300, 100)).astype("float32")
    kept = value.copy()
    x = pt.tensor(dtype="float32", shape=(300, 100))
    shifted = x + 1
    turned = shifted.T
    grown = pt.exp(pt.sin(shifted) * 2)
    relu = pt.switch(pt.gt(grown, np.float32(0)), grown, np.float32(0))
    narrow = pt.sqrt(pt.abs(shifted[:1] * 3))
    outputs = [turned + 0, grown - shifted, relu * relu, shifted, narrow + x, pt.tanh(grown)[::-1] - 1]
    shift = kept + 1
    grow = np.exp(np.sin(shift) * 2)
    expected = [
        shift.T,
        grow - shift,
        grow * grow,
        shift,
        np.sqrt(np.abs(shift[:1] * 3)) + kept,
        np.tanh(grow)[::-1] - 1,
    ]
    for _ in range(2):
        for got, want in zip(compile_graph([x], outputs)(value), expected, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(value, kept)


def test_a_spare_of_another_shape_is_left_alone():
    """Sizes that only the run knows may differ where an axis of length 1 broadcasts."""
    a, b = (pt.tensor(dtype="float32", shape=(None, 2000)) for _ in range(2))
    run = compile_graph([a, b], [pt.exp(a) + pt.exp(b)])
    one, many = np.ones((1, 2000), "float32"), np.ones((3, 2000), "float32")
    assert run(one, many)[0].shape == run(many, one)[0].shape == (3, 2000)


def test_large_products():
    a, b = (np.random.default_rng(k).normal(size=s).astype("float32") for k, s in enumerate([(300, 400), (400, 200)]))
    x, y = (pt.tensor(dtype="float32", shape=(None, None)) for _ in range(2))
    product, turned = compile_graph([x, y], [pt.dot(x, y), pt.dot(y.T, x.T)])(a, b)
    exact = a.astype("float64") @ b.astype("float64")
    np.testing.assert_allclose(product, exact, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(turned, exact.T, rtol=1e-4, atol=1e-4)
