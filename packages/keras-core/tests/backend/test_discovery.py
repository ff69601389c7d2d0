from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import config
from keras_core.backend import BackendSpec, discovery

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Dist:
    name: str


class Point:
    """An entry point as importlib.metadata gives it."""

    group = discovery.GROUP

    def __init__(self, name: str, distribution: str, **spec: Any) -> None:
        self.name = name
        self.dist = Dist(distribution)
        self.value = f"{distribution}:SPEC"
        self._spec = BackendSpec(name, "no.module:BACKEND", **({"protocol": 1} | spec))

    def load(self) -> BackendSpec:
        return self._spec


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[list[Point]]:
    points: list[Point] = []
    monkeypatch.setattr(discovery, "entry_points", lambda group: points)
    monkeypatch.setattr(discovery, "_process_wide", None)
    monkeypatch.setattr(discovery, "_loaded", {})
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    caches = (discovery._installed, discovery._default, discovery._of_settings, config.keras_json)
    for cache in caches:
        cache.cache_clear()
    yield points
    for cache in caches:
        cache.cache_clear()


def test_the_highest_priority_that_trains_is_the_default(installed: list[Point]) -> None:
    installed += [
        Point("plain", "a", trains=False, priority=99),
        Point("low", "b", priority=1),
        Point("high", "c", priority=2),
    ]
    assert discovery.active_name() == "high"


def test_one_that_cannot_train_is_the_default_when_alone(installed: list[Point]) -> None:
    installed.append(Point("plain", "a", trains=False))
    assert discovery.active_name() == "plain"


def test_order_of_choice(installed: list[Point], monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    installed += [Point(n, n) for n in ("a", "b", "c", "d")]
    (tmp_path / "keras.json").write_text('{"backend": "a"}')
    assert discovery.active_name() == "a"
    monkeypatch.setenv("KERAS_BACKEND", "b")
    assert discovery.active_name() == "b"
    discovery.set_backend(backend="c")
    assert discovery.active_name() == "c"
    with discovery.use_backend("d"):
        assert discovery.active_name() == "d"
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(discovery.active_name()))
        thread.start()
        thread.join()
        assert seen == ["c"]
    assert discovery.active_name() == "c"


@pytest.mark.parametrize("provided", [True, False])
def test_a_file_of_settings_that_names_an_absent_backend_does_not_stop_those_that_are_there(
    installed: list[Point], tmp_path: Any, provided: bool
) -> None:
    installed.append(Point("other", "o"))
    name = next(name for name, dist in discovery._known().items() if bool(dist) is provided)
    (tmp_path / "keras.json").write_text(f'{{"backend": "{name}"}}')
    with pytest.warns(UserWarning, match=rf"keras.json names the backend '{name}', .*'other' is used.*KERAS_BACK"):
        assert discovery.active_name() == "other"
    assert discovery.active_name() == "other"  # and says so once


def test_a_file_of_settings_with_a_wrong_name_is_an_error(installed: list[Point], tmp_path: Any) -> None:
    installed.append(Point("cellular", "o"))
    (tmp_path / "keras.json").write_text('{"backend": "celular"}')
    with pytest.raises(ValueError, match=r"no backend called 'celular'.*Did you mean 'cellular'"):
        discovery.active()


def test_no_backend_lists_the_commands(installed: list[Point]) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No backend is installed") as error:
        discovery.active()
    assert "pip install ./packages/keras-backend-" in str(error.value)
    with discovery.use_backend(discovery.active_name()):
        assert discovery.active_name() == ""  # graphs are built without a backend


def test_a_missing_backend_tells_its_command(installed: list[Point]) -> None:
    installed.append(Point("other", "o"))
    known = next(name for name, dist in discovery._known().items() if dist)
    with pytest.raises(ModuleNotFoundError, match=f"The '{known}' backend is not installed.*pip install .*other"):
        discovery.set_backend(known)


def test_an_extinct_backend_says_so(installed: list[Point], monkeypatch: pytest.MonkeyPatch) -> None:
    installed.append(Point("other", "o"))
    extinct = next(name for name, dist in discovery._known().items() if dist is None)
    monkeypatch.setenv("KERAS_BACKEND", extinct)
    with pytest.raises(ValueError, match=f"'{extinct}' backend no longer exists.*Installed: other"):
        discovery.active()


