"""Quantizing a model by what its layers are given for data."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, Any

from keras_quantization.awq import awq
from keras_quantization.awq_config import AWQConfig
from keras_quantization.calibration import Statistics, calibration_batches, watched
from keras_quantization.fake_weight import end_fake
from keras_quantization.gptq import gptq
from keras_quantization.gptq_config import GPTQConfig
from keras_quantization.policies import policy_of_name
from keras_quantization.preparation import add_grouped
from keras_quantization.recipes import recipes_of

if TYPE_CHECKING:
    import numpy as np
    from keras_core import Layer, Model

    from keras_quantization.calibrated_config import CalibratedConfig
    from keras_quantization.group_rounding import Rounded
    from keras_quantization.recipes import Recipe


def calibrate_model(model: Model, config: CalibratedConfig, fitting: list[Layer]) -> None:
    """Quantize layers of a model by GPTQ or AWQ.

    Blocks are quantized one after the other, each by what it is given when those before it are quantized.

    Args:
        model: the model.
        config: a `GPTQConfig` or `AWQConfig`.
        fitting: the layers that can be quantized.

    Raises:
        ValueError: for data that does not fit the model, and a layer that is given none of it.
    """
    batches = calibration_batches(model, config)
    blocks = _blocks(model, config, fitting)
    for layer in chain.from_iterable(blocks):
        end_fake(layer)
    for block in blocks:
        weights = [
            (layer, recipe, _statistics(layer, recipe)) for layer in block for recipe in recipes_of(layer, config.mode)
        ]
        with watched(weights):
            for batch in batches:
                model.call_uncompiled(batch, training=False)
        for layer, recipe, statistics in weights:
            if not statistics.count:
                raise ValueError(
                    f"Layer {layer.name!r} ({type(layer).__name__}) is given nothing when model {model.name!r} is "
                    "called on the data. Leave it out by filters."
                )
            policy: Any = policy_of_name(f"{config.policy_mode()}_from_{layer.dtype_policy.name}")

            def rounding(matrix: np.ndarray, statistics: Statistics = statistics) -> Rounded:
                return _rounded(matrix, statistics, config)

            add_grouped(layer, recipe, policy, rounding)
            for part in layer.weights:
                part.numpy()  # computed now, while the statistics are at hand
            layer.quantization_config = None
            layer.dtype_policy = policy


def _statistics(layer: Layer, recipe: Recipe) -> Statistics:
    shape = vars(layer)[recipe.attribute].shape
    return Statistics(math.prod(shape[axis] for axis in recipe.summed))


def _rounded(matrix: np.ndarray, statistics: Statistics, config: CalibratedConfig) -> Rounded:
    if isinstance(config, GPTQConfig):
        return gptq(matrix, statistics, config)
    assert isinstance(config, AWQConfig)
    return awq(matrix, statistics, config)


def _blocks(model: Model, config: CalibratedConfig, fitting: list[Layer]) -> list[list[Layer]]:
    structure = config.quantization_layer_structure or model.get_quantization_layer_structure(config.mode)
    if structure is None:
        return [[layer] for layer in fitting]
    chosen = set(map(id, fitting))
    blocks = [
        [one for one in block.flatten_layers() if id(one) in chosen] for block in structure.get("sequential_blocks", ())
    ]
    if not any(blocks):
        raise ValueError(
            f"{type(config).__name__}: quantization_layer_structure names no layer of model {model.name!r} in its "
            f"'sequential_blocks' that can be quantized to {config.mode!r}."
        )
    return [block for block in blocks if block]
