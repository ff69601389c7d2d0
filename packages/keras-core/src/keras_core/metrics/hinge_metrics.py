"""Metrics of margins."""

from __future__ import annotations

from typing import Any

from keras_core.metrics.functions import categorical_hinge, hinge, squared_hinge
from keras_core.metrics.means import MeanMetricWrapper


class Hinge(MeanMetricWrapper):
    """Mean of `hinge` over all samples; see `Metric` for the arguments."""

    def __init__(self, name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """Mean of `squared_hinge` over all samples; see `Metric` for the arguments."""

    def __init__(self, name: str = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """Mean of `categorical_hinge` over all samples; see `Metric` for the arguments."""

    def __init__(self, name: str = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(categorical_hinge, name, dtype)
