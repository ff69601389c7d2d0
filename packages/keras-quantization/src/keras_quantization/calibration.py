"""What layers are given for data, by which GPTQ and AWQ round their weights."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops

from keras_quantization.einsum_axes import product_with
from keras_quantization.float_weight import FloatWeight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core import Layer, Model, Variable
    from keras_core.typing import Tensor

    from keras_quantization.calibrated_config import CalibratedConfig
    from keras_quantization.recipes import Recipe


class Statistics:
    """What is known of the inputs of a product: their products with each other, and their magnitudes.

    Attributes:
        hessian: (inputs, inputs), the sum of ``2 x x^T`` over all that were seen.
        magnitudes: (inputs,), the sum of the absolute values.
        count: how many were seen.
    """

    def __init__(self, size: int) -> None:
        self.hessian = np.zeros((size, size), np.float64)
        self.magnitudes = np.zeros(size, np.float64)
        self.count = 0

    def add(self, rows: np.ndarray) -> None:
        """Take account of inputs.

        Args:
            rows: array (samples, inputs).
        """
        rows = rows.astype(np.float64)
        self.hessian += 2 * rows.T @ rows
        self.magnitudes += np.abs(rows).sum(0)
        self.count += len(rows)


class WatchedWeight(FloatWeight):
    """A weight that notes what it is multiplied by.

    Args:
        weight: the variable.
        recipe: how it will be quantized.
        statistics: takes the notes.
    """

    def __init__(self, weight: Variable, recipe: Recipe, statistics: Statistics) -> None:
        super().__init__(weight)
        self.recipe = recipe
        self.statistics = statistics

    def computed(self, op: str, arguments: list[Any]) -> Any:
        """Note the other factor of a product, which the op then computes as always.

        Args:
            op: the op's name.
            arguments: all its arguments by position.
        """
        found = product_with(self, op, arguments)
        if found is not None:
            self._note(*found)
        return None

    def _note(self, inputs: Tensor, axes: tuple[str, str, str]) -> None:
        values = np.asarray(ops.convert_to_numpy(inputs)).astype("float32")
        start, letters, _ = axes
        summed = [letters[axis] for axis in self.recipe.summed]
        free = [letter for letter in start if letter not in summed]
        moved = np.transpose(values, [start.index(letter) for letter in (*free, *summed)])
        self.statistics.add(moved.reshape(-1, len(self.statistics.magnitudes)))


@contextmanager
def watched(weights: Sequence[tuple[Layer, Recipe, Statistics]]) -> Iterator[None]:
    """Let weights note what they are multiplied by.

    Args:
        weights: layers, recipes of one of their weights, and what takes the notes.
    """
    kept = [(layer, recipe.attribute, vars(layer)[recipe.attribute]) for layer, recipe, _ in weights]
    try:
        for layer, recipe, statistics in weights:
            vars(layer)[recipe.attribute] = WatchedWeight(vars(layer)[recipe.attribute], recipe, statistics)
        yield
    finally:
        for layer, attribute, weight in kept:
            vars(layer)[attribute] = weight


def calibration_batches(model: Model, config: CalibratedConfig) -> list[np.ndarray]:
    """The data of a config as the model takes them.

    Args:
        model: the model, with one input.
        config: has the data, and a tokenizer for strings.

    Raises:
        ValueError: if there are none, strings come without a tokenizer, or their shapes do not fit the model.
    """
    name = type(config).__name__
    if config.dataset is None:
        raise ValueError(f"{name}: quantizing needs data to calibrate: dataset is None. Give strings or arrays.")
    found: list[np.ndarray] = []
    for one in config.dataset:
        if len(found) == config.num_samples:
            break
        found.append(_as_array(one, config, name))
    if not found:
        raise ValueError(f"{name}: the dataset is empty: there is nothing to calibrate by.")
    inputs = getattr(model, "inputs", None)
    if inputs:
        wanted = tuple(inputs[0].shape)
        for index, one in enumerate(found):
            fits = len(one.shape) == len(wanted) and all(
                size in (None, own) for size, own in zip(wanted[1:], one.shape[1:], strict=True)
            )
            if not fits:
                raise ValueError(
                    f"{name}: sample {index} of the dataset has shape {one.shape}, and model {model.name!r} takes "
                    f"{wanted}. Give samples of that shape, with or without the batch."
                )
    return found


def _as_array(one: Any, config: CalibratedConfig, name: str) -> np.ndarray:
    if isinstance(one, str):
        if config.tokenizer is None:
            raise ValueError(f"{name}: the dataset has strings, and tokenizer is None. Give one, or arrays.")
        tokenize = getattr(config.tokenizer, "tokenize", config.tokenizer)
        one = np.asarray(ops.convert_to_numpy(tokenize(one))).reshape(1, -1)[:, : config.sequence_length]
    return np.asarray(ops.convert_to_numpy(one))
