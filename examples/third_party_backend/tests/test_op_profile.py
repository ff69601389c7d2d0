import numpy as np
import pytest
from keras_core import Input, Layer, Model, Sequential, Variable, backend, ops
from op_profile import Cost, Costs, profile


class Scale(Layer):
    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],))

    def call(self, inputs):
        return ops.tanh(inputs * self.factor)


@pytest.fixture(autouse=True)
def _profiled():
    with backend.use_backend("numpy-profiled"):
        yield


def test_ops_of_a_prediction_are_counted():
    model = Sequential([Input((3,)), Scale(), Scale()])
    x = np.ones((8, 3), "float32")
    with profile() as costs:
        model.predict(x, batch_size=4, verbose=0)
    assert costs["tanh"].calls == 4
    assert costs["tanh"].bytes == 2 * x.nbytes
    assert 0 < costs["tanh"].seconds < 10


def test_values_are_those_of_numpy():
    x = np.linspace(-1, 1, 5, dtype="float32")
    with profile():
        found = ops.softmax(x)
    with backend.use_backend("numpy"):
        np.testing.assert_array_equal(found, ops.softmax(x))


def test_nothing_is_counted_outside():
    with profile() as costs:
        pass
    ops.exp(np.zeros(2, "float32"))
    assert costs == {}


def test_nested_profiles_both_count():
    with profile() as outer:
        ops.exp(np.zeros(2, "float32"))
        with profile() as inner:
            ops.exp(np.zeros(2, "float32"))
    assert (outer["exp"].calls, inner["exp"].calls) == (2, 1)


def test_an_op_that_fails_is_not_counted():
    with profile() as costs, pytest.raises(ValueError):
        ops.matmul(np.zeros((2, 3), "float32"), np.zeros((2, 3), "float32"))
    assert "matmul" not in costs
    with profile() as costs:
        ops.exp(np.zeros(2, "float32"))
    assert costs["exp"].calls == 1


def test_the_table_begins_with_what_took_longest():
    costs = Costs(add=Cost(3, 0.5, 12), matmul=Cost(1, 2.0, 400))
    head, first, second = str(costs).splitlines()
    assert head.split() == ["op", "calls", "seconds", "bytes"]
    assert first.split() == ["matmul", "1", "2.000000", "400"] and second.split()[0] == "add"


def test_a_model_belongs_to_this_backend():
    inputs = Input((3,))
    model = Model(inputs, Scale()(inputs))
    assert model.layers[-1].weights[0].backend_name == "numpy-profiled"
    assert Variable(1.0).backend_name == "numpy-profiled"


def test_a_layer_says_what_a_call_costs():
    layer = Scale()
    assert layer.costs_of_call(np.ones((8, 3), "float32"))["tanh"].calls == 1
    with backend.use_backend("numpy"):
        other = Scale()
    with pytest.raises(AttributeError, match="'numpy-profiled' backend gives it to what is made on it"):
        other.costs_of_call(np.ones((8, 3), "float32"))
