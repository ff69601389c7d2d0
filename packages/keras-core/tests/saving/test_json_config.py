"""A model's architecture as JSON, and back."""

from __future__ import annotations

import json

import pytest
from keras_core.saving import model_from_config, model_from_json, model_to_json


def test_round_trip_without_weights_and_training_state(toys):
    model = toys.functional()
    text = model_to_json(model, indent=2)
    config = json.loads(text)
    assert "\n  " in text and "compile_config" not in config and config["class_name"] == "Functional"
    again = model_from_json(text)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    assert [w.shape for w in again.weights] == [w.shape for w in model.weights]
    assert model.to_json() == model_to_json(model)


def test_custom_objects_are_passed(toys):
    class Mine(toys.Affine):
        pass

    from keras_core import Input, Sequential

    with pytest.warns(UserWarning, match="class 'Mine'"):
        text = Sequential([Input((2,)), Mine(3)]).to_json()
    with pytest.raises(ValueError, match="Mine"):
        model_from_json(text)
    assert type(model_from_json(text, {"Mine": Mine}).layers[0]) is Mine


@pytest.mark.parametrize("config", [[], {"class_name": "Sequential"}, "Sequential", None])
def test_what_is_no_config(config):
    with pytest.raises(ValueError, match=r"A model's config is a dict with 'class_name' and 'config'"):
        model_from_config(config)


def test_what_is_no_json():
    with pytest.raises(ValueError, match="The model's JSON is no valid JSON"):
        model_from_json("{")
