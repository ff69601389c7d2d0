from __future__ import annotations

import pytest
from keras_core.backend.extension import BackendAttribute, add_attribute


class Thing:
    own = "its own"

    def __init__(self, backend_name: str) -> None:
        self.backend_name = backend_name
        self.name = "thing"


class Special(Thing):
    def twice(self) -> str:
        return "special " + super().twice()  # type: ignore[misc]


@pytest.fixture(autouse=True)
def _added():
    add_attribute(Thing, "twice", lambda thing: 2 * thing.backend_name, "left")
    add_attribute(Thing, "twice", lambda thing: "right, twice", "right")
    add_attribute(Thing, "size", property(lambda thing: len(thing.backend_name)), "left")
    add_attribute(Thing, "limit", 3, "left")
    yield
    for name in ("twice", "size", "limit"):
        delattr(Thing, name)


def test_an_instance_has_what_its_backend_adds() -> None:
    left, right = Thing("left"), Thing("right")
    assert (left.twice(), right.twice()) == ("leftleft", "right, twice")
    assert left.size == 4 and left.limit == 3
    assert isinstance(Thing.twice, BackendAttribute)


def test_instances_of_other_backends_say_whose_it_is() -> None:
    with pytest.raises(AttributeError, match=r"Thing 'thing' is on the 'right' backend and has no 'size': the 'left'"):
        Thing("right").size  # noqa: B018
    with pytest.raises(AttributeError, match=r"the 'left' or 'right' backend gives it"):
        Thing("third").twice()
    assert not hasattr(Thing("third"), "twice")


def test_subclasses_and_instances_may_have_their_own() -> None:
    assert Special("left").twice() == "special leftleft"
    thing = Thing("right")
    thing.size = "mine"
    assert thing.size == "mine"


def test_what_the_class_defines_is_not_replaced() -> None:
    with pytest.raises(TypeError, match="'left' backend adds 'own' to Thing, which has its own"):
        add_attribute(Thing, "own", 1, "left")
    assert Thing.own == "its own"
