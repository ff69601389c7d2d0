"""Configs of Functional and Sequential models: writing Keras 3's, reading Keras 3's and Keras 2's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from keras_core.config.loading_limits import check_config
from keras_core.dtype_policies import get as get_policy
from keras_core.graph.keras_tensor import KerasTensor, Node, keras_tensors_in
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.graph.operation import Operation
from keras_core.layers.call_context import mask_of
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.layer import Layer
from keras_core.models.function import Function
from keras_core.saving import op_nodes
from keras_core.saving.save_scope import loading
from keras_core.saving.serialization import (
    DeserializationError,
    clean_errors,
    deserialize_keras_object,
    serialize_keras_object,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import CustomObjects

Ref = tuple[str, int, int]  # name of a layer or op, number of its call, index among the outputs


# --- Sequential -----------------------------------------------------------------------------------


def sequential_config(model: SavableModel) -> dict[str, Any]:
    """`get_config()` of a Sequential model: its layers, the input layer first if there is one."""
    config: dict[str, Any] = {
        "name": model.name,
        "trainable": model.trainable,
        "dtype": serialize_keras_object(model.dtype_policy),
        "layers": [serialize_keras_object(layer) for layer in model._layers],
    }
    if model.inputs:
        config["build_input_shape"] = list(model.inputs[0].shape)
    return config


def sequential_from_config(cls: type, config: object, custom_objects: CustomObjects | None = None) -> Any:
    """A Sequential model from its config, or from Keras 2's list of layers.

    Raises:
        ValueError: for a config that does not describe one.
    """
    with loading(custom_objects) as scope, clean_errors("A Sequential model's config cannot be read"):
        if not scope.depth:
            check_config(config)
        return _sequential(cls, config)


def _sequential(cls: type, config: object) -> Any:
    if isinstance(config, (list, tuple)):
        config = {"layers": config}
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), (list, tuple)):
        raise DeserializationError("A Sequential model's config needs a list called 'layers'.")
    layers = [deserialize_keras_object(item, kind="layer") for item in config["layers"]]
    model = cls(layers, name=config.get("name"))
    if config.get("trainable") is False:
        model.trainable = False
    _restore_policy(model, config)
    shape = config.get("build_input_shape")
    if not model.built and isinstance(shape, (list, tuple)):
        model.build(tuple(shape))
    return model


def _restore_policy(model: Any, config: Mapping[str, Any]) -> None:
    """Give a model the dtype policy of its config, on which the scaling of its loss depends."""
    policy = config.get("dtype")
    if policy is not None and get_policy(policy) != model.dtype_policy:
        model.dtype_policy = policy


# --- Functional: writing --------------------------------------------------------------------------


def functional_config(model: SavableModel) -> dict[str, Any]:
    """`get_config()` of a functional model: its layers, how their calls depend on each other, and what was added."""
    symbolic = model.symbolic_graph
    assert symbolic is not None  # as every functional model has
    graph = _Graph(whole_function(model))
    config = {
        "name": model.name,
        "trainable": model.trainable,
        "dtype": serialize_keras_object(model.dtype_policy),
        "layers": [graph.entry(operation) for operation in graph.operations],
        "input_layers": map_nested(graph.ref, symbolic.inputs_structure),
        "output_layers": map_nested(graph.ref, symbolic.outputs_structure),
    }
    for key, structure in (("input", symbolic.inputs_structure), ("output", symbolic.outputs_structure)):
        if places := list(_places_of_tuples(structure)):
            config[f"{key}_tuples"] = places
    losses, metrics = added_tensors(model)
    if losses:
        config["added_losses"] = [graph.ref(tensor) for tensor in losses]
    if metrics:
        config["added_metrics"] = [[name, graph.ref(tensor)] for name, tensor in metrics]
    return config


def _places_of_tuples(structure: Any, place: tuple[Any, ...] = ()) -> Iterator[list[Any]]:
    """The keys and indices that lead to each tuple in nested tensors: JSON knows lists alone."""
    if isinstance(structure, tuple):
        yield list(place)
    if isinstance(structure, (list, tuple, dict)):
        for key, item in structure.items() if isinstance(structure, dict) else enumerate(structure):
            yield from _places_of_tuples(item, (*place, key))


def added_tensors(model: SavableModel) -> tuple[list[KerasTensor], list[tuple[str, KerasTensor]]]:
    """Symbolic losses, and named metrics, that add_loss() and add_metric() added to a model's graph."""
    losses, metrics = model.added_tensors()
    return losses, [(metric.name, tensor) for metric, tensor in metrics]


