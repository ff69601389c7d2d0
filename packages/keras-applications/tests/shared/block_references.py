"""Parts of an architecture computed by NumPy from the weights of a model, to compare the model with."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import KerasTensor, Model
from layer_references import convolve, convolve_channels


def with_random_weights(model: Model, until: str | None = None, seed: int = 0) -> Model:
    """The model, with other weights than it began with, moving averages too, as far as a layer if one is named."""
    draws = np.random.default_rng(seed)
    for variable in (model if until is None else Model(model.input, model.get_layer(until).output)).variables:
        if not variable.dtype.startswith("float"):
            continue
        scale = 1 / np.sqrt(max(1, np.prod(variable.shape[:-1])))
        drawn = draws.normal(size=variable.shape) * (scale if len(variable.shape) > 1 else 0.3)
        variable.assign((np.abs(drawn) + 0.5 if "variance" in variable.name else drawn).astype("float32"))
    return model


def values_at(model: Model, places: list[str | KerasTensor], x: np.ndarray) -> list[np.ndarray]:
    """The values, for `x`, of what layers of these names give and of these tensors of the graph."""
    tensors = [model.get_layer(place).output if isinstance(place, str) else place for place in places]
    part = Model(model.input, tensors)
    return [np.asarray(value, "float64") for value in part.predict(x, verbose=0)]


class BlockReference:
    """The layers of a model by NumPy, in channels_last.

    Args:
        model: the model that has the weights.
        epsilon: that of its batch normalizations.
    """

    def __init__(self, model: Model, epsilon: float = 1e-3) -> None:
        self.model, self.epsilon = model, epsilon

    def weights(self, name: str) -> list[np.ndarray]:
        return [np.asarray(value, "float64") for value in self.model.get_layer(name).get_weights()]

    def conv(self, name: str, x: np.ndarray, **options: Any) -> np.ndarray:
        kernel, *bias = self.weights(name)
        outputs = convolve(x, kernel, **options)
        return outputs + bias[0] if bias else outputs

    def depthwise(self, name: str, x: np.ndarray, **options: Any) -> np.ndarray:
        kernel, *bias = self.weights(name)
        outputs = convolve_channels(x, kernel, **options)
        return outputs + bias[0] if bias else outputs

    def channels(self, x: np.ndarray, kernel: np.ndarray, **options: Any) -> np.ndarray:
        """Each channel by itself."""
        return convolve_channels(x, kernel, **options)

    def norm(self, name: str, x: np.ndarray) -> np.ndarray:
        """Batch normalization by the moving averages; the weights are [gamma,] beta, mean, variance."""
        *gamma, beta, mean, variance = self.weights(name)
        scaled = (x - mean) / np.sqrt(variance + self.epsilon)
        return scaled * gamma[0] + beta if gamma else scaled + beta


def relu(x: np.ndarray, limit: float = np.inf) -> np.ndarray:
    return np.clip(x, 0, limit)


def padded(x: np.ndarray, before: int = 1, after: int | None = None) -> np.ndarray:
    """`x` with zeros around height and width."""
    sides = (before, before if after is None else after)
    return np.pad(x, ((0, 0), sides, sides, (0, 0)))


def pictures(size: int = 32, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(1, size, size, 3)).astype("float32")
