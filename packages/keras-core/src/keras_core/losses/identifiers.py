"""Losses by name, and back."""

from __future__ import annotations

from keras_core.identifiers import identifiers

get, serialize, deserialize = identifiers(
    "loss",
    __name__,
    also="name",
    example="""
>>> from keras_core import losses
>>> losses.get("mse") is losses.mean_squared_error
True
""",
)