def whole_function(model: SavableModel) -> Function:
    """A functional model's graph with what was added to it."""
    losses, metrics = added_tensors(model)
    function = model.symbolic_graph
    assert function is not None  # as every functional model has
    if not (losses or metrics):
        return function
    return Function(function.inputs_structure, [*function.outputs, *losses, *(tensor for _, tensor in metrics)])


class _Graph:
    """The operations of a graph with their names and calls."""

    def __init__(self, function: Function) -> None:
        self._calls: dict[int, list[Node]] = {}
        self._names: dict[int, str] = {}
        self._function = function
        self.operations: list[Any] = list(function.operations)
        listed = {id(operation) for operation in self.operations}
        for node in needed_nodes(function):
            if _is_layer_call(node):
                self._calls.setdefault(id(node.operation), []).append(node)
            elif id(node) not in listed:
                self.operations.append(node)
        for calls in self._calls.values():
            order = {id(n): i for i, n in enumerate(calls[0].operation.inbound_nodes)}
            calls.sort(key=lambda node: order.get(id(node), len(order)))
        self._name_all()

    def _name_all(self) -> None:
        taken = {op.name for op in self.operations if isinstance(op, Layer)}
        for operation in self.operations:
            if isinstance(operation, Layer):
                self._names[id(operation)] = operation.name
                continue
            base = name = op_nodes.op_name(operation)
            number = 0
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
            self._names[id(operation)] = name

    def ref(self, tensor: KerasTensor) -> list[Any]:
        """Where a tensor comes from: name, number of the call, index among its outputs."""
        node = self._function.start_of(tensor)
        assert node is not None
        index = 0 if id(tensor) in self._function.starts else tensor.node_index
        if isinstance(node.operation, InputLayer) or not _is_layer_call(node):
            key, call = id(node.operation if _is_layer_call(node) else node), 0
        else:
            key, call = id(node.operation), self._calls[id(node.operation)].index(node)
        return [self._names[key], call, index]

    def entry(self, operation: Any) -> dict[str, Any]:
        """What the config's list of layers holds for a layer or an op."""
        name = self._names[id(operation)]
        if not isinstance(operation, Layer):
            head, args, kwargs = op_nodes.encode(operation, name)
            return {**head, "name": name, "inbound_nodes": [self._call(args, kwargs)]}
        entry = serialize_keras_object(operation)
        calls = [] if isinstance(operation, InputLayer) else self._calls.get(id(operation), [])
        nodes = [self._call(node.args, given_kwargs(node)) for node in calls]
        return {**entry, "name": name, "inbound_nodes": nodes}

    def _call(self, args: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        def written(leaf: Any) -> Any:
            if not isinstance(leaf, KerasTensor):
                return serialize_keras_object(leaf)
            history = self.ref(leaf)
            config = {"shape": list(leaf.shape), "dtype": leaf.dtype, "keras_history": history}
            return {"class_name": "__keras_tensor__", "config": config}

        return {
            "args": [_plain(map_nested(written, arg)) for arg in args],
            "kwargs": {key: _plain(map_nested(written, value)) for key, value in kwargs.items()},
        }


def _plain(value: Any) -> Any:
    """Tuples as lists and slices as dicts; what is in them is written already."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, slice):
        limits = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"class_name": "__slice__", "config": limits}
    return value


def _is_layer_call(node: Node) -> bool:
    return isinstance(node.operation, Layer)


def given_kwargs(node: Node) -> dict[str, Any]:
    """Keyword arguments of a call, without masks that the inputs bring along anyway."""
    kwargs = {}
    for key, value in node.kwargs.items():
        if key in node.masks and _same(value, _carried(node, key)):
            continue
        kwargs[key] = value
    return kwargs


def _carried(node: Node, key: str) -> Any:
    names = node.operation._call_signature.names
    source = names[0] if key == "mask" else key.removesuffix("_mask")
    given = dict(zip(names, node.args, strict=False)) | node.kwargs
    return map_nested(mask_of, given.get(source))


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(_same, first, second))
    return first is second


def needed_nodes(function: Function) -> list[Node]:
    """The nodes that the outputs depend on by what was written, not by masks alone; in order."""
    needed: set[int] = set()
    stack = list(function.outputs)
    while stack:
        tensor = stack.pop()
        node = function.start_of(tensor)
        if node is None or id(node) in needed:
            continue
        needed.add(id(node))
        kwargs = given_kwargs(node) if _is_layer_call(node) else node.kwargs
        stack += keras_tensors_in((node.args, kwargs))
    return [node for node in function.nodes if id(node) in needed]


# --- Functional: reading --------------------------------------------------------------------------


def functional_from_config(cls: type, config: Mapping[str, Any], custom_objects: CustomObjects | None = None) -> Any:
    """A functional model from its config, Keras 3's or Keras 2's.

    Args:
        cls: the class of the model, called with `inputs`, `outputs` and `name`.
        config: with `layers`, `input_layers`, `output_layers` and, optionally, `name` and `trainable`.
        custom_objects: names known for this call only.

    Raises:
        ValueError: for a layer that cannot be rebuilt, or calls that depend on something missing.
    """
    with loading(custom_objects) as scope, clean_errors("A functional model's config cannot be read"):
        if not scope.depth:
            check_config(config)
        builder = _Builder(config)
        inputs, outputs = builder.run()
        model = cls(inputs=inputs, outputs=outputs, name=config.get("name"))
        builder.add_to(model)
        if config.get("trainable") is False:
            model.trainable = False
        _restore_policy(model, config)
    return model


class _Builder:
    """Calls the layers of a config, each call as soon as what it depends on is there."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.name = config.get("name", "model")
        self._config = config
        self._entries = _checked_entries(config, self.name)
        self._operations: dict[str, Callable[..., Any]] = {}
        self._calls: dict[str, list[_Call]] = {}
        self._made: dict[str, list[list[KerasTensor]]] = {}

    def run(self) -> tuple[Any, Any]:
        """Build everything; the nested input and output tensors of the model."""
        for entry in self._entries:
            self._add(entry)
        self._call_all()
        calls = [call for entry in self._entries for call in entry.get("inbound_nodes") or ()]
        keras_2 = any(isinstance(call, (list, tuple)) for call in calls)
        return self._ends("input", keras_2), self._ends("output", keras_2)

    def add_to(self, model: Any) -> None:
        """Give the model the losses and metrics that were added to its graph."""
        losses, metrics = (self._config.get(key, []) for key in ("added_losses", "added_metrics"))
        pairs = isinstance(metrics, list) and all(isinstance(one, list) and len(one) == 2 for one in metrics)
        if not (pairs and isinstance(losses, list) and all(isinstance(name, str) for name, _ in metrics)):
            raise DeserializationError(
                f"Model '{self.name}': 'added_losses' must be a list of references and 'added_metrics' one of pairs "
                f"[name, reference], got {losses!r:.100} and {metrics!r:.100}."
            )
        for ref in losses:
            model.add_loss(self._tensor(_checked_ref(ref)))
        for name, ref in metrics:
            model.add_metric(self._tensor(_checked_ref(ref)), name=name)

    def _add(self, entry: Mapping[str, Any]) -> None:
        name = entry["name"]
        if op_nodes.is_op_entry(entry):
            self._operations[name] = op_nodes.decode(entry)
        else:
            layer = deserialize_keras_object(_without_calls(entry), kind="layer")
            if not isinstance(layer, Operation):
                kind = type(layer).__name__
                raise DeserializationError(f"Model '{self.name}': '{name}' is not a layer but {kind}.")
            if isinstance(layer, Layer) and "name" not in (
                entry.get("config") or {}
            ):  # its own get_config() left the name out
                layer.name = name
            self._operations[name] = layer
            if isinstance(layer, InputLayer):
                self._made[name] = [[layer.output]]
                return
        self._made[name] = []
        self._calls[name] = [_Call(node) for node in entry.get("inbound_nodes") or []]

    def _call_all(self) -> None:
        waiting: dict[str, list[str]] = {}
        ready = list(reversed(self._calls))
        while ready:
            name = ready.pop()
            calls, made = self._calls[name], self._made[name]
            while len(made) < len(calls):
                missing = self._missing(calls[len(made)])
                if missing is not None:
                    waiting.setdefault(missing, []).append(name)
                    break
                made.append(calls[len(made)].make(self._operations[name], self._tensor))
                ready += waiting.pop(name, [])
        stuck = [name for name, calls in self._calls.items() if len(self._made[name]) < len(calls)]
        if stuck:
            raise DeserializationError(
                f"Model '{self.name}': the calls of {', '.join(stuck)} depend on tensors that no layer gives."
            )

    def _missing(self, call: _Call) -> str | None:
        for name, number, _ in call.refs:
            if len(self._made.get(name, ())) <= number:
                return name
        return None

    def _tensor(self, ref: Ref) -> KerasTensor:
        name, number, index = ref
        try:
            return self._made[name][number][index]
        except (KeyError, IndexError):
            raise DeserializationError(
                f"Model '{self.name}' uses output {index} of call {number} of '{name}', which does not exist."
            ) from None

    def _ends(self, key: str, keras_2: bool) -> Any:
        refs, places = self._config[f"{key}_layers"], self._config.get(f"{key}_tuples", [])
        if not isinstance(places, list) or not all(isinstance(place, list) for place in places):
            raise DeserializationError(
                f"Model '{self.name}': '{key}_tuples' must be a list of lists of keys, got {places!r:.100}."
            )
        if keras_2 and isinstance(refs, (list, tuple)) and len(refs) == 1:
            refs = refs[0]
        return _with_tuples(_map_refs(self._tensor, refs), places)


def _checked_entries(config: Mapping[str, Any], model: Any) -> list[Mapping[str, Any]]:
    for key in ("layers", "input_layers", "output_layers"):
        if key not in config:
            raise DeserializationError(f"The config of model '{model}' lacks '{key}'.")
    seen = set()
    for entry in config["layers"]:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("class_name"), str):
            raise DeserializationError(f"Model '{model}': each layer must be a dict with a class_name.")
        name = entry.get("name")
        if not isinstance(name, str) or name in seen:
            raise DeserializationError(f"Model '{model}': a layer's name must be one string, got {name!r}.")
        seen.add(name)
    return list(config["layers"])


