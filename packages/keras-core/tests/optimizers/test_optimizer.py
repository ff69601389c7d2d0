"""Steps of an optimizer, and what its arguments do to them."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from keras_core import Variable, ops, stage
from keras_core.layers.tracking import version
from keras_core.optimizers import LossScaleOptimizer, Optimizer


class Descent(Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))


def pair():
    return [Variable([1.0, 2.0], name="kernel"), Variable(3.0, name="bias")]


ONES = [[1.0, 1.0], 1.0]


def test_a_step():
    variables, optimizer = pair(), Descent(0.5)
    optimizer.apply(ONES, variables)
    assert variables[0].numpy().tolist() == [0.5, 1.5]
    assert float(variables[1]) == 2.5
    assert int(optimizer.iterations) == 1


def test_apply_gradients_takes_pairs_and_returns_the_counter():
    variables, optimizer = pair(), Descent(0.5)
    assert int(optimizer.apply_gradients(zip(ONES, variables, strict=True))) == 1
    assert float(variables[1]) == 2.5


def test_version_grows_with_what_programs_hold_but_not_with_the_learning_rate():
    optimizer = Descent()
    before = version()
    optimizer.learning_rate = 0.5
    assert version() == before
    optimizer.clipnorm = 1.0
    assert version() == before + 1


def test_weight_decay_and_its_exceptions():
    variables = pair()
    optimizer = Descent(0.5, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_names=["bi.s"])
    optimizer.apply([[0.0, 0.0], 0.0], variables)
    np.testing.assert_allclose(variables[0].numpy(), [0.95, 1.9], rtol=1e-6)
    assert float(variables[1]) == 3.0
    with pytest.raises(ValueError, match="before the optimizer is built"):
        optimizer.exclude_from_weight_decay(variables)


def test_weight_decay_spares_listed_variables():
    variables = pair()
    optimizer = Descent(0.5, weight_decay=0.1)
    optimizer.exclude_from_weight_decay([variables[0]])
    optimizer.apply([[0.0, 0.0], 0.0], variables)
    assert variables[0].numpy().tolist() == [1.0, 2.0]
    np.testing.assert_allclose(float(variables[1]), 2.85, rtol=1e-6)


def test_loss_scale():
    w, optimizer = Variable(0.0), Descent(1.0, loss_scale_factor=8.0)
    assert float(ops.convert_to_numpy(optimizer.scale_loss(2.0))) == 16.0
    optimizer.apply([-8.0], [w])
    assert float(w) == 1.0


@pytest.mark.parametrize("staged", [False, True])
def test_gradient_accumulation_updates_by_the_mean(staged):
    w, optimizer = Variable(0.0, name="w"), Descent(1.0, gradient_accumulation_steps=3)
    optimizer.build([w])
    assert [v.name for v in optimizer.variables[2:]] == ["w_gradient_accumulator"]

    def step(gradient):
        optimizer.apply([gradient], [w])
        return w.value

    run = stage(step, [w, *optimizer.variables]) if staged else step
    seen = []
    for gradient in (1.0, 2.0, 6.0, 1.0, 1.0, 1.0):
        run(np.float32(gradient))
        seen.append(float(w))
    np.testing.assert_allclose(seen, [0, 0, -3, -3, -3, -4], rtol=1e-6)
    assert int(ops.convert_to_numpy(optimizer.iterations)) == 2


def test_moving_average():
    w, optimizer = Variable(0.0, name="w"), Descent(1.0, use_ema=True, ema_momentum=0.5)
    average, expected = None, []
    for gradient in (-1.0, -2.0, -4.0):
        optimizer.apply([gradient], [w])
        average = float(w) if average is None else 0.5 * average + 0.5 * float(w)
        expected.append(average)
    (slot,) = optimizer.variables[2:]
    assert slot.name == "w_average"
    np.testing.assert_allclose(float(slot), expected[-1], rtol=1e-6)
    optimizer.finalize_variable_values([w])
    np.testing.assert_allclose(float(w), expected[-1], rtol=1e-6)


def test_moving_average_overwrites():
    w, optimizer = Variable(0.0), Descent(1.0, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)
    seen = []
    for _ in range(4):
        optimizer.apply([-1.0], [w])
        seen.append(float(w))
    np.testing.assert_allclose(seen, [1.0, 1.5, 2.5, 2.75], rtol=1e-6)


def test_constraint_acts_after_the_update():
    w = Variable([0.5, 0.5])
    w.constraint = lambda value: ops.maximum(value, 0.0)
    Descent(1.0).apply([[1.0, 0.25]], [w])
    assert w.numpy().tolist() == [0.0, 0.25]


def test_missing_gradients_are_named_once():
    variables, optimizer = pair(), Descent(1.0)
    with pytest.warns(UserWarning, match=r"stay as they are: kernel\."):
        optimizer.apply([None, 1.0], variables)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.apply([None, 1.0], variables)
    assert variables[0].numpy().tolist() == [1.0, 2.0]
    assert float(variables[1]) == 1.0
    with pytest.raises(ValueError, match=r"No gradient reached any variable \(kernel, bias\)"):
        optimizer.apply([None, None], variables)


def test_a_failing_step_changes_nothing():
    class Failing(Descent):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)
            if variable.name == "bias":
                raise RuntimeError("no")

    variables, optimizer = pair(), Failing(1.0)
    with pytest.raises(RuntimeError, match="no"):
        optimizer.apply(ONES, variables)
    assert variables[0].numpy().tolist() == [1.0, 2.0]
    assert int(optimizer.iterations) == 0


def test_wrong_calls():
    variables = pair()
    with pytest.raises(ValueError, match="got 1 gradients for 2 variables"):
        Descent().apply([1.0], variables)
    with pytest.raises(ValueError, match="pass trainable_variables"):
        Descent().apply(ONES)
    optimizer = Descent(name="mine")
    optimizer.build(variables)
    with pytest.raises(ValueError, match="'mine' was not built with variable 'other'"):
        optimizer.apply([1.0], [Variable(1.0, name="other")])
    with pytest.raises(NotImplementedError, match="must define update_step"):
        Optimizer(0.1).apply(ONES, variables)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"zzz": 1}, r"Descent does not take zzz\. It takes learning_rate, .*, lr, decay\."),
        ({"learning_rat": 1}, r"does not take learning_rat\. Did you mean 'learning_rate'\?"),
        ({"clipnorm": 1, "global_clipnorm": 1}, "global_clipnorm cannot be combined with clipnorm or clipvalue"),
        ({"clipnorm": -1}, "clipnorm must be positive, got -1"),
        ({"decay": -1}, "decay must not be negative, got -1"),
        ({"use_ema": True, "ema_momentum": 2}, r"ema_momentum must lie in \[0, 1\], got 2"),
        ({"gradient_accumulation_steps": 1}, "gradient_accumulation_steps must be an integer of at least 2, got 1"),
        ({"use_ema": True, "ema_overwrite_frequency": 0}, "ema_overwrite_frequency must be an integer of at least 1"),
        ({"learning_rate": -0.1}, "Descent: learning_rate must not be negative, got -0.1"),
        ({"learning_rate": "fast"}, "learning_rate must be a number, a LearningRateSchedule or a function"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Descent(**arguments)


def test_config_says_the_number_that_was_given():
    config = Descent(0.01, name="mine", clipvalue=2.0).get_config()
    assert config == {
        "name": "mine",
        "learning_rate": 0.01,
        "weight_decay": None,
        "clipnorm": None,
        "global_clipnorm": None,
        "clipvalue": 2.0,
        "use_ema": False,
        "ema_momentum": 0.99,
        "ema_overwrite_frequency": None,
        "loss_scale_factor": None,
        "gradient_accumulation_steps": None,
    }


def test_a_method_in_the_style_of_keras_3():
    class Momentum(Optimizer):
        def build(self, variables):
            if self.built:
                return
            super().build(variables)
            self._momentums = self.add_optimizer_variables(variables, "momentum")
            self._count = self.add_variable(shape=(), initializer="zeros", dtype="int32", name="count")

        def update_step(self, gradient, variable, learning_rate):
            m = self._momentums[self._get_variable_index(variable)]
            self.assign(m, ops.add(ops.multiply(m, 0.9), gradient))
            self.assign_sub(variable, ops.multiply(m, learning_rate))

    w, optimizer = Variable(0.0, name="w"), Momentum(1.0)
    optimizer.apply([1.0], [w])
    optimizer.apply([1.0], [w])
    np.testing.assert_allclose(float(w), -2.9, rtol=1e-6)
    assert [v.name for v in optimizer.variables[2:]] == ["w_momentum", "count"]


def test_copies_train_on_their_own():
    w, optimizer = Variable(0.0, name="w"), Descent(1.0, use_ema=True)
    optimizer.apply([-1.0], [w])
    other, v = copy.deepcopy((optimizer, w))
    other.apply([-1.0], [v])
    assert (float(w), float(v)) == (1.0, 2.0)
    assert (int(optimizer.iterations), int(other.iterations)) == (1, 2)
    restored = pickle.loads(pickle.dumps(Halved(1.0)))
    assert restored.get_config() == Halved(1.0, name=restored.name).get_config()


class Halved(Descent):
    pass


def test_a_scaled_optimizer_is_elementwise_as_its_inner_one_is():
    class Told(Optimizer):
        elementwise = True

        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, gradient)

    class Other(Told):
        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, ops.divide(gradient, ops.sum(gradient)))

    assert LossScaleOptimizer(Told(0.1)).elementwise
    assert not LossScaleOptimizer(Other(0.1)).elementwise
