"""The linker in PyTensor's own compiled functions."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.linker import NumpyLinker
from pytensor.compile.mode import Mode


def test_pytensor_runs_functions_by_it():
    x = pt.vector(dtype="float32")
    run = pytensor.function([x], [pt.tanh(x), x.sum()], mode=Mode(NumpyLinker(), "fast_run"))
    value = np.array([0.5, -1], "float32")
    for _ in range(2):
        first, second = run(value)
        np.testing.assert_allclose(first, np.tanh(value), rtol=1e-6)
        assert second == -0.5


def test_an_error_names_the_graph():
    x = pt.vector(dtype="float32")
    run = pytensor.function([x], [x[5]], mode=Mode(NumpyLinker(), "fast_run"))
    with pytest.raises(IndexError):
        run(np.zeros(2, "float32"))
