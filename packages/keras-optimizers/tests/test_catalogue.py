import importlib

import keras_optimizers
import numpy as np
import pytest
from keras_core import Variable, ops
from keras_core.optimizers import LearningRateSchedule, Optimizer
from keras_optimizers import OptimizerMap
from keras_optimizers.catalogue import CATALOGUE


def test_every_name_leads_to_a_class_of_that_name():
    for name, target in CATALOGUE.items():
        module, attribute = target.split(":")
        found = getattr(importlib.import_module(module), attribute)
        assert found.__name__ == name
        assert issubclass(found, (Optimizer, LearningRateSchedule, OptimizerMap))


def test_every_public_name_is_in_the_catalogue():
    from keras_optimizers import schedules

    public = {*dir(keras_optimizers), *dir(schedules)}
    assert {name for name in public if name[0].isupper()} == CATALOGUE.keys()


OF_OPTIMIZERS = {"MultiOptimizer", "OptimizerMap"}


@pytest.mark.parametrize(
    "name", sorted({name for name in CATALOGUE if hasattr(keras_optimizers, name)} - OF_OPTIMIZERS)
)
def test_variables_of_one_shape_change_as_one_alone(name):
    made = getattr(keras_optimizers, name)
    random = np.random.default_rng(0)
    value, gradient = random.normal(size=(2, 3, 2)).astype("float32")
    alone, alike = [Variable(value)], [Variable(value * scale) for scale in (1, 2, 3, 4, 5)]
    for variables in (alone, alike):
        optimizer = made(0.1, weight_decay=0.1)
        for _ in range(2):
            optimizer.apply([ops.convert_to_tensor(gradient * (k + 1)) for k in range(len(variables))], variables)
    np.testing.assert_allclose(alike[0].numpy(), alone[0].numpy(), rtol=1e-6)
    assert not np.allclose(alike[0].numpy(), alike[1].numpy())
