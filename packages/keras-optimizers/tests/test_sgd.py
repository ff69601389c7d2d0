import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import RowGradient, Variable, ops
from keras_optimizers import SGD


class TestSGD(OptimizerContract):
    optimizer = SGD
    cases = [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True, "learning_rate": 0.1}]

    def slots(self, momentum=0.0, **_):
        return ["kernel_momentum", "bias_momentum"] if momentum else []

    def reference(self, w, g, state, t, learning_rate=0.01, momentum=0.0, nesterov=False):
        m = state["m"] = momentum * state.get("m", 0.0) - learning_rate * g
        return w + (momentum * m - learning_rate * g if nesterov else m)


def test_momentum_out_of_range():
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, 1\], got 2"):
        SGD(momentum=2)


def test_which_variables_it_updates_by_rows():
    large, small = Variable(np.zeros((2**16, 16), "float32")), Variable(np.zeros((4, 2), "float32"))
    bounded = Variable(np.zeros((2**16, 16), "float32"))
    bounded.constraint = lambda value: value
    assert SGD().tables_among([large, small, bounded]) == [large]
    changing = ({"momentum": 0.9}, {"clipnorm": 1.0}, {"weight_decay": 0.1}, {"use_ema": True})
    for options in (*changing, {"gradient_accumulation_steps": 2}, {"clipvalue": 1.0}, {"global_clipnorm": 1.0}):
        assert SGD(**options).tables_among([large]) == []


def test_a_step_of_rows():
    table = Variable(np.ones((2**16, 16), "float32"))
    values, places = np.full((3, 16), 2.0, "float32"), np.array([5, 5, 7], "int32")
    SGD(0.25).apply([RowGradient(ops.convert_to_tensor(values), ops.convert_to_tensor(places))], [table])
    expected = np.ones((2**16, 16))
    expected[5], expected[7] = 0.0, 0.5
    np.testing.assert_array_equal(table.numpy(), expected)
