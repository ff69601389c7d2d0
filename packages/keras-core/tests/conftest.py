"""A small compiled model, and what its training is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def compiled() -> Callable[..., Sequential]:
    """Makes a model of one affine layer, three features in; kernel 1, bias 0, so that its output is their sum."""

    def make(loss: Any = "mse", units: int = 1, rate: float = 0.1, **arguments: Any) -> Sequential:
        model = Sequential([Input((3,), name="features"), Affine(units, name="out")], name="net")
        model.set_weights([np.ones((3, units)), np.zeros(units)])
        model.compile(Descent(rate), loss, **arguments)
        return model

    return make


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    """Eight rows of three features, and targets of one."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(8, 3)).astype("float32"), rng.normal(size=(8, 1)).astype("float32")
