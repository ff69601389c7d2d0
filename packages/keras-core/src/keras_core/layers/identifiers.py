"""Layers by name, and back."""

from __future__ import annotations

from keras_core.identifiers import identifiers

get, serialize, deserialize = identifiers(
    "layer",
    __name__,
    example="""
>>> from keras_core import layers
>>> layers.get({"class_name": "InputLayer", "config": {"batch_shape": [None, 3]}}).batch_shape
(None, 3)
""",
)
