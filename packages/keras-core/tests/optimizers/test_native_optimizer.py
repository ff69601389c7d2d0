"""NativeOptimizer, with a method that any backend can run in place of one of a framework."""

import numpy as np
import pytest
from keras_core import Variable, ops, optimizers
from keras_core.optimizers import NativeOptimizer, native_optimizer


class Momentum:
    """``m = 0.5 * m + g``, ``w -= rate * m``, as a backend would run it."""

    def __init__(self, learning_rate=0.1):
        self.learning_rate = learning_rate

    def steps_for(self, variables):
        return MomentumSteps(variables, self.learning_rate)


class MomentumSteps:
    def __init__(self, variables, rate):
        self.rate = rate
        self.state = [(f"{variable.name}_m", np.zeros(variable.shape, "float32")) for variable in variables]

    def update(self, gradients, values, state, learning_rate, steps):
        rate = 0.1 if self.rate is None else learning_rate
        moved = [ops.add(ops.multiply(m, 0.5), g) for m, g in zip(state, gradients)]
        return [ops.subtract(w, ops.multiply(m, rate)) for w, m in zip(values, moved)], moved


@pytest.fixture(autouse=True)
def framework(monkeypatch):
    known = native_optimizer.native_method
    wrap = lambda one: one if isinstance(one, Momentum) else known(one)
    monkeypatch.setattr(native_optimizer, "native_method", wrap)


def variables():
    return [Variable([1.0, 2.0], name="kernel"), Variable([3.0], name="bias")]


def test_steps_keep_their_state_in_variables():
    kernel, bias = variables()
    optimizer = optimizers.get(Momentum())
    assert isinstance(optimizer, NativeOptimizer)
    g = np.array([1.0, -1.0], "float32")
    optimizer.apply([g, np.ones(1, "float32")], [kernel, bias])
    optimizer.learning_rate = 0.2
    with pytest.warns(UserWarning, match="does not depend on these variables"):
        optimizer.apply([g, None], [kernel, bias])
    np.testing.assert_allclose(kernel.numpy(), np.array([1.0, 2.0]) - 0.1 * g - 0.2 * 1.5 * g, rtol=1e-6)
    np.testing.assert_allclose(bias.numpy(), [2.9], rtol=1e-6)
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate", "kernel_m", "bias_m"]
    np.testing.assert_allclose(optimizer.variables[3].numpy(), [0.5])


def test_state_comes_back_and_two_models_have_their_own():
    first, second = variables(), variables()
    optimizer = NativeOptimizer(Momentum(), name="mine")
    grads = [np.ones(2, "float32"), np.ones(1, "float32")]
    slots = optimizer.slots_of("first", first)
    optimizer.apply(grads, first)
    store = {}
    optimizer.save_own_variables(store)
    optimizer.slots_of("second", second)
    optimizer.load_own_variables(store)
    optimizer.select_slots(slots, "first")
    optimizer.apply(grads, first)
    np.testing.assert_allclose(first[0].numpy(), [1 - 0.1 - 0.15, 2 - 0.1 - 0.15], rtol=1e-6)
    np.testing.assert_allclose(second[0].numpy(), [1, 2])


def test_clipping_and_averages_are_those_of_every_optimizer():
    kernel = Variable([0.0, 0.0])
    optimizer = NativeOptimizer(Momentum(None), clipvalue=0.5, use_ema=True, ema_momentum=0.5)
    for _ in range(2):
        optimizer.apply([np.array([3.0, 0.25], "float32")], [kernel])
    np.testing.assert_allclose(kernel.numpy(), [-0.125, -0.0625], rtol=1e-6)
    optimizer.finalize_variable_values([kernel])
    np.testing.assert_allclose(kernel.numpy(), [-0.0875, -0.04375], rtol=1e-6)


def test_a_rate_that_the_framework_keeps_to_itself():
    optimizer = NativeOptimizer(Momentum(None))
    assert not hasattr(optimizer, "learning_rate")
    with pytest.raises(AttributeError, match="keeps its learning rate to itself"):
        optimizer.learning_rate = 0.1


def test_wrong_use():
    with pytest.raises(ValueError, match=r"Cannot wrap 3 as an optimizer on the '.*' backend"):
        NativeOptimizer(3)
    with pytest.raises(ValueError, match="Cannot interpret 3 as an optimizer"):
        optimizers.get(3)
    with pytest.raises(ValueError, match="does not take lr, weight_decay: give them to the framework's optimizer"):
        NativeOptimizer(Momentum(), lr=0.1, weight_decay=0.1)
    with pytest.raises(TypeError, match="is not an optimizer of Keras and has no config"):
        optimizers.serialize(NativeOptimizer(Momentum()))
