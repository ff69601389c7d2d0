import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import RowGradient, Variable, ops
from keras_optimizers import Adagrad


class TestAdagrad(OptimizerContract):
    optimizer = Adagrad
    cases = [{}, {"initial_accumulator_value": 0.0, "epsilon": 0.01, "learning_rate": 0.1}]

    def slots(self, **_):
        return ["kernel_accumulator", "bias_accumulator"]

    def reference(self, w, g, state, t, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7):
        total = state["total"] = state.get("total", initial_accumulator_value) + g**2
        return w - learning_rate * g / np.sqrt(total + epsilon)


def test_negative_start():
    with pytest.raises(ValueError, match="initial_accumulator_value must not be negative, got -1"):
        Adagrad(initial_accumulator_value=-1)


def test_which_variables_it_updates_by_rows():
    large, small = Variable(np.zeros((2**16, 16), "float32")), Variable(np.zeros((4, 2), "float32"))
    assert Adagrad().tables_among([large, small]) == [large]
    assert Adagrad(initial_accumulator_value=0.0).tables_among([large]) == [large]
    assert Adagrad(initial_accumulator_value=0.0, epsilon=0.0).tables_among([large]) == []  # 0 / 0 changes every row
    for options in ({"clipnorm": 1.0}, {"weight_decay": 0.1}, {"use_ema": True}, {"gradient_accumulation_steps": 2}):
        assert Adagrad(**options).tables_among([large]) == []


def test_a_step_of_rows_sums_the_values_of_each_row():
    by_rows, dense = (Variable(np.ones((2**16, 16), "float32")) for _ in range(2))
    values, places = np.array([[1.0], [2.0], [4.0], [-3.5]], "float32"), np.array([[5, -1], [7, 5]], "int32")
    values = np.broadcast_to(values.reshape(2, 2, 1), (2, 2, 16)).astype("float32")
    gradient = RowGradient(ops.convert_to_tensor(values), ops.convert_to_tensor(places))
    one, other = Adagrad(0.25), Adagrad(0.25)
    for _ in range(2):
        one.apply([gradient], [by_rows])
        other.apply([gradient.added_to(ops.zeros((2**16, 16)))], [dense])
    np.testing.assert_allclose(by_rows.numpy(), dense.numpy(), rtol=1e-6)
    for own, its in zip(one.variables, other.variables, strict=True):
        np.testing.assert_allclose(own.numpy(), its.numpy(), rtol=1e-6)
    assert (by_rows.numpy() != 1).any(1).nonzero()[0].tolist() == [5, 7, 2**16 - 1]
