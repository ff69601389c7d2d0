"""Configs of older Keras go to the package that knows them."""

from types import SimpleNamespace

import pytest
from keras_core.saving import model_from_json, model_to_json, older_configs


@pytest.fixture
def contributed(monkeypatch):
    def add(*functions):
        points = [SimpleNamespace(load=lambda function=function: function) for function in functions]
        monkeypatch.setattr(older_configs, "entry_points", lambda group, name: points)
        older_configs._contributed.cache_clear()

    yield add
    monkeypatch.undo()
    older_configs._contributed.cache_clear()


def test_only_a_config_that_says_its_version_is_upgraded(toys, contributed):
    seen = []
    contributed(lambda config: seen.append(config) or {**config, "class_name": "Sequential"})
    text = model_to_json(toys.sequential())
    model_from_json(text)
    assert not seen
    old = text.replace('"class_name": "Sequential"', '"keras_version": "1.0", "class_name": "Old"', 1)
    assert model_from_json(old).layers[0].name == "first"
    assert seen[0]["class_name"] == "Old"


def test_without_such_a_package_the_config_is_read_as_it_is(toys, contributed):
    contributed()
    text = model_to_json(toys.sequential()).replace("{", '{"keras_version": "2.3.1", ', 1)
    assert model_from_json(text).name == "stack"


def test_yaml_is_written_by_the_package_that_can(toys, contributed):
    contributed(lambda model, **kwargs: f"{model.name} {kwargs}")
    assert toys.sequential().to_yaml(indent=2) == "stack {'indent': 2}"
    contributed()
    with pytest.raises(ModuleNotFoundError, match="needs the package keras-legacy"):
        toys.sequential().to_yaml()
