"""Configs as Keras 1, Keras 2 and tf.keras wrote them, in the form that is read today.

What a layer's arguments were called is known to the layers. Here is the rest: what classes were called, what stood in
the places of objects, and defaults that were not written.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keras_core.saving import FileFormatError, get_registered_name

from keras_legacy.backend.neural import hard_sigmoid
from keras_legacy.hdf5.layout import Origin
from keras_legacy.hdf5.merged_branches import as_functional, begins_with_merge

Config = dict[str, Any]

_CLASSES = {"Policy": "DTypePolicy", "PolicyV1": "DTypePolicy"}
# Keras 1's modes of Merge: the layer that does it now, and what its arguments were called.
_MERGING: dict[str, tuple[str, dict[str, str]]] = {
    "sum": ("Add", {}),
    "mul": ("Multiply", {}),
    "ave": ("Average", {}),
    "max": ("Maximum", {}),
    "concat": ("Concatenate", {"axis": "concat_axis"}),
    "dot": ("Dot", {"axes": "dot_axes"}),
    "cos": ("Dot", {"axes": "dot_axes"}),
}
# Arguments that said how to compute and not what, or that repeat what is said otherwise.
_DROPPED_OF_OPTIMIZERS = ("jit_compile", "is_legacy_optimizer", "schedule_decay")


def upgraded(config: Any, origin: Origin) -> Any:
    """A model's config in today's form.

    Args:
        config: the config, or any part of it.
        origin: who wrote it.
    """
    if isinstance(config, (list, tuple)):
        return [upgraded(one, origin) for one in config]
    if not isinstance(config, Mapping):
        return config
    if origin.version < (2, 0) and begins_with_merge(config):
        config = as_functional(dict(config))
    found = {key: upgraded(value, origin) for key, value in config.items()}
    if origin.version < (3, 0):
        found = {key: _activation(value) if key.endswith("activation") else value for key, value in found.items()}
    if "class_name" in found and "config" in found:
        return _upgraded_object(found, origin)
    return _keras_1_object(found) if origin.version < (2, 0) else found


def upgraded_config(config: Mapping[str, Any]) -> Config:
    """A model's config in today's form, from one that says which Keras wrote it, as `to_json()` of Keras 1 and 2 did.

    Args:
        config: the config, with `keras_version`; with `compile_config` where it is of a `.keras` file.
    """
    apart = ("keras_version", "backend", "compile_config")
    origin = Origin.told(config.get("keras_version"), config.get("backend"))
    found: Config = upgraded({key: value for key, value in config.items() if key not in apart}, origin)
    training = config.get("compile_config")
    if isinstance(training, Mapping):
        known = upgraded_training({**training, "optimizer_config": training.get("optimizer")}, [], origin)
        training = {**training, **known}
    return found if "compile_config" not in config else {**found, "compile_config": training}


def _upgraded_object(found: Config, origin: Origin) -> Config:
    class_name, config = found["class_name"], found["config"]
    found["class_name"] = _CLASSES.get(class_name, class_name) if isinstance(class_name, str) else class_name
    if found["class_name"] != class_name:
        found.pop("module", None)
    if ".src.engine." in str(found.get("module")):  # where tf.keras 2.12 and later defined its models
        found.pop("module")
        if found.get("registered_name") == class_name:
            found.pop("registered_name")
    if not isinstance(config, dict):
        return found
    if class_name == "Merge" and origin.version < (2, 0):
        return _merging_layer(found)
    if "input_layers" in config and isinstance(config.get("layers"), list):
        _count_calls_from_0(config)
    _upgrade_arguments(class_name, config, origin)
    return found


def _upgrade_arguments(class_name: str, config: Config, origin: Origin) -> None:
    """Bring the arguments of a layer into today's form, in place."""
    if config.get("time_major") is False:
        config.pop("time_major")
    config.pop("rng_type", None)  # which generator a layer drew from
    if class_name == "MultiHeadAttention":  # shapes that it was built for
        for key in ("query_shape", "key_shape", "value_shape", "softmax_robust_masking"):
            config.pop(key, None)
    if class_name in ("TextVectorization", "IntegerLookup", "StringLookup"):
        config.pop("dtype", None)  # of its inputs or outputs, which follow from other arguments
    if class_name in ("GRU", "GRUCell") and origin.version < (2, 4):
        config.setdefault("reset_after", False)
    if class_name in ("BatchNormalization", "LayerNormalization", "SyncBatchNormalization"):
        axis = config.get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            config["axis"] = axis[0]


def _merging_layer(found: Config) -> Config:
    """Keras 1's Merge of tensors as the layer that does what its mode says."""
    config, mode = found["config"], found["config"].get("mode")
    if not isinstance(mode, str) or mode not in _MERGING or config.get("mode_type", "raw") != "raw":
        raise FileFormatError(
            f"The layer '{config.get('name')}' is a Merge of Keras 1 with mode={mode!r:.60}, which is read for "
            f"{', '.join(_MERGING)}; code in a file is never run."
        )
    if config.get("layers"):
        raise FileFormatError(
            f"The layer '{config.get('name')}' is a Merge of Keras 1 with layers of its own, which is read as the "
            "first layer of a Sequential alone: make the model as a functional one and call load_weights()."
        )
    class_name, arguments = _MERGING[mode]
    own = {key: config[key] for key in ("name", "trainable") if key in config}
    own |= {new: config[old] for new, old in arguments.items() if old in config}
    if class_name == "Dot":
        own = {"axes": -1, "normalize": mode == "cos", **own}
    return {**found, "class_name": class_name, "config": own}


