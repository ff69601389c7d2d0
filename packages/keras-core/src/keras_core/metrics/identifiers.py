"""Metrics by name, and back."""

from __future__ import annotations

from keras_core.identifiers import identifiers

get, serialize, deserialize = identifiers(
    "metric",
    __name__,
    example="""
>>> from keras_core import metrics
>>> metrics.get("mse") is metrics.mean_squared_error
True
""",
)
