"""Between Python, NumPy and tensors."""

import numpy as np
import pytest
from keras_core import KerasTensor, Variable, ops


@pytest.mark.parametrize("value, dtype", [(1, "int32"), (1.5, "float32"), ([True], "bool"), (np.int8(1), "int8")])
def test_the_dtype_is_that_of_the_value(value, dtype):
    tensor = ops.convert_to_tensor(value)
    assert (ops.dtype(tensor), ops.is_tensor(tensor)) == (dtype, True)
    assert ops.convert_to_numpy(tensor).tolist() == np.asarray(value).tolist()


def test_a_dtype_may_be_asked_for():
    assert ops.dtype(ops.convert_to_tensor([1, 2], "float16")) == "float16"
    assert ops.dtype(ops.array(Variable([1.0]), "int32")) == "int32"


def test_symbolic_tensors_stay_symbolic():
    x = KerasTensor((None, 2))
    assert ops.convert_to_tensor(x) is x and ops.is_tensor(x)
    assert ops.convert_to_tensor(x, "int32").dtype == "int32"


def test_numpy_arrays_share_no_memory():
    source = np.ones(2, "float32")
    copy = ops.convert_to_numpy(source)
    copy[0] = 5
    assert source.tolist() == [1, 1]


def test_only_dense_tensors():
    with pytest.raises(ValueError, match="only dense tensors"):
        ops.convert_to_tensor([1.0], sparse=True)
