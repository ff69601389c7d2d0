"""Keras 1's Sequential that begins with a Merge of other models, as the functional model that it is.

Its file names the weights of the layers in the branches, not of the branches: so the layers stand in one graph here.
"""

from __future__ import annotations

from typing import Any

from keras_core.saving import FileFormatError

Config = dict[str, Any]
Ref = list[Any]  # a tensor: name of a layer, number of its call, number of the output


def begins_with_merge(config: Any) -> bool:
    """Whether the config of an object of Keras 1 is that of a Sequential with a Merge of models as its first layer."""
    if config.get("class_name") != "Sequential":
        return False
    layers = _layers_of(config)
    first = layers[0] if layers else None
    return isinstance(first, dict) and first.get("class_name") == "Merge" and bool(_arguments(first).get("layers"))


def as_functional(config: Config) -> Config:
    """The config of such a Sequential in the form that Keras 1 gave to a functional model.

    Args:
        config: the config, for which `begins_with_merge` holds.

    Raises:
        ValueError: for a branch that is no model, or takes or gives several tensors.
    """
    graph = _Graph()
    output = graph.add_sequential(_layers_of(config))
    inner = config["config"]
    name = inner.get("name") if isinstance(inner, dict) else None
    model = {"name": name or "sequential", "layers": graph.entries, "output_layers": [output]}
    model["input_layers"] = [[entry["name"], 0, 0] for entry in graph.entries if entry["class_name"] == "InputLayer"]
    return {**config, "class_name": "Model", "config": model}


def _layers_of(config: Config) -> list[Any]:
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else inner
    return layers if isinstance(layers, list) else []


def _arguments(layer: Config) -> Config:
    found = layer.get("config")
    return found if isinstance(found, dict) else {}


class _Graph:
    """The layers of a functional model, as they are put together."""

    def __init__(self) -> None:
        self.entries: list[Config] = []
        self._branches: list[tuple[Any, Ref]] = []

    def add_sequential(self, layers: list[Any]) -> Ref:
        """Add layers that follow each other; what the last one gives."""
        tensor: Ref | None = None
        for layer in layers:
            if not isinstance(layer, dict) or not isinstance(layer.get("config"), (dict, list)):
                raise FileFormatError(f"The config of a layer of a Sequential of Keras 1 is {layer!r:.100}.")
            name = _arguments(layer).get("name")
            if tensor is None and layer.get("class_name") == "Merge":
                tensor = self._add(layer, [self._branch(one, name) for one in _arguments(layer).get("layers") or []])
            elif tensor is None and layer.get("class_name") == "InputLayer":
                tensor = self._add(layer, [])
            else:
                tensor = self._add(layer, [self._input_for(layer) if tensor is None else tensor])
        if tensor is None:
            raise FileFormatError("A Sequential of Keras 1 in a Merge has no layers.")
        return tensor

    def _add(self, layer: Config, inputs: list[Ref]) -> Ref:
        name = _arguments(layer).get("name") or layer.get("name") or f"layer_{len(self.entries)}"
        nodes = [[list(one) for one in inputs]] if inputs else []
        own = layer["config"]
        if layer.get("class_name") == "Merge" and isinstance(own, dict):
            own = {key: value for key, value in own.items() if key != "layers"}
        self.entries.append({**layer, "name": name, "config": own, "inbound_nodes": nodes})
        return [name, 0, 0]

    def _input_for(self, layer: Config) -> Ref:
        """The input of a Sequential that begins with this layer, which says the shape."""
        arguments = _arguments(layer)
        shape = arguments.get("batch_input_shape")
        if shape is None:
            raise FileFormatError(
                f"The layer '{arguments.get('name')}' begins a Sequential of Keras 1 in a Merge, and its config has no "
                "'batch_input_shape'."
            )
        dtype = arguments.get("input_dtype") or ("int32" if layer.get("class_name") == "Embedding" else "float32")
        name = f"{arguments.get('name')}_input"
        own = {"name": name, "batch_input_shape": shape, "input_dtype": dtype}
        return self._add({"class_name": "InputLayer", "config": own}, [])

    def _branch(self, config: Any, merge: Any) -> Ref:
        """Add a model that is merged; one that is there already gives the same tensor."""
        for known, tensor in self._branches:
            if known == config:
                return tensor
        kind = config.get("class_name") if isinstance(config, dict) else None
        if kind == "Sequential":
            tensor = self.add_sequential(_layers_of(config))
        elif kind == "Model":
            tensor = self._add_model(_arguments(config), merge)
        else:
            raise FileFormatError(f"The Merge '{merge}' of Keras 1 has {kind!r:.60} where a model is expected.")
        self._branches.append((config, tensor))
        return tensor

    def _add_model(self, config: Config, merge: Any) -> Ref:
        """Add the layers of a functional model."""
        layers, outputs = config.get("layers"), config.get("output_layers")
        if not isinstance(layers, list) or not isinstance(outputs, list) or len(outputs) != 1:
            raise FileFormatError(f"The Merge '{merge}' of Keras 1 has a model that does not give one tensor.")
        self.entries.extend(layer for layer in layers if isinstance(layer, dict))
        return list(outputs[0])
