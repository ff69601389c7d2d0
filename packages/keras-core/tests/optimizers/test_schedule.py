"""Learning rates: numbers, schedules that follow the number of steps, and functions."""

import numpy as np
import pytest
from keras_core import Variable, ops, regularizers
from keras_core.layers.tracking import version
from keras_core.optimizers import LearningRateSchedule, Optimizer, deserialize_schedule, serialize_schedule
from keras_core.saving import serialize_keras_object


class Descent(Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))


class Halving(LearningRateSchedule):
    def __call__(self, step):
        return ops.power(0.5, ops.cast(step, "float32"))

    def get_config(self):
        return {}


def test_a_schedule_a_function_and_a_change_between_them():
    w, optimizer = Variable(0.0), Descent(Halving())
    for _ in range(3):
        optimizer.apply([-1.0], [w])
    assert float(w) == 1.75
    assert len(optimizer.variables) == 1
    before = version()
    optimizer.learning_rate = 1.0
    assert version() > before
    optimizer.apply([-1.0], [w])
    assert float(w) == 2.75
    optimizer.learning_rate = lambda: 0.25
    optimizer.apply([-1.0], [w])
    assert float(w) == 3.0


def test_a_subclass_defines_the_rate_and_its_config():
    with pytest.raises(NotImplementedError, match=r"LearningRateSchedule must define __call__"):
        LearningRateSchedule()(0)
    with pytest.raises(NotImplementedError, match=r"must define get_config\(self\)"):
        LearningRateSchedule().get_config()


def test_serialized_and_back():
    class Constant(LearningRateSchedule):
        def __init__(self, rate):
            self.rate = rate

        def __call__(self, step):
            return self.rate

        def get_config(self):
            return {"rate": self.rate}

    config = serialize_schedule(Constant(0.25))
    assert config["config"] == {"rate": 0.25}
    assert deserialize_schedule(config, custom_objects={"Constant": Constant})(7) == 0.25
    config = serialize_keras_object(regularizers.L2(0.5))
    with pytest.raises(ValueError, match="config of a LearningRateSchedule, got that of"):
        deserialize_schedule(config)


def test_both_names_of_the_learning_rate():
    optimizer = Descent(lr=0.25)
    assert float(optimizer.lr) == float(optimizer.learning_rate) == 0.25
    optimizer.lr = 0.5
    assert float(optimizer.learning_rate) == 0.5
    variable = optimizer.learning_rate
    optimizer.learning_rate = np.float32(0.75)
    assert optimizer.learning_rate is variable
    optimizer.learning_rate = Variable(0.125)
    assert float(variable) == 0.125


def test_decay_of_keras_2():
    w, optimizer = Variable(0.0), Descent(lr=1.0, decay=0.5)
    positions = []
    for _ in range(3):
        optimizer.apply([-1.0], [w])
        positions.append(float(w))
    np.testing.assert_allclose(positions, np.cumsum([1 / 1, 1 / 1.5, 1 / 2]), rtol=1e-6)
    assert optimizer.get_config()["decay"] == 0.5
    assert Descent.from_config(optimizer.get_config()).decay == 0.5


def test_what_it_may_be_and_how_it_stands_in_configs():
    schedule = Halving()
    optimizer = Descent(schedule)
    assert optimizer.get_learning_rate() is schedule and float(optimizer.learning_rate) == 1
    optimizer.apply([1.0], [Variable(0.0)])
    assert float(optimizer.learning_rate) == 0.5
    assert optimizer.get_config()["learning_rate"]["class_name"] == "Halving"
    optimizer.learning_rate = lambda: ops.convert_to_tensor(np.float32(0.1))
    assert optimizer.get_config()["learning_rate"] == 0.1
    for wrong, message in (("fast", "must be a number, a LearningRateSchedule or a function, got 'fast'"), (-1, "neg")):
        with pytest.raises(ValueError, match=message):
            optimizer.learning_rate = wrong
