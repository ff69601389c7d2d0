"""What an optimizer remembers: its variables, their values and their keys in files."""

import numpy as np
import pytest
from keras_core import Variable, ops
from keras_core.optimizers import Optimizer


class Descent(Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))


def pair():
    return [Variable([1.0, 2.0], name="kernel"), Variable(3.0, name="bias")]


def test_weights():
    optimizer = Descent(0.5, use_ema=True)
    with pytest.raises(ValueError, match="not built yet"):
        optimizer.set_weights([0, 0.5, [1.0, 2.0], 3.0])
    optimizer.build(pair())
    optimizer.set_weights([7, 0.25, [5.0, 6.0], 8.0])
    assert [w.tolist() for w in optimizer.get_weights()] == [7, 0.25, [5.0, 6.0], 8.0]
    assert optimizer.weights == optimizer.variables
    with pytest.raises(ValueError, match=r"has shape \(2,\), got an array of shape \(3,\)"):
        optimizer.set_weights([7, 0.25, [5.0, 6.0, 7.0], 8.0])
    assert int(optimizer.iterations) == 7


def test_state_keys_in_a_store():
    optimizer = Descent(0.5)
    store = {}
    optimizer.save_own_variables(store)
    assert {key: (value.shape, str(value.dtype)) for key, value in store.items()} == {
        "0": ((), "int64"),
        "1": ((), "float32"),
    }


def test_slots_have_the_shape_and_dtype_of_their_variable():
    variables, optimizer = pair(), Descent(0.5)
    optimizer.build(variables)
    first = optimizer.add_optimizer_variables(variables, "m")
    second, third = optimizer.add_optimizer_variables(variables, ["u", "v"], ["ones", "zeros"])
    assert [slot.path for slot in first] == [f"{optimizer.name}/{v.path.replace('/', '_')}_m" for v in variables]
    assert [slot.shape for slot in second] == [(2,), ()] and not any(slot.trainable for slot in first)
    assert (second[0].numpy().tolist(), third[0].numpy().tolist()) == ([1.0, 1.0], [0.0, 0.0])
    assert optimizer.variables[-6:] == [*first, second[0], third[0], second[1], third[1]]


def test_what_a_built_optimizer_saved_needs_one_that_is_built():
    built, store = Descent(0.5, use_ema=True), {}
    built.build(pair())
    built.save_own_variables(store)
    with pytest.raises(ValueError, match=r"got 4 arrays.*not built yet"):
        Descent(0.5, use_ema=True).load_own_variables(store)
    early = Descent(0.5, use_ema=True)
    early.load_own_variables({"0": np.int64(3), "1": np.float32(0.25)})
    assert (int(early.iterations), float(early.learning_rate)) == (3, 0.25)


@pytest.mark.parametrize("built", [True, False])
def test_the_state_of_keras_2_has_no_learning_rate(built):
    optimizer, values = Descent(0.5, use_ema=built), [9, [5.0, 6.0], 8.0] if built else [9]
    if built:
        optimizer.build(pair())
    optimizer.load_own_variables({str(number): np.array(value) for number, value in enumerate(values)})
    rest = [[5.0, 6.0], 8.0] if built else []
    assert [w.tolist() for w in optimizer.get_weights()] == [9, 0.5, *rest]


def test_the_state_of_keras_2_has_momenta_where_there_is_no_momentum():
    optimizer = Descent(0.5)
    optimizer.build(pair())
    optimizer.load_own_variables({"0": np.int64(9), "1": np.zeros(2), "2": np.zeros(())})
    assert [w.tolist() for w in optimizer.get_weights()] == [9, 0.5]
    with pytest.raises(ValueError, match="got 3 arrays"):
        optimizer.load_own_variables({"0": np.int64(1), "1": np.zeros(3), "2": np.zeros(())})
    assert int(optimizer.iterations) == 9


def test_a_variable_that_the_optimizer_was_not_built_for():
    optimizer = Descent(0.5)
    first, second = pair()
    optimizer.build([first])
    assert optimizer._get_variable_index(first) == 0
    with pytest.raises(ValueError, match="not built with variable 'bias'"):
        optimizer._get_variable_index(second)
