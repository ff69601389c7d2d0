"""Quantized models that this Keras and upstream exchange, made of either's layers."""

from __future__ import annotations

from typing import Any

import numpy as np

MODES = {"int8": {}, "int4": {"block_size": 4}, "int4_channels": {"block_size": -1}}
BY_DATA = {
    "gptq": {"weight_bits": 4, "group_size": 4},
    "gptq_channels": {"weight_bits": 8, "group_size": -1},
    "gptq_ordered": {"weight_bits": 4, "group_size": 2, "activation_order": True},
    "awq": {"group_size": 4},
    "awq_channels": {"group_size": -1},
}
EQUATIONS = {
    "query": ("btd,dnh->btnh", (None, 2, 4), (5, 6), "nh"),
    "output": ("btnh,nhd->btd", (None, 6), (5, 2, 3), "d"),
    "turned": ("abc,dc->abd", (None, 5), (5, 6), None),
    "batched": ("bnd,ndh->bnh", (2, 3), (2, 6), None),
    "moved": ("bsd,hkd->bksh", (3, 5, 2), (5, 6), None),
}
NAMES = ("dense", "wide", *EQUATIONS, "embedding", "reversible", "untied")
OF_TOKENS = ("tokens_dense", "tokens_query")


def made(keras: Any, name: str) -> Any:
    """A model in floats.

    Args:
        keras: the module of either side.
        name: one of `NAMES` or `OF_TOKENS`.
    """
    layers = keras.layers
    keras.utils.set_random_seed(3)
    if name in OF_TOKENS:
        x = keras.Input((5,), dtype="int32")
        y = layers.Embedding(10, 6)(x)
        if name == "tokens_dense":
            y = layers.Dense(3, activation="tanh")(layers.Dense(5, activation="relu")(y))
        else:
            equation, shape, _, bias = EQUATIONS["query"]
            y = layers.EinsumDense(equation, shape, bias_axes=bias)(y)
        return keras.Model(x, y)
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
        name: one of `NAMES`, or of `OF_TOKENS`.
        mode: one of `MODES` or "float8", or of `BY_DATA`.
    """
    model = made(keras, name)
    kind = mode.partition("_")[0]
    if mode in BY_DATA:
        # Upstream's blocks, given by the config, cannot be saved.
        blocks = {"pre_block_layers": model.layers[1:2], "sequential_blocks": model.layers[2:]}
        model.get_quantization_layer_structure = lambda mode: blocks
        data = list(np.random.default_rng(1).integers(0, 10, (8, 1, 5)))
        config = {"gptq": keras.quantizers.GPTQConfig, "awq": keras.quantizers.AWQConfig}[kind]
        model.quantize(kind, config=config(data, lambda x: x, num_samples=8, sequence_length=5, **BY_DATA[mode]))
        return model
    config = {
        "int8": keras.quantizers.Int8QuantizationConfig,
        "int4": keras.quantizers.Int4QuantizationConfig,
        "float8": keras.quantizers.Float8QuantizationConfig,
    }[kind]
    model.quantize(kind, config=config(**MODES.get(mode, {})))
    return model


def exchanged() -> list[tuple[str, str]]:
    """Pairs of a name and a mode whose files go both ways."""
    return [(name, mode) for name in NAMES for mode in MODES] + [("dense", "float8"), ("query", "float8")]


def given() -> list[tuple[str, str]]:
    """Pairs of a name and a mode whose files upstream reads, while its own lack an array."""
    return [("tokens_query", mode) for mode in ("gptq", "awq")] + [("tokens_dense", mode) for mode in BY_DATA]
