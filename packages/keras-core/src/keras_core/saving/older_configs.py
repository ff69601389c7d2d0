"""Configs of older Keras: another package contributes how to read them, and how to write YAML."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Config

GROUP = "keras.legacy"
UPGRADE = "upgrade_config"
"""The entry point in that group that names a callable ``(config) -> config``."""

YAML = "model_to_yaml"
"""The entry point in that group that names a callable ``(model, **kwargs) -> str``."""


def in_todays_form(config: Config) -> Config:
    """A model's config; one of Keras 1 or 2, which says its version, as it is written today.

    Without a package that knows older configs it is returned as it is: most of Keras 2's are still understood.

    Args:
        config: the config.
    """
    upgrade = _contributed(UPGRADE) if "keras_version" in config else None
    return config if upgrade is None else upgrade(config)


def model_to_yaml(model: object, **kwargs: Any) -> str:
    """The architecture of a model as YAML.

    Args:
        model: the model.
        **kwargs: for the writer of YAML.

    Raises:
        ModuleNotFoundError: when no installed package writes YAML.
    """
    write = _contributed(YAML)
    if write is None:
        raise ModuleNotFoundError(
            "to_yaml() needs the package keras-legacy (pip install keras-legacy) and PyYAML. to_json() needs nothing."
        )
    text: str = write(model, **kwargs)
    return text


@cache
def _contributed(name: str) -> Callable[..., Any] | None:
    for point in entry_points(group=GROUP, name=name):
        found: Callable[..., Any] = point.load()
        return found
    return None
