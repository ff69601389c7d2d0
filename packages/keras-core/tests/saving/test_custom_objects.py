"""Names that the user gives, for the process, for a scope, or for one call."""

from __future__ import annotations

import pytest
from keras_core.saving import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from keras_core.saving.custom_objects import find_custom, known_mappings, register


@pytest.fixture(autouse=True)
def _restored():
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    for name, obj in before.items():
        register(name, obj)


def test_a_registered_function_has_its_full_name():
    @register_keras_serializable("mine", name="halve")
    def half(x):
        return x / 2

    assert get_registered_name(half) == "mine>halve"
    assert get_registered_object("mine>halve") is half and find_custom("halve") is half
    assert get_registered_name(len) == "len" and find_custom("len") is None


def test_a_class_needs_get_config():
    with pytest.raises(ValueError, match="Cannot register class Bare: it has no method `get_config`"):

        @register_keras_serializable("mine")
        class Bare:
            pass


def test_a_short_name_that_two_packages_have_stands_for_none():
    for package in ("one", "two"):
        register_keras_serializable(package, name="same")(lambda x: x)
    assert find_custom("same") is None
    assert find_custom("one>same") is not find_custom("two>same")


def test_a_new_registration_replaces_the_old():
    def first(x):
        return x

    def second(x):
        return x

    register("mine>it", first)
    register("mine>it", second)
    assert get_custom_objects()["mine>it"] is second and get_registered_name(first) == "first"
    register("mine>again", second)
    assert "mine>it" not in get_custom_objects() and get_registered_name(second) == "mine>again"


def test_scopes_nest_and_what_is_passed_comes_first():
    assert custom_object_scope is CustomObjectScope
    with CustomObjectScope({"f": 1, "g": 1}, {"h": 1}), CustomObjectScope({"f": 2}):
        assert [find_custom(name) for name in "fgh"] == [2, 1, 1]
        assert find_custom("f", {"f": 3}) == 3
        assert len(list(known_mappings({"f": 3}))) == 4
    assert find_custom("f") is None
    assert get_registered_object("f", module_objects={"f": 4}) == 4
