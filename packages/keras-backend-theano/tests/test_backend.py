"""The protocol object: arrays outside of staged functions, PyTensor variables inside."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_core import Variable, ops
from keras_core.backend import Backend, load


def f32(*values):
    return np.array(values, "float32")


def test_it_is_a_backend_that_trains():
    backend = load("theano")
    assert isinstance(backend, Backend)
    assert backend.capabilities == {"train", "compiles", "second-order"} and not backend.is_recording()
    with pytest.raises(NotImplementedError, match="one step per call"):
        backend.stage_steps()


def test_tensors_are_arrays_outside_staging():
    backend = load("theano")
    x = backend.tensor([1, 2], "float32")
    assert isinstance(x, np.ndarray) and backend.is_concrete(x)
    assert type(ops.add(x, 1)) is np.ndarray and ops.add(x, 1).dtype == "float32"
    copy = backend.numpy(x)
    copy[0] = 9
    assert x[0] == 1


def test_symbolic_values_have_no_numbers():
    backend = load("theano")
    with pytest.raises(TypeError, match="symbolic value has no numbers"):
        backend.numpy(pt.vector())


def test_writing_a_wrong_shape_changes_nothing():
    a, b = Variable(f32(1)), Variable(f32(2))
    backend = load("theano")
    with pytest.raises(ValueError, match=r"shape \(1,\)"):
        backend.write([(a.storage, f32(5)), (b.storage, f32(5, 6))])
    assert a.numpy().tolist() == [1] and b.numpy().tolist() == [2]


def test_symbolic_values_have_shapes_and_dtypes():
    backend, x = load("theano"), pt.tensor(dtype="float32", shape=(None, 3))
    assert backend.is_tensor(x) and not backend.is_concrete(x)
    assert backend.shape(x) == (None, 3) and backend.dtype(x) == "float32"
    assert backend.dtype(backend.tensor(x, "int32")) == "int32"
    assert backend.numpy(pt.constant(f32(1, 2))).tolist() == [1, 2]
