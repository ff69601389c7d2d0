"""Activations by name, and back."""

from __future__ import annotations

from keras_core.activations.rectified import linear
from keras_core.identifiers import identifiers

get, serialize, deserialize = identifiers(
    "activation",
    __name__,
    example="""
>>> from keras_core import activations
>>> activations.get("relu") is activations.relu
True
""",
    notes="None means `linear`; a layer is returned as it is.",
    none=linear,
)
