"""Configs of older Keras, brought into today's form by a package that contributes this."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Config

GROUP = "keras.legacy"
ENTRY_POINT = "upgrade_config"
"""The entry point in that group that names a callable ``(config) -> config``."""


def in_todays_form(config: Config) -> Config:
    """A model's config; one of Keras 1 or 2, which says its version, as it is written today.

    Without a package that knows older configs it is returned as it is: most of Keras 2's are still understood.

    Args:
        config: the config.
    """
    upgrade = _upgrade() if "keras_version" in config else None
    return config if upgrade is None else upgrade(config)


@cache
def _upgrade() -> Callable[[Any], Config] | None:
    for point in entry_points(group=GROUP, name=ENTRY_POINT):
        found: Callable[[Any], Config] = point.load()
        return found
    return None
