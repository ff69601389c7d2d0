"""Optimizers by name."""

import pytest
from keras_core import ops, optimizers
from keras_core.optimizers import Optimizer


class Descent(Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))


def test_get_of_what_it_may_be():
    assert optimizers.get(None) is None
    optimizer = Descent()
    assert optimizers.get(optimizer) is optimizer
    assert isinstance(optimizers.get(Descent), Descent)
    found = optimizers.deserialize({"class_name": "Descent", "config": {"lr": 0.5}}, {"Descent": Descent})
    assert float(found.lr) == 0.5
    with pytest.raises(ValueError, match="an optimizer"):
        optimizers.get(3)
    with pytest.raises(ValueError, match="expected a name such as 'sgd'"):
        optimizers.get(lambda: 1)


def test_a_missing_package_is_named(monkeypatch):
    from keras_core import objects

    monkeypatch.setattr(objects, "_catalogues", dict)
    monkeypatch.setattr(objects, "_names_by_plain", objects._names_by_plain.__wrapped__)
    with pytest.raises(ValueError, match=r"Optimizer 'sgd' is provided by keras-optimizers.*pip install"):
        optimizers.get("sgd")