def _activation(name: Any) -> Any:
    """Keras 2's hard_sigmoid is another function than Keras 3's."""
    if name != "hard_sigmoid":
        return name
    return {"module": "builtins", "class_name": "function", "config": get_registered_name(hard_sigmoid)}


def _count_calls_from_0(config: Config) -> None:
    """In a functional model's config, count the calls of models in it from 0.

    Their own graph was their call 0 in Keras 2, unless they had no input yet; then some tensor is of call 0.
    """
    refs = refs_to_models(config)
    from_0 = {ref[0] for ref in refs if ref[1] == 0}
    for ref in refs:
        if ref[0] not in from_0:
            ref[1] -= 1


def refs_to_models(config: Config) -> list[list[Any]]:
    """The references to tensors that models inside a functional model give: name, number of the call, of the output."""
    entries = [entry for entry in config["layers"] if isinstance(entry, dict)]
    models = [
        entry.get("name") for entry in entries if isinstance(entry.get("config"), dict) and "layers" in entry["config"]
    ]
    calls = [entry.get("inbound_nodes") for entry in entries]
    found = _refs([calls, config.get("input_layers"), config.get("output_layers")])
    return [ref for ref in found if ref[0] in models]


def _refs(nodes: Any) -> Iterator[list[Any]]:
    """The references to tensors in nested lists and dicts: name, number of the call, number of the output."""
    if isinstance(nodes, dict):
        nodes = list(nodes.values())
    if not isinstance(nodes, list):
        return
    if len(nodes) >= 3 and isinstance(nodes[0], str) and all(type(number) is int for number in nodes[1:3]):
        yield nodes
        nodes = nodes[3:]
    for node in nodes:
        yield from _refs(node)


def _keras_1_object(found: Config) -> Config:
    """A regularizer or constraint of Keras 1, whose class stood among its arguments."""
    name = found.get("name")
    if name in ("WeightRegularizer", "L1L2Regularizer"):
        return {"class_name": "L1L2", "config": {key: found.get(key) or 0.0 for key in ("l1", "l2")}}
    if name in ("MaxNorm", "NonNeg", "UnitNorm"):
        arguments = {"m": "max_value", "axis": "axis"}
        return {"class_name": name, "config": {arguments[key]: found[key] for key in arguments if key in found}}
    return found


# --- compile --------------------------------------------------------------------------------------


def upgraded_training(config: Mapping[str, Any], outputs: list[str], origin: Origin) -> Config:
    """The arguments of `compile()` from what a file calls `training_config`.

    Args:
        config: the training config.
        outputs: the names of the model's outputs.
        origin: who wrote it.
    """
    known = {key: upgraded(config.get(key), origin) for key in ("loss", "metrics", "loss_weights", "weighted_metrics")}
    optimizer = upgraded(config.get("optimizer_config", "rmsprop"), origin)
    if isinstance(optimizer, dict) and isinstance(optimizer.get("config"), dict):
        optimizer = _optimizer(optimizer)
    for key in ("metrics", "weighted_metrics"):
        known[key] = _metrics(known[key], outputs)
    return {"optimizer": optimizer, **known, "loss": _everywhere(_loss, known["loss"])}


def _optimizer(config: Config) -> Config:
    arguments = {key: value for key, value in config["config"].items() if key not in _DROPPED_OF_OPTIMIZERS}
    name = str(config["class_name"]).removeprefix("Custom>")
    inner = arguments.pop("optimizer", arguments.get("inner_optimizer"))
    if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
        arguments = {key: arguments[key] for key in ("initial_scale", "dynamic_growth_steps") if key in arguments}
        arguments["inner_optimizer"] = _optimizer(inner)
        name = "LossScaleOptimizer"
    return {"class_name": name, "config": arguments, "module": "keras.optimizers"}


def _metrics(metrics: Any, outputs: list[str]) -> Any:
    """Metrics, whose names began with those of their outputs where there are several."""
    metrics = _everywhere(_metric, metrics)
    if not (isinstance(metrics, list) and len(outputs) > 1 and len(metrics) == len(outputs)):
        return metrics
    return [
        _everywhere(functools.partial(_without_start, f"{output}_"), of_output)
        for output, of_output in zip(outputs, metrics, strict=True)
    ]


def _metric(metric: Config) -> Config:
    config = dict(metric["config"])
    function = config.pop("fn", None)
    if metric["class_name"] == "MeanMetricWrapper":
        named = {"class_name": "function", "config": function, "module": "builtins"}
        config["fn"] = named if isinstance(function, str) else function
    return {**metric, "config": config, "module": "keras.metrics"}


def _without_start(start: str, metric: Config) -> Config:
    name = metric["config"].get("name")
    if isinstance(name, str) and name.startswith(start):
        return {**metric, "config": {**metric["config"], "name": name.removeprefix(start)}}
    return metric


def _loss(loss: Config) -> Config:
    config = dict(loss["config"])
    if config.get("reduction") == "auto":
        config["reduction"] = "sum_over_batch_size"
    if loss["class_name"] != "LossFunctionWrapper":
        config.pop("fn", None)
    return {**loss, "config": config, "module": "keras.losses"}


def _everywhere(function: Callable[[Config], Any], config: Any) -> Any:
    """The config with each object's config in it replaced by what the function gives for it."""
    if isinstance(config, list):
        return [_everywhere(function, one) for one in config]
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str) and isinstance(config.get("config"), dict):
            return function(config)
        return {key: _everywhere(function, value) for key, value in config.items()}
    return config
