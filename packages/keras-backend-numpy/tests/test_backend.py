"""The protocol object: tensors, and the answer to training."""

from __future__ import annotations

import keras_core as kc
import numpy as np
import pytest
from keras_backend_numpy.backend import BACKEND
from keras_core import ops
from keras_core.backend import Backend


def test_it_is_a_backend_that_predicts() -> None:
    assert isinstance(BACKEND, Backend)
    assert BACKEND.capabilities == {"eager", "float16", "bfloat16"}
    assert BACKEND.devices() == ["cpu:0"]


def test_training_names_packages_that_can() -> None:
    with pytest.raises(NotImplementedError, match=r"no gradients, so it cannot train.*keras-backend-"):
        BACKEND.value_and_gradients(lambda x: (x, []), [np.ones(1)])
    with pytest.raises(NotImplementedError, match=r"cannot train.*keras-backend-"):
        kc.gradients(lambda x: ops.sum(x), [np.ones(2, "float32")])
    with pytest.raises(NotImplementedError, match="one step at a time"):
        BACKEND.stage_steps()


def test_tensors_are_arrays() -> None:
    x = BACKEND.tensor([[1, 2]], "float32")
    assert BACKEND.shape(x) == (1, 2) and BACKEND.dtype(x) == "float32"
    assert BACKEND.is_tensor(x) and BACKEND.is_tensor(np.float32(1)) and not BACKEND.is_tensor([1])
    assert BACKEND.is_concrete(x) and not BACKEND.is_recording() and BACKEND.borrow(x) is x
    copy = BACKEND.numpy(x)
    copy[:] = 0
    assert x.tolist() == [[1, 2]]


def test_bfloat16() -> None:
    x = ops.cast(np.arange(6).reshape(2, 3), "bfloat16")
    assert ops.dtype(ops.matmul(x, ops.transpose(x))) == "bfloat16"
    np.testing.assert_array_equal(ops.cast(ops.sum(ops.exp(ops.multiply(x, 0))), "float32"), 6)