def _without_calls(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("inbound_nodes", "name")}


class _Call:
    """One call of a layer as the config describes it."""

    def __init__(self, node: Any) -> None:
        if isinstance(node, Mapping):
            self.args = [_Tensors.read(arg) for arg in node.get("args", ())]
            self.kwargs = {key: _Tensors.read(v) for key, v in node.get("kwargs", {}).items()}
        else:
            self.args, self.kwargs = _keras_2_call(node)
        for key in ("training", "mask"):
            if not self.kwargs.get(key, True):
                del self.kwargs[key]
        self.refs: list[Ref] = [leaf.ref for leaf in leaves_of((self.args, self.kwargs)) if isinstance(leaf, _Tensors)]

    def make(self, operation: Callable[..., Any], tensor: Callable[[Ref], Any]) -> list[Any]:
        """Call the operation; its output tensors in flat order."""

        def value(leaf: Any) -> Any:
            return tensor(leaf.ref) if isinstance(leaf, _Tensors) else leaf

        return keras_tensors_in(operation(*map_nested(value, self.args), **map_nested(value, self.kwargs)))


class _Tensors:
    """A tensor in the arguments of a call, by where it comes from."""

    def __init__(self, ref: Any) -> None:
        self.ref = _checked_ref(ref)

    @classmethod
    def read(cls, value: Any) -> Any:
        """An argument with each symbolic tensor replaced by its place, and the rest decoded."""
        if isinstance(value, (list, tuple)):
            return [cls.read(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        if value.get("class_name") == "__keras_tensor__":
            return cls(value["config"].get("keras_history"))
        if value.get("class_name") == "__slice__":
            return slice(*(cls.read(value["config"].get(key)) for key in ("start", "stop", "step")))
        if "class_name" in value and "config" in value:
            return deserialize_keras_object(value)
        return {key: cls.read(item) for key, item in value.items()}


def _keras_2_call(node: Any) -> tuple[list[Any], dict[str, Any]]:
    """Keras 2's node: a list of [layer, call, output, kwargs], one for each input tensor."""
    if not isinstance(node, (list, tuple)) or not node:
        raise DeserializationError(f"A layer's call must be a dict or a list, got {node!r}.")
    if _is_ref(node[:3]):
        node = [node]
    tensors = [_Tensors(item[:3]) for item in node]
    kwargs = dict(node[0][3]) if len(node[0]) > 3 and isinstance(node[0][3], Mapping) else {}
    return [tensors[0] if len(tensors) == 1 else tensors], {
        key: _Tensors(value) if _is_ref(value) else _Tensors.read(value) for key, value in kwargs.items()
    }


def _is_ref(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in value[1:])
    )


def _checked_ref(value: Any) -> Ref:
    if not _is_ref(value):
        raise DeserializationError(f"A tensor must be given as [layer name, call number, output index], got {value!r}.")
    return value[0], value[1], value[2]


def _map_refs(function: Callable[[Ref], Any], refs: Any) -> Any:
    if _is_ref(refs):
        return function(_checked_ref(refs))
    if isinstance(refs, Mapping):
        return {key: _map_refs(function, value) for key, value in refs.items()}
    if isinstance(refs, (list, tuple)):
        found = [_map_refs(function, value) for value in refs]
        return tuple(found) if isinstance(refs, tuple) else found
    return function(_checked_ref(refs))


def _with_tuples(structure: Any, places: list[list[Any]], place: tuple[Any, ...] = ()) -> Any:
    """Nested lists and dicts with tuples at the places that `_places_of_tuples` found."""
    if isinstance(structure, Mapping):
        return {key: _with_tuples(value, places, (*place, key)) for key, value in structure.items()}
    if not isinstance(structure, (list, tuple)):
        return structure
    found = [_with_tuples(value, places, (*place, index)) for index, value in enumerate(structure)]
    return tuple(found) if isinstance(structure, tuple) or list(place) in places else found
