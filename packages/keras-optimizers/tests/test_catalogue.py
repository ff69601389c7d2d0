import importlib

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
    import keras_optimizers
    from keras_optimizers import schedules

    public = {*dir(keras_optimizers), *dir(schedules)}
    assert {name for name in public if name[0].isupper()} == CATALOGUE.keys()
