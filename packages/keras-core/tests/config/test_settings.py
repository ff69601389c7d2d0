from __future__ import annotations

from pathlib import Path

import pytest
from keras_core import config
from keras_core.config import settings


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "_settings", {})
    config.keras_json.cache_clear()


@pytest.fixture(autouse=True, scope="module")
def restore():
    yield
    config.keras_json.cache_clear()


def test_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == ("float32", 1e-7, "channels_last")


def test_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for value in ("", None):
        monkeypatch.setenv("KERAS_HOME", value) if value is not None else monkeypatch.delenv("KERAS_HOME")
        assert settings.keras_home() == Path.home() / ".keras"
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert settings.keras_home() == Path.home() / "elsewhere"


def test_keras_json_is_read_and_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float64", "epsilon": 1e-5, "image_data_format": "channels_first"}'
    )
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == ("float64", 1e-5, "channels_first")
    config.set_floatx("float16")
    assert config.floatx() == "float16"
    assert "float64" in (tmp_path / "keras.json").read_text()


@pytest.mark.parametrize("text", ["not json", "[1]"])
def test_a_broken_keras_json_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "keras.json").write_text(text)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(ValueError, match=r"keras\.json"):
        config.floatx()


def test_unknown_values_are_refused() -> None:
    with pytest.raises(ValueError, match="floatx must be one of"):
        config.set_floatx("float31")
    with pytest.raises(ValueError, match="channels_first, channels_last"):
        config.set_image_data_format("channels_middle")
    assert config.standardize_data_format("channels_first") == "channels_first"
