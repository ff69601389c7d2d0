"""Graphs as functions of arrays, by generated NumPy code and by numba."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.convolution import Convolve


def test_numba_gives_the_same():
    x, k = pt.tensor(dtype="float32", shape=(2, 6, 3)), pt.tensor(dtype="float32", shape=(2, 3, 4))
    outputs = [pt.tanh(Convolve((1,), "same", (1,), 1)(x, k)).sum(), x[0, 0, 0]]
    values = [np.random.default_rng(k).normal(size=s).astype("float32") for k, s in enumerate([(2, 6, 3), (2, 3, 4)])]
    plain, fast = (compile_graph([x, k], outputs, jit)(*values) for jit in (False, True))
    for a, b in zip(plain, fast, strict=True):
        assert isinstance(b, np.ndarray) and a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_inputs_may_be_unused_and_outputs_repeated(jit):
    x, y = pt.scalar(dtype="float32"), pt.vector(dtype="float32")
    first, second = compile_graph([x, y], [y + 1, y + 1], jit)(np.float32(3), np.zeros(2, "float32"))
    first[0] = 9
    assert second.tolist() == [1, 1]
