"""Optimizers by name, and back."""

from __future__ import annotations

from keras_core.identifiers import Identifiers, identifiers
from keras_core.optimizers.optimizer import Optimizer

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
