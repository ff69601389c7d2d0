"""The protocol object: tensors, storage, staging, and the answer to training."""

from __future__ import annotations

from typing import Any

import keras_core as kc
import numpy as np
import pytest
from keras_backend_numpy.backend import BACKEND
from keras_core import Spec, Variable, ops
from keras_core.backend import Backend, use_backend


@pytest.fixture(autouse=True)
def _numpy() -> Any:
    with use_backend("numpy"):
        yield


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


def test_what_was_read_stays() -> None:
    v = Variable(np.array([1.0, 2.0], "float32"))
    old = v.value
    v.assign([3.0, 4.0])
    np.testing.assert_array_equal(old, [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        v.value[0] = 9
    np.testing.assert_array_equal(v.numpy(), [3, 4])


def test_nothing_shares_memory_with_a_variable() -> None:
    given = np.array([1.0, 2.0], "float32")
    v = Variable(given)
    v.assign(given)
    given[:] = 0
    np.testing.assert_array_equal(v.numpy(), [1, 2])
    copy = v.numpy()
    copy[:] = 7
    out, turned = kc.stage(lambda: (v.value, ops.flip(v.value)), [v])()
    out[:] = turned[:] = 5
    np.testing.assert_array_equal(v.numpy(), [1, 2])


def test_a_failed_write_changes_nothing() -> None:
    a, b = BACKEND.create(np.zeros(2), "a", True), BACKEND.create(np.zeros(2), "b", True)

    class Broken:
        def __array__(self, *args: Any, **kwargs: Any) -> Any:
            raise MemoryError

    with pytest.raises(MemoryError):
        BACKEND.write([(a, np.ones(2)), (b, Broken())])
    np.testing.assert_array_equal(BACKEND.read(a), [0, 0])


def test_a_failed_call_changes_nothing() -> None:
    v = Variable(0.0)

    def step(x: Any) -> Any:
        v.assign_add(x)
        if x > 1:
            raise RuntimeError("device")
        return v.value

    program = kc.stage(step, [v])
    assert float(program(np.float32(1))) == 1
    with pytest.raises(RuntimeError, match="device"):
        program(np.float32(2))
    assert float(v.numpy()) == 1


def test_abstract_finds_unknown_sizes() -> None:
    found = BACKEND.abstract(
        lambda x, y: [ops.matmul(x, y), ops.sum(x, 0), ops.argmax(y)], [Spec((None, 3)), Spec((3, 5))]
    )
    assert found == [Spec((None, 5)), Spec((3,)), Spec((), "int32")]


def test_ops_warn_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    np.testing.assert_array_equal(ops.log(np.zeros(1, "float32")), [-np.inf])
    assert not recwarn.list


def test_bfloat16() -> None:
    x = ops.cast(np.arange(6).reshape(2, 3), "bfloat16")
    assert ops.dtype(ops.matmul(x, ops.transpose(x))) == "bfloat16"
    np.testing.assert_array_equal(ops.cast(ops.sum(ops.exp(ops.multiply(x, 0))), "float32"), 6)


def test_indices_outside_read_nothing_foreign() -> None:
    x = np.arange(3)
    np.testing.assert_array_equal(ops.take(x, np.array([-4, 5], "int32"), 0), [0, 2])
