"""Initializers by name, and back."""

from __future__ import annotations

from keras_core.identifiers import identifiers

get, serialize, deserialize = identifiers(
    "initializer",
    __name__,
    example="""
>>> from keras_core import initializers
>>> type(initializers.get("he_normal")).__name__
'HeNormal'
""",
    notes="""None stays None.

    An instance is returned as it is, so two weights of one shape that share an instance, seeded or not, start
    with equal values; give each its own (or a `clone()`).""",
)
