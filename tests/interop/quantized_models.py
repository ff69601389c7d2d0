"""Quantized models that this Keras and upstream exchange, made of either's layers."""

from __future__ import annotations

from typing import Any

import numpy as np

MODES = {"int8": {}, "int4": {"block_size": 4}, "int4_channels": {"block_size": -1}}
EQUATIONS = {
    "query": ("btd,dnh->btnh", (None, 2, 4), (5, 6), "nh"),
    "output": ("btnh,nhd->btd", (None, 6), (5, 2, 3), "d"),
    "turned": ("abc,dc->abd", (None, 5), (5, 6), None),
    "batched": ("bnd,ndh->bnh", (2, 3), (2, 6), None),
    "moved": ("bsd,hkd->bksh", (3, 5, 2), (5, 6), None),
}
NAMES = ("dense", "wide", *EQUATIONS, "embedding", "reversible", "untied")


def made(keras: Any, name: str) -> Any:
    """A model in floats.

    Args:
        keras: the module of either side.
        name: one of `NAMES`.
    """
    layers = keras.layers
    keras.utils.set_random_seed(3)
    if name in ("embedding", "reversible", "untied"):
        x = keras.Input((4,), dtype="int32")
        if name == "embedding":
            return keras.Model(x, layers.Embedding(10, 7)(x))
        layer = layers.ReversibleEmbedding(10, 7, tie_weights=name == "reversible")
        return keras.Model(x, layer(layer(x), reverse=True))
    if name in EQUATIONS:
        equation, shape, given, bias = EQUATIONS[name]
        x = keras.Input(given)
        return keras.Model(x, layers.EinsumDense(equation, shape, bias_axes=bias)(x))
    x = keras.Input((300 if name == "wide" else 6,))
    return keras.Model(x, layers.Dense(3, activation="tanh")(layers.Dense(5, activation="relu")(x)))


def inputs(model: Any) -> np.ndarray:
    """Fixed data for a model."""
    rng = np.random.default_rng(0)
    shape = (3, *model.inputs[0].shape[1:])
    return rng.integers(0, 10, shape) if "int" in str(model.inputs[0].dtype) else rng.normal(size=shape).astype("f4")


def quantized(keras: Any, name: str, mode: str) -> Any:
    """The model of a name, quantized.

    Args:
        keras: the module of either side.
        name: one of `NAMES`.
        mode: one of `MODES`.
    """
    model = made(keras, name)
    kind = mode.partition("_")[0]
    config = {"int8": "Int8QuantizationConfig", "int4": "Int4QuantizationConfig"}[kind]
    model.quantize(kind, config=getattr(keras.quantizers, config)(**MODES[mode]))
    return model


def exchanged() -> list[tuple[str, str]]:
    """Pairs of a name and a mode."""
    return [(name, mode) for name in NAMES for mode in MODES]
