from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_core import Spec, Variable, backend, dtypes, gradients


def test_it_is_a_backend() -> None:
    assert isinstance(BACKEND, backend.Backend)


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (1, None, "int32"),
        (True, None, "bool"),
        (1.5, None, "float32"),
        ([1, 2], None, "int32"),
        ([1.0, 2.0], None, "float32"),
        (np.float64(1), None, "float64"),
        (np.arange(3), None, "int64"),
        (1.7, "int32", "int32"),
        (2, "bool", "bool"),
        (2, "bfloat16", "bfloat16"),
        (np.array([0, 3]), "bool", "bool"),
    ],
)
def test_tensor_gives_the_dtype(value: Any, dtype: str | None, expected: str) -> None:
    tensor = BACKEND.tensor(value, dtype)
    assert BACKEND.dtype(tensor) == expected
    assert BACKEND.shape(tensor) == np.shape(value)
    exact = np.asarray(value, expected).astype("float64")
    np.testing.assert_array_equal(BACKEND.numpy(tensor).astype("float64"), exact)


def test_a_tensor_of_tensors_is_stacked() -> None:
    tensor = BACKEND.tensor([tf.constant(1.0), 2.0], "float32")
    np.testing.assert_array_equal(tensor, [1, 2])


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
    with pytest.raises(ValueError, match="'b:0' of shape"):
        BACKEND.write([(first, tf.ones(3)), (second, bad)])
    assert not BACKEND.read(first).numpy().any()


def test_write_restores_when_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    from keras_backend_tf import backend as module

    first, second = (BACKEND.create(np.zeros(3, "float32"), name, True) for name in "ab")
    assign, calls = module.raw.AssignVariableOp, []

    def interrupted(resource: Any, value: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        assign(resource=resource, value=value)

    class Raw:
        AssignVariableOp = staticmethod(interrupted)

    monkeypatch.setattr(module, "raw", Raw)
    with pytest.raises(KeyboardInterrupt):
        BACKEND.write([(first, tf.ones(3)), (second, tf.ones(3))])
    assert not BACKEND.read(first).numpy().any()


def test_gradients_are_dense_and_none_where_not_connected() -> None:
    table, other, index = tf.ones((4, 2)), tf.ones(3), tf.constant([1, 1])
    loss, (extra,), found = BACKEND.value_and_gradients(
        lambda t, o, i: (tf.reduce_sum(tf.gather(t, i)), [tf.shape(t)]), [table, other, index]
    )
    assert float(loss) == 4
    assert extra.numpy().tolist() == [4, 2]
    np.testing.assert_array_equal(found[0], [[0, 0], [2, 2], [0, 0], [0, 0]])
    assert isinstance(found[0], tf.Tensor)
    assert found[1:] == [None, None]


def test_one_tensor_given_twice_has_a_gradient_for_each_place() -> None:
    x = tf.constant(3.0)
    _, _, (first, second) = BACKEND.value_and_gradients(lambda a, b: (a * a * b, []), [x, x])
    assert (float(first), float(second)) == (18, 9)


def test_gradients_nest() -> None:
    def slope(x: Any) -> Any:
        return BACKEND.value_and_gradients(lambda y: (y**3, []), [x])[2][0]

    _, _, (second,) = BACKEND.value_and_gradients(lambda x: (slope(x), []), [tf.constant(2.0)])
    assert float(second) == 12


def test_abstract_computes_nothing_and_leaves_no_trace() -> None:
    v = Variable(1.0)
    calls = []

    def fn(x: Any) -> list[Any]:
        calls.append(x)
        return [tf.matmul(x, tf.ones((3, 5))), tf.shape(x), x[0] * v]

    specs = BACKEND.abstract(fn, [Spec((None, 3))])
    assert specs == [Spec((None, 5)), Spec((2,), "int32"), Spec((3,))]
    assert len(calls) == 1
    assert tf.executing_eagerly()


def test_concrete_means_that_a_value_is_there() -> None:
    eager = tf.constant(1)
    assert BACKEND.is_concrete(eager)
    seen = []

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        seen.extend([BACKEND.is_concrete(x), BACKEND.is_concrete(eager), BACKEND.is_tensor(x)])
        return x

    f(eager)
    assert seen == [False, False, True]


def test_recording_is_noticed() -> None:
    assert not BACKEND.is_recording()
    with tf.GradientTape():
        assert BACKEND.is_recording()


def test_variables_meet_tensorflow_functions() -> None:
    v = Variable(np.array([1.0, 4.0], "float32"))
    np.testing.assert_allclose(tf.sqrt(v), [1, 2])
    np.testing.assert_allclose(tf.constant([1.0, 1.0]) - v, [0, -3])
    _, (grad,) = gradients(lambda: tf.reduce_sum(tf.square(v)), [v])
    np.testing.assert_allclose(grad, [2, 8])


def test_devices() -> None:
    assert "cpu:0" in BACKEND.devices()
