"""Functional: the model made from symbolic inputs and outputs."""

from __future__ import annotations

from typing import Any

from keras_core.models.model import Model


class Functional(Model):
    """What ``Model(inputs=..., outputs=...)`` makes; see `Model`."""

    def get_config(self) -> dict[str, Any]:
        from keras_core.saving.functional_config import functional_config

        return functional_config(self)
