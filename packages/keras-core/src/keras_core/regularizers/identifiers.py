"""Regularizers by name, and back."""

from __future__ import annotations

from keras_core.identifiers import identifiers
from keras_core.regularizers.norm import l1_l2

get, serialize, deserialize = identifiers(
    "regularizer",
    __name__,
    example="""
>>> from keras_core import regularizers
>>> regularizers.get("l2").l2
0.01
""",
    notes='None stays None; "l1_l2" has the factors 0.01 of Keras 2.',
    defaults={"l1_l2": l1_l2},
)
