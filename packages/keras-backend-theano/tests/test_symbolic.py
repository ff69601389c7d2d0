"""PyTensor variables told from arrays, and made of them."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.symbolic import input_like, is_float, is_symbolic, numpy_dtype, placeholder, tensor
from keras_core import Spec


def test_is_symbolic_looks_into_lists_and_slices():
    x = pt.vector()
    assert all(map(is_symbolic, (x, [1, x], (np.ones(1), (x,)), slice(0, x.shape[0]))))
    assert not any(map(is_symbolic, (np.ones(2), 3, [1, 2], slice(0, 4), "x", None)))


def test_tensor_keeps_variables_and_casts():
    x = pt.vector(dtype="float32")
    assert tensor(x) is x and tensor(x, "float32") is x
    assert tensor(x, "float64").type.dtype == "float64"
    assert tensor(3, "int8").type.dtype == "int8"
    assert tensor(np.ones((2, 1), "float32")).type.shape == (2, 1)


def test_inputs():
    x = placeholder(Spec((None, 3), "int32"))
    assert x.type.shape == (None, 3) and x.type.dtype == "int32" and x.owner is None
    assert input_like(x + 1).owner is None and input_like(x + 1).type == x.type
    assert input_like(x, "bool").type.dtype == "bool"
    assert is_float(pt.vector(dtype="float16")) and not is_float(x)


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn"])
def test_dtypes_that_pytensor_does_not_have(name):
    with pytest.raises(TypeError, match=f"cannot compute in dtype '{name}'.*Use float16"):
        numpy_dtype(name)
    assert numpy_dtype("float32") == np.float32
