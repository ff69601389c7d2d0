"""One mechanism behind `get`, `serialize` and `deserialize` of every family.

Covers: layers/identifiers.py, metrics/identifiers.py.
"""

from __future__ import annotations

import doctest
import importlib
import inspect

import numpy as np
import pytest
from keras_core import activations, identifiers, layers, losses, optimizers, regularizers

FAMILIES = {
    "activations": "activation",
    "constraints": "constraint",
    "initializers": "initializer",
    "layers": "layer",
    "losses": "loss",
    "metrics": "metric",
    "optimizers": "optimizer",
    "regularizers": "regularizer",
}


class TestGet:
    def test_forms_of_one_regularizer(self):
        by_name = identifiers.get("regularizer", "l2")
        config = identifiers.serialize(regularizers.L2(0.5))
        assert type(by_name) is regularizers.L2
        assert float(identifiers.get("regularizer", config).l2) == 0.5
        keras_2 = {"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.2}}
        assert float(identifiers.get("regularizer", keras_2).l1) == np.float32(0.1)
        assert type(identifiers.get("regularizer", regularizers.L2)) is regularizers.L2
        assert identifiers.get("regularizer", by_name) is by_name
        assert identifiers.get("regularizer", None) is None

    def test_functions_and_callables_stand_for_themselves(self):
        mine = lambda y_true, y_pred: y_pred
        assert identifiers.get("loss", mine) is mine
        assert identifiers.get("loss", "mse") is losses.mean_squared_error
        assert type(identifiers.get("loss", "MeanSquaredError")) is losses.MeanSquaredError

    def test_what_cannot_stand_for_an_object_is_refused(self):
        with pytest.raises(ValueError, match="Cannot interpret 3 as an initializer"):
            identifiers.get("initializer", 3)

    def test_built_in_functions_are_serialized_by_name(self):
        assert identifiers.serialize(activations.relu) == "relu"
        assert identifiers.serialize(losses.mean_squared_error) == "mean_squared_error"
        assert identifiers.deserialize("activation", "relu") is activations.relu


@pytest.mark.parametrize("family", FAMILIES)
class TestFamily:
    def test_signatures_and_names(self, family):
        module = importlib.import_module(f"keras_core.{family}")
        for name, parameters in {
            "get": ["identifier"],
            "serialize": [FAMILIES[family]],
            "deserialize": ["config", "custom_objects", *(["name"] if family == "losses" else [])],
        }.items():
            function = getattr(module, name)
            assert list(inspect.signature(function).parameters) == parameters
            assert (function.__name__, function.__module__) == (name, f"keras_core.{family}.identifiers")

    def test_examples_in_docstrings(self, family):
        get = importlib.import_module(f"keras_core.{family}").get
        (example,) = (found for found in doctest.DocTestFinder(recurse=False).find(get, "get", globs={}))
        assert example.examples
        assert doctest.DocTestRunner().run(example).failed == 0

    def test_serialize_takes_its_argument_by_name(self, family):
        serialize = importlib.import_module(f"keras_core.{family}").serialize
        assert serialize(**{FAMILIES[family]: None}) is None
        with pytest.raises(TypeError, match="argument"):
            serialize()


def test_none_and_names_with_defaults_of_their_own():
    assert activations.get(None) is activations.linear
    assert activations.deserialize(None) is activations.linear
    for found in (regularizers.get("l1_l2"), regularizers.deserialize("l1_l2")):
        assert float(found.l1) == float(found.l2) == np.float32(0.01)


def test_an_optimizer_is_an_instance_and_no_other_callable():
    with pytest.raises(ValueError, match=r"Cannot interpret <built-in function print> as an optimizer"):
        optimizers.get(print)


def test_a_class_that_needs_arguments_is_not_made_of_its_name():
    message = r"Dense cannot be made of its name or class alone: missing a required argument: 'units'. Give an instance"
    for function in (layers.get, layers.deserialize):
        with pytest.raises(ValueError, match=message):
            function("Dense")
