"""What one save or one load knows."""

from __future__ import annotations

import warnings

import pytest
from keras_core.saving.custom_objects import find_custom
from keras_core.saving.save_scope import SaveScope, copying, current_save, loading, saving


def mine(x):
    return x


def test_an_object_met_twice_is_marked_as_shared():
    scope, obj, config = SaveScope(), object(), {"class_name": "X"}
    assert scope.shared(obj) is None
    scope.remember(obj, config)
    assert scope.shared(obj) == config and "shared_object_id" in config
    assert scope.shared(obj)["shared_object_id"] == config["shared_object_id"]


def test_names_that_are_taken_are_numbered():
    scope, other = SaveScope(), lambda x: x
    assert [scope.name_for("f", one) for one in (mine, other, mine)] == ["f", "f_1", "f"]


def test_a_save_warns_once_at_its_end():
    with pytest.warns(UserWarning) as caught, saving() as scope:
        with saving() as inner:
            assert inner is scope is current_save()
        scope.name_for("mine", mine)
        scope.incomplete.append("Half.get_config (missing units)")
        assert not caught
    (text,) = [str(one.message) for one in caught]
    assert "function 'mine'" in text and "Half.get_config (missing units)" in text
    assert current_save() is None


def test_a_failed_save_says_nothing_more():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(OSError), saving() as scope:
            scope.name_for("mine", mine)
            raise OSError


def test_a_copy_hands_out_the_names_instead():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with copying() as names:
            current_save().name_for("mine", mine)
    assert names == {"mine": mine}


def test_a_load_inside_another_belongs_to_it():
    with loading({"mine": mine}, compile=False) as outer:
        assert find_custom("mine") is mine and outer.compile is False
        with loading({"other": 1}, compile=True) as inner:
            assert inner is outer and find_custom("mine") is mine and find_custom("other") == 1
    assert find_custom("mine") is None
    with loading() as scope:
        assert scope.compile is True


def test_models_that_were_not_compiled_are_named_once_at_the_end():
    with pytest.warns(UserWarning) as caught, loading() as scope:
        scope.not_compiled["a"] = {"Adam": "keras-optimizers"}
        with loading() as inner:
            inner.not_compiled["b"] = {"Adam": "keras-optimizers", "MyLoss": "keras-more"}
    (text,) = [str(one.message) for one in caught]
    assert "Models 'a', 'b' was loaded" not in text and text.startswith("Models 'a', 'b' were loaded")
    assert "'Adam' of keras-optimizers and 'MyLoss' of keras-more" in text
    assert "keras-optimizers and keras-more are not installed" in text
    assert "pip install ./packages/keras-optimizers ./packages/keras-more" in text
