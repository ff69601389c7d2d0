import importlib

import keras_layers
import pytest
from keras_core import layers
from keras_layers.catalogue import CATALOGUE


def test_every_public_name_is_in_the_catalogue():
    assert set(CATALOGUE) == set(keras_layers.__all__)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_name_leads_to_its_object(name):
    module, _, attribute = CATALOGUE[name].partition(":")
    found = getattr(importlib.import_module(module), attribute)
    assert found is getattr(keras_layers, name)
    assert found.__module__ == module
    assert found.__doc__


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Convolution2D", "Conv2D"),
        ("Deconvolution3D", "Conv3DTranspose"),
        ("MaxPool1D", "MaxPooling1D"),
        ("AvgPool3D", "AveragePooling3D"),
        ("GlobalMaxPool2D", "GlobalMaxPooling2D"),
        ("GlobalAvgPool1D", "GlobalAveragePooling1D"),
    ],
)
def test_aliases_are_the_same_class(alias, name):
    assert getattr(keras_layers, alias) is getattr(keras_layers, name)


def test_a_layer_is_found_by_its_class_name():
    layer = layers.deserialize({"class_name": "Dense", "config": {"units": 3}})
    assert type(layer) is keras_layers.Dense
    assert layers.serialize(layer)["module"] == "keras.layers"


def test_no_layer_has_the_shape_rule_of_another_call():
    found = [getattr(keras_layers, name) for name in dir(keras_layers)]
    assert [one for one in found if isinstance(one, type) and getattr(one, "_has_outdated_shape", False)] == []
