"""Which objects configurations name."""

from __future__ import annotations

import pytest
from keras_core.objects import provider_of
from keras_core.saving import needed_objects


def layer(class_name, module="keras.layers", registered=None, **config):
    return {"class_name": class_name, "module": module, "registered_name": registered, "config": config}


def test_by_distribution():
    inner = layer("Scaled", "mine", "pack>Scaled")
    config = layer("Sequential", "keras", layers=[layer("Dense", kernel_initializer=layer("Zeros")), inner])
    training = layer("Adam", "keras.optimizers")
    assert needed_objects([config, training]) == {
        "keras-core": ["Sequential", "Zeros"],
        "keras-layers": ["Dense"],
        "keras-optimizers": ["Adam"],
        None: ["pack>Scaled"],
    }


def test_of_keras_2():
    config = {"class_name": "Model", "config": {"layers": [{"class_name": "Convolution2D", "config": {}}]}}
    assert needed_objects([config, {"class_name": "Custom>Adam", "config": {}}]) == {
        "keras-core": ["Model"],
        "keras-layers": ["Convolution2D"],
        "keras-optimizers": ["Adam"],
    }


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"class_name": "__tuple__", "items": [1, 2]}, {}),
        ({"class_name": "function", "module": "builtins", "config": "my_loss", "registered_name": "function"}, [None]),
        ({"class_name": "function", "module": "keras.activations", "config": "relu"}, ["keras-core"]),
        ({"class_name": "__lambda__", "config": {"value": "4wEA"}}, [None]),
        ("no configuration", {}),
    ],
)
def test_values_and_functions(config, found):
    assert list(needed_objects(config)) == list(found)


def test_what_is_nested_without_end_is_left_out():
    config: dict[str, object] = layer("Deep", "mine", "pack>Deep")
    for _ in range(5000):
        config = {"inner": [config]}
    assert needed_objects(config) == {}


def test_who_provides_a_name():
    names = ("Dense", "Convolution2D", "adam", "Sequential", "mse", "Unknown")
    found = ["keras-layers", "keras-layers", "keras-optimizers", "keras-core", "keras-core", None]
    assert [provider_of(name) for name in names] == found
