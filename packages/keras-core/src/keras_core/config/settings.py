"""The settings themselves; none of them needs a backend."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_FORMATS = ("channels_first", "channels_last")
#: What the switches of `keras.config` were set to.
_settings: dict[str, Any] = {}


def keras_home() -> Path:
    """The folder of settings and downloads: KERAS_HOME or ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()


@lru_cache(maxsize=1)
def keras_json() -> dict[str, Any]:
    """The contents of keras.json in KERAS_HOME or ~/.keras; {} when there is none. Never written."""
    path = keras_home() / "keras.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ValueError(f"The settings file {path} cannot be read as JSON: {error}. Correct or delete it.") from error
    if not isinstance(found, dict):
        raise ValueError(f"The settings file {path} must hold a JSON object, got {type(found).__name__}.")
    return found


def _get(name: str, default: Any) -> Any:
    return _settings[name] if name in _settings else keras_json().get(name, default)


def floatx() -> str:
    """Default float dtype of weights and inputs: "float32" unless set.

    Example:
        >>> floatx()
        'float32'
    """
    return str(_get("floatx", "float32"))


def set_floatx(value: str) -> None:
    """Set the default float dtype.

    Raises:
        ValueError: for anything but "float16", "bfloat16", "float32", "float64".
    """
    _settings["floatx"] = _one_of("floatx", value, _FLOATS)


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite, 1e-7 unless set."""
    return float(_get("epsilon", 1e-7))


def set_epsilon(value: float) -> None:
    """Set the small number of `epsilon()`."""
    _settings["epsilon"] = float(value)


def image_data_format() -> str:
    """Where images have their channels: "channels_last" unless set."""
    return str(_get("image_data_format", "channels_last"))


def set_image_data_format(data_format: str) -> None:
    """Set where images have their channels: "channels_first" or "channels_last"."""
    _settings["image_data_format"] = _one_of("image_data_format", data_format, _FORMATS)


def standardize_data_format(data_format: str | None) -> str:
    """`data_format`, or the configured one for None.

    Raises:
        ValueError: for any other string.
    """
    return image_data_format() if data_format is None else _one_of("data_format", data_format, _FORMATS)


def check_numerics() -> bool:
    """Whether arrays given to fit, evaluate and predict are searched for NaN and infinities; False unless set."""
    return bool(_get("check_numerics", False))


def set_check_numerics(value: bool) -> None:
    """Let arrays given to fit, evaluate and predict be searched for NaN and infinities before they are used."""
    _settings["check_numerics"] = bool(value)


def determinism() -> bool:
    """Whether kernels that give other bits in every run are ruled out; False unless set."""
    return bool(_settings.get("determinism", False))


def rng() -> str:
    """Who draws random numbers: "native" (the backend) unless set, or "portable"."""
    return str(_get("rng", "native"))


def set_rng(name: str) -> None:
    """Choose who draws random numbers in `keras.random`, Dropout and the like.

    Args:
        name: "native", the backend's own generator, which is the fastest and draws other numbers than another
            backend's; or "portable", a generator written in ops that draws the same on every backend.

    Raises:
        ValueError: for anything else.
    """
    _settings["rng"] = _one_of("rng", name, ("native", "portable"))


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    text = str(value).lower()
    if text not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}.")
    return text
