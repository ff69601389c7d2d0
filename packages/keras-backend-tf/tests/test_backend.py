from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_core import Input, Sequential, Spec, Variable, backend, gradients


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


def test_a_variable_has_its_numbers_while_a_function_is_traced():

    variable, seen = Variable([1.0, 2.0]), []
    variable.assign([3.0, 4.0])

    @tf.function
    def traced():
        seen.append(variable.numpy().tolist())
        return tf.constant(0)

    traced()
    assert seen == [[3.0, 4.0]]


def test_kernels_can_be_made_deterministic(monkeypatch):
    told = []
    monkeypatch.setattr(tf.config.experimental, "enable_op_determinism", lambda: told.append(1))
    BACKEND.make_deterministic()
    assert told == [1]


def test_models_say_which_strategy_is_in_force() -> None:
    model = Sequential([Input((2,))])
    assert model.distribute_strategy is tf.distribute.get_strategy()
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    with strategy.scope():
        assert model.distribute_strategy is strategy


def test_a_graph_calls_a_function_of_arrays() -> None:
    assert isinstance(BACKEND, backend.CallsHost)

    @tf.function
    def lengths(words: Any) -> Any:
        def count(array: np.ndarray) -> list[np.ndarray]:
            return [np.array([len(word) for word in array], "int64")]

        (found,) = BACKEND.host_call(count, [words], [Spec((None,), "int64")])
        assert found.shape.as_list() == [None]
        return found

    assert lengths(tf.constant(["a", "bcd"])).numpy().tolist() == [1, 3]