def test_a_misspelt_backend_gets_the_nearest_name(installed: list[Point]) -> None:
    installed.append(Point("cellular", "o"))
    with pytest.raises(ValueError, match=r"no backend called 'celular'.*Did you mean 'cellular'"):
        discovery.set_backend("celular")
    assert discovery._process_wide is None


def test_two_distributions_with_one_name_are_both_named(installed: list[Point]) -> None:
    installed += [Point("same", "first-dist"), Point("same", "second-dist")]
    with pytest.raises(ValueError, match=r"first-dist and second-dist"):
        discovery.load("same")


def test_another_protocol_version_is_refused(installed: list[Point]) -> None:
    installed.append(Point("old", "o", protocol=0))
    with pytest.raises(RuntimeError, match=r"implements protocol 0"):
        discovery.load("old")


def test_an_incomplete_backend_lists_all_missing_ops(installed: list[Point], monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        name = "empty"
        ops: dict[str, Any] = {}

    import types

    module = types.ModuleType("empty_backend")
    module.BACKEND = Empty()  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "empty_backend", module)
    point = Point("empty", "e")
    point._spec = BackendSpec("empty", "empty_backend:BACKEND", 1)
    installed.append(point)
    with pytest.raises(RuntimeError, match=r"incomplete.*add.*matmul"):
        discovery.load("empty")


def test_plain_values_have_no_owner() -> None:
    assert discovery.owner(np.ones(2)) is None
    assert discovery.common_owner([1.0, np.ones(2), "text"]) is None


def test_a_near_name_is_said_once() -> None:
    name = discovery.active_name()
    with pytest.raises(ValueError, match=rf"Did you mean '{name}'\? "):
        discovery.spec(f"{name}s")


class Extending:
    """A backend that notes which classes it was asked to extend, and adds an attribute to each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.extended: list[type] = []

    def extend(self, core_type: type) -> dict[str, object]:
        self.extended.append(core_type)
        return {"whose": property(lambda instance: self.name)}


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """Classes to extend, in place of the core's."""

    class First:
        backend_name = "mine"

    class Second(First):
        backend_name = "other"

    monkeypatch.setattr(discovery, "_loaded", {})
    monkeypatch.setattr(discovery, "_extensible", [First])
    return [First, Second]


def test_variables_and_layers_are_extended_by_every_backend() -> None:
    assert [one.__name__ for one in discovery._extensible] == ["Variable", "Layer"]


def test_a_backend_extends_classes_when_it_is_registered(kinds: list[type]) -> None:
    backend = Extending("mine")
    discovery.register(backend)
    assert backend.extended == kinds[:1] and discovery.loaded("mine") is backend
    assert kinds[0]().whose == "mine"
    with pytest.raises(AttributeError, match="'mine' backend gives it"):
        kinds[1]().whose  # noqa: B018


def test_classes_that_come_later_are_extended_too(kinds: list[type]) -> None:
    class Later:
        backend_name = "mine"

    backend = Extending("mine")
    discovery.register(backend)
    discovery.register_extensible(Later)
    assert backend.extended == [kinds[0], Later] and Later().whose == "mine"


def test_adders_come_from_the_specs(monkeypatch: pytest.MonkeyPatch) -> None:
    specs = {
        "a": BackendSpec("a", "nowhere:A", 1, adds=frozenset({"parameters", "tune"})),
        "b": BackendSpec("b", "nowhere:B", 1, adds=frozenset({"tune"})),
    }
    monkeypatch.setattr(discovery, "_installed", lambda: {name: [None] for name in [*specs, "broken"]})
    monkeypatch.setattr(discovery, "spec", specs.__getitem__)
    assert discovery.adders.__wrapped__() == {"parameters": ["a"], "tune": ["a", "b"]}


def test_the_hook_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_loaded", {})
    discovery.register(Dist("plain"))
    assert discovery.loaded("plain") == Dist("plain")


def test_missing_primitives(backend_name: str) -> None:
    whole = discovery.load(backend_name)
    assert discovery.missing_primitives(whole) == []

    class Partial:
        ops = {name: op for name, op in whole.ops.items() if name not in ("add", "conv", "relu6")}

    assert discovery.missing_primitives(Partial()) == ["add", "conv"]
