"""Settings that say what runs now."""

import pytest
from keras_core import backend, config
from keras_core.config import active, settings


def test_backend_is_the_name_of_the_active_one(backend_name):
    assert config.backend() == backend_name == backend.active_name()


def test_devices_of_one_type(backend_name):
    found = config.list_devices()
    assert "cpu:0" in config.list_devices("CPU") and set(config.list_devices("cpu")) <= set(found)


def test_without_a_backend_it_says_how_to_install_one(monkeypatch):
    monkeypatch.setattr(backend.discovery, "active_name", lambda: "")
    with pytest.raises(ModuleNotFoundError, match="No backend is installed"):
        config.backend()


def test_settings_are_attributes_of_the_package():
    assert {"floatx", "rng", "backend", "list_devices"} <= set(dir(config))


@pytest.mark.parametrize("first", ["enable", "load"])
def test_determinism_reaches_every_backend(monkeypatch, first):
    told = []

    class Plain:
        name = "plain"

    class Telling(Plain):
        name = "telling"

        def make_deterministic(self):
            told.append(1)

    monkeypatch.setattr(backend.discovery, "_loaded", {})
    monkeypatch.setattr(backend.discovery, "_extensible", [])
    monkeypatch.setattr(settings, "_settings", {})
    monkeypatch.setattr(active, "_settings", settings._settings)
    assert not config.is_determinism_enabled()
    if first == "enable":
        config.enable_determinism()
    backend.discovery.register(Plain())
    backend.discovery.register(Telling())
    assert bool(told) == (first == "enable")
    config.enable_determinism()
    assert told and config.is_determinism_enabled()
