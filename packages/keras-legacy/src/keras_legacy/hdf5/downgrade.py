"""Configs of today as tf.keras 2.15 wrote them, which Keras 3 reads too.

What Keras 2 has no form for, such as an op between layers, keeps that of Keras 3.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_core.saving import get_registered_name

from keras_legacy.backend.neural import hard_sigmoid
from keras_legacy.hdf5.upgrade import refs_to_models

if TYPE_CHECKING:
    from keras_core import Model

Config = dict[str, Any]

# Arguments that layers of Keras 2 do not have: class, or "*" for all, to argument and the value that may be left out.
_UNKNOWN: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("unknown_arguments.toml").read_text("utf-8")
)


# Layers of Keras 3 alone whose class has another name there, by which its reader of these files looks them up.
_RENAMED = {"GroupQueryAttention": "GroupedQueryAttention"}


def downgraded_model(model: Model, config: Mapping[str, Any]) -> Config:
    """The config of a model in the form of tf.keras 2.15.

    Args:
        model: the model.
        config: its config in today's form, with class and module.
    """
    layers = {layer.name: layer for layer in model.layers}
    if config["class_name"] == "Sequential" and "layers" in config["config"]:
        found = _downgraded_object({**config, "config": {**config["config"], "layers": []}})
        entries = config["config"]["layers"]
        found["config"]["layers"] = [_nested(entry, layers.get(entry["config"].get("name"))) for entry in entries]
        return found
    if "input_layers" not in config["config"]:
        found = _downgraded_object(config)
        if config["class_name"] != "Sequential" and config.get("build_config") is not None:
            found["build_config"] = config["build_config"]  # by which a subclassed model is built when it is read
        return found
    inner = {key: value for key, value in config["config"].items() if key not in ("layers", "dtype")}
    inner["layers"] = [_entry(entry, layers.get(entry["name"])) for entry in config["config"]["layers"]]
    for ends in ("input_layers", "output_layers"):
        inner[ends] = [inner[ends]] if _is_ref(inner[ends]) else inner[ends]
    for ref in refs_to_models(inner):  # whose own graph is their call 0 in Keras 2
        ref[1] += 1
    return {**_downgraded_object({**config, "config": {}}), "config": inner}


def needs_keras_3(config: Any) -> bool:
    """Whether a model has the hard_sigmoid of Keras 3, which is another function than that of Keras 2."""
    if isinstance(config, Mapping):
        return any(needs_keras_3(value) for value in config.values())
    if isinstance(config, (list, tuple)):
        return any(map(needs_keras_3, config))
    return bool(config == "hard_sigmoid")


def _entry(entry: Config, layer: Any) -> Config:
    """A layer of a functional model with its calls; an op stays as it is."""
    if layer is None:
        return entry
    found = _nested(entry, layer)
    found["name"] = entry["name"]
    if entry["class_name"] not in _RENAMED:  # which Keras 3 alone has, and finds called in its own way
        found["inbound_nodes"] = [_call(call, layer) for call in entry["inbound_nodes"]]
    else:
        found["inbound_nodes"] = entry["inbound_nodes"]
    return found


def _nested(config: Config, layer: Any) -> Config:
    """A layer, which may be a model."""
    return downgraded_model(layer, config) if getattr(layer, "_is_model", False) else _downgraded_object(config)


def _call(call: Config, layer: Any) -> Any:
    """A call as Keras 2 wrote it: where each input comes from, with the other arguments; else in today's form."""
    names = [name for name in inspect.signature(layer.call).parameters][1 : len(call["args"])]
    if not call["args"] or len(names) < len(call["args"]) - 1:
        return call
    others = dict(zip(names, call["args"][1:], strict=True)) | call["kwargs"]
    first = call["args"][0]
    tensors = list(first) if isinstance(first, list) else [first]
    states = others.get("initial_state")
    if isinstance(states, list) and all(map(_is_tensor, states)):
        tensors += others.pop("initial_state")
    if not tensors or not all(map(_is_tensor, tensors)):
        return call
    arguments = {key: _refs(value) for key, value in others.items()}
    return [[*tensor["config"]["keras_history"], dict(arguments)] for tensor in tensors]


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__"


def _refs(value: Any) -> Any:
    if _is_tensor(value):
        return list(value["config"]["keras_history"])
    if isinstance(value, (list, tuple)):
        return [_refs(one) for one in value]
    return downgraded(value)


def _is_ref(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 3 and isinstance(value[0], str)


def downgraded(config: Any) -> Any:
    """A config, or any part of it, in the form of tf.keras 2.15."""
    if isinstance(config, (list, tuple)):
        return [downgraded(one) for one in config]
    if not isinstance(config, Mapping):
        return config
    class_name = config.get("class_name")
    if class_name == "function":
        name = config["config"]
        return "hard_sigmoid" if name == get_registered_name(hard_sigmoid) else name
    if not isinstance(class_name, str) or "config" not in config or class_name.startswith("__"):
        return {key: downgraded(value) for key, value in config.items()}
    if class_name == "DTypePolicy":
        name = config["config"].get("name")
        return {"class_name": "Policy", "config": {"name": name}} if "mixed" in str(name) else name
    if "inbound_nodes" in config and str(config.get("module", "")).startswith("keras.src.ops"):
        return dict(config)
    found = _downgraded_object(config)
    if str(config.get("module")).startswith("keras.") and ">" not in found["class_name"]:
        return {"module": config["module"], **found, "registered_name": None}  # by which Keras 3 finds it inside others
    return found


def _downgraded_object(config: Mapping[str, Any]) -> Config:
    class_name = config["class_name"]
    registered = config.get("registered_name")
    inner = downgraded(config["config"])
    if isinstance(inner, dict):
        inner = {key: value for key, value in inner.items() if not _unknown(class_name, key, value)}
        if class_name == "InputLayer":
            inner["batch_input_shape"] = inner.pop("batch_shape", None)
        elif class_name == "Lambda":  # whose function is given by its name
            shape = {"output_shape_type": "raw", "output_shape_module": None}
            inner = {
                "function_type": "function",
                "module": None,
                "arguments": {},
                "output_shape": None,
                **shape,
                **inner,
            }
        elif class_name == "LeakyReLU":
            inner["alpha"] = inner.pop("negative_slope")
        elif class_name == "TextVectorization":  # whose dtype was that of its inputs
            inner["dtype"] = "string"
        elif class_name in ("IntegerLookup", "StringLookup") and inner["output_mode"] == "int":
            inner["dtype"] = "int64"  # that of its outputs
        elif class_name == "Sequential":
            inner = {key: inner[key] for key in ("name", "layers", "build_input_shape") if key in inner}
        elif class_name == "MultiHeadAttention":  # whose config had the shapes that it was built for
            shapes = (config.get("build_config") or {}).get("shapes_dict", {})
            inner |= {key: shapes.get(key) for key in ("query_shape", "key_shape", "value_shape")}
    written = registered if isinstance(registered, str) and ">" in registered else _RENAMED.get(class_name, class_name)
    found: Config = {"class_name": written, "config": inner}
    if "shared_object_id" in config:
        found["shared_object_id"] = config["shared_object_id"]
    return found


def _unknown(class_name: str, key: str, value: Any) -> bool:
    for table in (_UNKNOWN["*"], _UNKNOWN.get(class_name, {})):
        if key in table and (value is None or value == table[key] or table[key] == "any"):
            return True
    return False
