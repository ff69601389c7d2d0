"""Settings that say what runs now."""

import pytest
from keras_core import backend, config


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
