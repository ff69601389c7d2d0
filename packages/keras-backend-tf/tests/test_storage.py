from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND, storage
from keras_core import dtypes


@pytest.mark.parametrize("size", [4, 3000, 4_000_001])
@pytest.mark.parametrize("dtype", ["float32", "int64", "bool", "uint8", "bfloat16"])
def test_arrays_are_copied_in_and_out(size: int, dtype: str) -> None:
    array = np.zeros(size, dtypes.numpy_dtype(dtype))
    tensor = BACKEND.tensor(array)
    assert tensor.dtype.name == dtype
    array[:] = 1
    out = BACKEND.numpy(tensor)
    assert not out.astype(bool).any()
    out[:] = 1
    assert not BACKEND.numpy(tensor).astype(bool).any()


def test_arrays_in_any_order_of_memory() -> None:
    array = np.arange(600_000.0).reshape(1000, 600)
    np.testing.assert_array_equal(BACKEND.tensor(array.T), array.T)
    np.testing.assert_array_equal(BACKEND.tensor(array[::-2, ::2]), array[::-2, ::2])


def test_a_large_array_is_not_written_into_the_graph() -> None:
    @tf.function(autograph=False)
    def f() -> tf.Tensor:
        return tf.reduce_sum(BACKEND.tensor(np.ones(5000, "float32")))

    program = f.get_concrete_function()
    assert float(program()) == 5000
    assert program.graph.as_graph_def().ByteSize() < 5000


def test_reads_are_snapshots() -> None:
    handle = BACKEND.create(np.zeros(3, "float32"), "odd: name/v", True)
    before = BACKEND.read(handle)
    BACKEND.write([(handle, tf.ones(3))])
    np.testing.assert_array_equal(before, np.zeros(3))
    np.testing.assert_array_equal(BACKEND.read(handle), np.ones(3))


@pytest.mark.parametrize("bad", [tf.ones((2, 2)), tf.constant([1, 2, 3])])
def test_write_checks_before_it_writes(bad: Any) -> None:
    first, second = (BACKEND.create(np.zeros(3, "float32"), name, True) for name in "ab")
    with pytest.raises(ValueError, match="'b:0' holds a value of shape"):
        BACKEND.write([(first, tf.ones(3)), (second, bad)])
    assert not BACKEND.read(first).numpy().any()


def test_write_restores_when_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (BACKEND.create(np.zeros(3, "float32"), name, True) for name in "ab")
    assign, calls = storage.assign, []

    def interrupted(variable: Any, value: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        assign(variable, value)

    monkeypatch.setattr(storage, "assign", interrupted)
    with pytest.raises(KeyboardInterrupt):
        BACKEND.write([(first, tf.ones(3)), (second, tf.ones(3))])
    assert not BACKEND.read(first).numpy().any()


def test_a_variable_made_inside_a_function_of_tensorflow_is_on_the_chosen_device() -> None:
    made = []

    @tf.function(autograph=False)
    def f() -> Any:
        if not made:
            made.append(storage.create(np.ones(2, "float32"), "inside", True))
        return tf.constant(1)

    with BACKEND.device("cpu"):
        f()
        f()
    assert made[0].device.endswith("CPU:0")
    np.testing.assert_array_equal(storage.read(made[0]), [1, 1])


class Strategy:
    """Stands for one of several devices: TensorFlow has no other than the CPU in most places where tests run."""

    num_replicas_in_sync = 2

    def experimental_local_results(self, variable: Any) -> tuple[Any, Any]:
        return tf.Variable(variable), tf.Variable(variable)


def test_of_the_devices_of_a_strategy_the_first_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with tf.distribute.MirroredStrategy(["/cpu:0"]).scope():
        made = storage.create(np.ones(2, "float32"), "v", True)
    storage.write([(made, tf.constant([1.0, 2.0]))])
    assert made.handle is not None and storage.read(made).numpy().tolist() == [1, 2]
    monkeypatch.setattr(tf.distribute, "has_strategy", lambda: True)
    monkeypatch.setattr(tf.distribute, "get_strategy", Strategy)
    with pytest.warns(UserWarning, match=r"trains on one device: of the 2 of Strategy it uses .*CPU:0"):
        assert storage.create(np.ones(2, "float32"), "v", True).shape == (2,)
