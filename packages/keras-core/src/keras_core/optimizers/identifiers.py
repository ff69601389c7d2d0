"""Optimizers by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from keras_core.identifiers import Identifiers, identifiers
from keras_core.optimizers.optimizer import Optimizer

OptimizerIdentifier: TypeAlias = Optimizer | type[Optimizer] | str | Mapping[str, Any] | None
"""What may stand for an optimizer: an optimizer, its class, a name or a config."""

_made: Identifiers[Optimizer | None] = identifiers(
    "optimizer",
    __name__,
    example="""
>>> from keras_core import optimizers
>>> optimizers.get(None) is None
True
""",
)
get, serialize, deserialize = _made
