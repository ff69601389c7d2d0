"""Quantizing layers and models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keras_quantization.awq_config import AWQConfig
from keras_quantization.calibrate import calibrate_model
from keras_quantization.calibrated_config import CalibratedConfig
from keras_quantization.fake_weight import FakeQuantizedWeight, end_fake
from keras_quantization.gptq_config import GPTQConfig
from keras_quantization.policies import policy_of_name
from keras_quantization.quantization_config import (
    Float8QuantizationConfig,
    Int4QuantizationConfig,
    Int8QuantizationConfig,
    QuantizationConfig,
)
from keras_quantization.recipes import classes_for, known_class, recipes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keras_core import Layer, Model

    Filters = str | Iterable[str] | Callable[[Layer], bool] | None

_CONFIGS: dict[str, type[QuantizationConfig]] = {
    "int8": Int8QuantizationConfig,
    "int4": Int4QuantizationConfig,
    "float8": Float8QuantizationConfig,
    "gptq": GPTQConfig,
    "awq": AWQConfig,
}


def quantize_layer(
    layer: Layer, mode: str | None = None, config: QuantizationConfig | None = None, type_check: bool = True
) -> None:
    """Quantize the weights of a layer, see `Layer.quantize`.

    Args:
        layer: a layer that is built.
        mode: "int8", "int4" or "float8"; None takes that of `config`. Defaults to None.
        config: how; None takes the mode's own. Defaults to None.
        type_check: whether a class that only derives from one that can be quantized is refused. Defaults to True.

    Raises:
        NotImplementedError: for a layer that cannot be quantized.
        ValueError: for an unknown mode, one that does not fit the config, and a layer that is not built or is
            quantized already.
    """
    config = checked_config(mode, config)
    name = _described(layer)
    if isinstance(config, CalibratedConfig):
        raise ValueError(f"{name}: {config.mode!r} needs what the layer is given in a model: call model.quantize().")
    recipes = recipes_of(layer, config.mode)
    if not recipes:
        raise NotImplementedError(
            f"{name} cannot be quantized to {config.mode!r}. What can: {classes_for(config.mode)}."
        )
    if type_check and type(layer).__name__ != known_class(layer):
        raise NotImplementedError(
            f"{name} derives from {known_class(layer)}, and its call() may do what quantization does not know of. "
            "Pass type_check=False if it multiplies by the weight alone."
        )
    if not layer.built:
        raise ValueError(f"{name} is not built: no weights to quantize. Call it on data before.")
    if layer.quantization_mode is not None:
        raise ValueError(f"{name} is quantized already, to {layer.dtype_policy.name!r}.")
    policy = policy_of_name(f"{config.policy_mode()}_from_{layer.dtype_policy.name}")
    end_fake(layer)
    layer.quantization_config = config
    layer.dtype_policy = policy
    policy.prepare(layer)


def quantize_model(
    model: Model,
    mode: str | None = None,
    config: QuantizationConfig | None = None,
    filters: Filters = None,
    type_check: bool = True,
) -> None:
    """Quantize the layers of a model, see `Model.quantize`.

    Args:
        model: a model that is built.
        mode: "int8", "int4", "float8", "gptq" or "awq"; None takes that of `config`. Defaults to None.
        config: how; None takes the mode's own, which "gptq" and "awq" have not. Defaults to None.
        filters: which layers. Defaults to None.
        type_check: whether classes that only derive from those that can be quantized are left out. Defaults to True.

    Raises:
        ValueError: if no layer can be quantized, see also `quantize_layer`.
    """
    config = checked_config(mode, config)
    fitting = _fitting(model, config, filters, type_check)
    if isinstance(config, CalibratedConfig):
        calibrate_model(model, config, fitting)
        return
    for layer in fitting:
        quantize_layer(layer, None, config, type_check)


def fake_quantize(
    model: Model, mode: str | None = None, config: QuantizationConfig | None = None, filters: Filters = None
) -> None:
    """Let a model compute as if it was quantized, and train it so: `quantize` then loses less.

    Weights stay floats, and files of the model are as before. Compile the model again, train it, and call
    `model.quantize` with the same mode or config.

    Args:
        model: a model that is built.
        mode: "int8" or "int4"; None takes that of `config`. Defaults to None.
        config: how; None takes the mode's own. Defaults to None.
        filters: which layers, as for `Model.quantize`. Defaults to None.

    Raises:
        ValueError: for another mode, and if no layer can be quantized.

    Reference: Jacob et al., 2018, https://arxiv.org/abs/1712.05877
    """
    config = checked_config(mode, config)
    if config.mode not in ("int8", "int4"):
        raise ValueError(f"fake_quantize() takes 'int8' or 'int4', got {config.mode!r}.")
    for layer in _fitting(model, config, filters, True):
        end_fake(layer)  # of another config
        for recipe in recipes_of(layer, config.mode):
            weight = vars(layer)[recipe.attribute]
            layer.replace_weight(recipe.attribute, FakeQuantizedWeight(weight, recipe, config), [weight])


def checked_config(mode: str | None, config: QuantizationConfig | None) -> QuantizationConfig:
    """The config of a mode.

    Args:
        mode: its name; None takes that of `config`.
        config: the argument; None takes the mode's own.

    Raises:
        ValueError: for an unknown mode, one that does not fit, and neither.
    """
    if config is not None and not isinstance(config, QuantizationConfig):
        raise ValueError(f"quantize(): config must be a QuantizationConfig, got {config!r}.")
    if mode is None and config is None:
        raise ValueError(f"quantize() needs a mode ({', '.join(map(repr, _CONFIGS))}) or a config.")
    if mode is not None and mode not in _CONFIGS:
        raise ValueError(f"quantize(): unknown mode {mode!r}. Known are {', '.join(map(repr, _CONFIGS))}.")
    if config is None:
        assert mode is not None
        if issubclass(_CONFIGS[mode], CalibratedConfig):
            raise ValueError(
                f"quantize(): {mode!r} needs data: give config=keras.quantizers.{_CONFIGS[mode].__name__}(...)."
            )
        return _CONFIGS[mode]()
    if mode not in (None, config.mode):
        raise ValueError(
            f"quantize(): mode is {mode!r} and config a {type(config).__name__}, which is for {config.mode!r}. "
            "Leave one of them out."
        )
    return config


def _fitting(model: Model, config: QuantizationConfig, filters: Filters, type_check: bool) -> list[Layer]:
    """The layers of a model that can be quantized.

    Raises:
        ValueError: if there are none.
    """
    if not model.built:
        raise ValueError(
            f"Model {model.name!r} is not built: there are no weights to quantize. Call it on data before."
        )
    chosen = [one for one in model.flatten_layers(include_self=False) if _passes(one, filters)]
    fitting = [
        one
        for one in chosen
        if recipes_of(one, config.mode)
        and one.built
        and one.quantization_mode is None
        and (not type_check or type(one).__name__ == known_class(one))
    ]
    if not fitting:
        there = ", ".join(dict.fromkeys(type(one).__name__ for one in chosen)) or "none"
        raise ValueError(
            f"Model {model.name!r} has no layer to quantize to {config.mode!r}. What can be quantized: "
            f"{classes_for(config.mode)}. Layers{' that pass the filters' if filters is not None else ''}: {there}."
        )
    return fitting


def _passes(layer: Layer, filters: Filters) -> bool:
    if filters is None:
        return True
    if callable(filters):
        return bool(filters(layer))
    patterns = [filters] if isinstance(filters, str) else filters
    return any(re.search(pattern, layer.path) for pattern in patterns)


def _described(layer: Layer) -> str:
    return f"Layer {layer.name!r} ({type(layer).__name__})"
