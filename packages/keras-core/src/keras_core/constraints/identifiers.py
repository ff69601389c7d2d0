"""Constraints by name, and back."""

from __future__ import annotations

from keras_core.identifiers import identifiers

get, serialize, deserialize = identifiers(
    "constraint",
    __name__,
    example="""
>>> from keras_core import constraints
>>> constraints.get("max_norm").max_value
2
""",
)
