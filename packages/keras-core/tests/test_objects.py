"""The registry finds built-ins, catalogues and custom objects, and says what is missing."""

from __future__ import annotations

from types import SimpleNamespace

import keras_core
import pytest
from keras_core import Layer, activations, initializers, losses, objects, regularizers
from keras_core.saving import CustomObjectScope, get_custom_objects, register_keras_serializable


@pytest.fixture
def catalogues(monkeypatch):
    """Replace the installed distributions' catalogues by given ones: {distribution: {name: target}}."""

    def use(given):
        points = [
            SimpleNamespace(name=name, dist=SimpleNamespace(name=name), load=lambda found=found: found)
            for name, found in given.items()
        ]
        monkeypatch.setattr(objects.importlib.metadata, "entry_points", lambda group: points)
        objects._catalogues.cache_clear()
        objects._names_by_plain.cache_clear()

    yield use
    monkeypatch.undo()
    objects._catalogues.cache_clear()
    objects._names_by_plain.cache_clear()


def test_built_ins_by_exact_name_alias_and_other_spelling():
    assert objects.lookup("initializer", "GlorotUniform") is initializers.GlorotUniform
    assert objects.lookup("initializer", "glorot_uniform") is initializers.GlorotUniform
    assert objects.lookup("initializer", "normal") is initializers.RandomNormal
    assert objects.lookup("loss", "mse") is losses.mean_squared_error
    assert objects.lookup("activation", "relu") is activations.relu


def test_helpers_of_a_family_are_not_objects():
    for name in ("get", "serialize", "deserialize"):
        with pytest.raises(ValueError, match="Unknown loss"):
            objects.lookup("loss", name)


def test_a_name_of_another_kind_is_unknown():
    with pytest.raises(ValueError, match="Unknown regularizer 'GlorotUniform'"):
        objects.lookup("regularizer", "GlorotUniform")
    with pytest.raises(ValueError, match="Unknown activation 'Initializer'"):
        objects.lookup("activation", "Initializer")


def test_unknown_names_come_with_the_nearest():
    with pytest.raises(ValueError, match=r"Unknown initializer 'glorot_unifrom'. Did you mean '.*lorot.*niform'"):
        objects.lookup("initializer", "glorot_unifrom")
    with pytest.raises(ValueError, match="Did you mean 'mean_squared_error'"):
        objects.lookup("loss", "mean_square_error")
    with pytest.raises(ValueError, match="register_keras_serializable"):
        objects.lookup("layer", "NothingLikeThis")


def test_hints_import_no_package(catalogues):
    catalogues({"keras-backend-tf": {"TFSMLayer": "a_framework_that_is_missing:TFSMLayer"}})
    assert "Did you mean 'TFSMLayer' or 'Layer'?" in objects.unknown_message("layer", "TFSMLayr")
    assert "Did you mean" not in objects.unknown_message("optimizer", "TFSMLayr")


def test_missing_distribution_is_named_with_the_command(catalogues):
    catalogues({})
    with pytest.raises(ValueError) as error:
        objects.lookup("optimizer", "sgd")
    assert "Optimizer 'sgd' is provided by keras-optimizers, which is not installed" in str(error.value)
    assert "pip install ./packages/keras-optimizers" in str(error.value)
    with pytest.raises(ValueError, match="Layer 'MaxPool2D' is provided by keras-layers"):
        objects.lookup("layer", "MaxPool2D")


def test_installed_distribution_without_the_name_is_not_called_missing(catalogues):
    catalogues({"keras-layers": {"Flatten": "collections:OrderedDict"}})
    with pytest.raises(ValueError, match="Unknown layer 'Dense'"):
        objects.lookup("layer", "Dense")


def test_two_distributions_with_one_name_are_both_named(catalogues):
    target = "keras_core.layers:InputLayer"
    catalogues({"keras-layers": {"Thing": target}, "other-layers": {"Thing": target, "Mine": target}})
    with pytest.raises(ValueError, match="'Thing' is provided by two distributions, keras-layers and other-layers"):
        objects.lookup("layer", "Thing")
    assert objects.lookup("layer", "Mine") is keras_core.layers.InputLayer


def test_a_broken_catalogue_is_left_out_with_a_warning(catalogues, monkeypatch):
    def broken():
        raise ImportError("no such thing")

    points = [SimpleNamespace(name="bad", dist=SimpleNamespace(name="bad-layers"), load=broken)]
    catalogues({})
    monkeypatch.setattr(objects.importlib.metadata, "entry_points", lambda group: points)
    with pytest.warns(UserWarning, match="bad-layers"):
        assert objects.lookup("loss", "mse") is losses.mean_squared_error
        objects._catalogues()


def test_custom_objects_come_before_scopes_registered_and_built_in():
    given, scoped = (lambda x: x), (lambda x: x)
    with CustomObjectScope({"relu": scoped}):
        assert objects.lookup("activation", "relu") is scoped
        assert objects.lookup("activation", "relu", custom_objects={"relu": given}) is given
    assert objects.lookup("activation", "relu") is activations.relu


def test_public_name_is_the_inverse_of_lookup():
    for kind, module in (("initializer", initializers), ("loss", losses), ("regularizer", regularizers)):
        for name in module.__all__:
            obj = getattr(module, name)
            if name in ("get", "serialize", "deserialize") or not objects._is_of(kind, obj):
                continue
            found = objects.public_name(obj)
            assert found is not None
            assert objects.lookup(*found) is obj


class TestRegister:
    def test_by_full_name_and_by_own_name(self):
        @register_keras_serializable("registry_tests", name="Other")
        class Mine(Layer):
            pass

        assert objects.lookup("layer", "registry_tests>Other") is Mine
        assert objects.lookup("layer", "Other") is Mine
        assert objects.get_registered_name(Mine) == "registry_tests>Other"

    def test_own_name_that_two_packages_use_is_ambiguous(self):
        for package in ("registry_a", "registry_b"):
            register_keras_serializable(package, "twin")(lambda x: x)
        with pytest.raises(ValueError, match="Unknown activation 'twin'"):
            objects.lookup("activation", "twin")

    def test_class_without_get_config_is_refused(self):
        with pytest.raises(ValueError, match="Plain"):
            register_keras_serializable()(type("Plain", (), {}))

    def test_registering_again_replaces(self):
        first, second = (lambda x: x), (lambda x: x)
        register_keras_serializable("registry_tests", "again")(first)
        register_keras_serializable("registry_tests", "again")(second)
        assert objects.lookup("activation", "registry_tests>again") is second
        assert objects.get_registered_name(first) == "<lambda>"

    def test_the_mapping_may_be_changed(self):
        get_custom_objects()["registry_direct"] = activations.tanh
        try:
            assert objects.lookup("activation", "registry_direct") is activations.tanh
        finally:
            del get_custom_objects()["registry_direct"]
        with pytest.raises(ValueError, match="Unknown activation"):
            objects.lookup("activation", "registry_direct")
