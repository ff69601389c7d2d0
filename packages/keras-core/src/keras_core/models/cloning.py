"""Copies of models and layers with new weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.placement import on_device_of
from keras_core.config.loading_limits import unlimited
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.layer import Layer
from keras_core.models.model import Functional, Model
from keras_core.models.sequential import Sequential
from keras_core.saving.functional_config import added_tensors, given_kwargs, needed_nodes, whole_function
from keras_core.saving.save_scope import copying, loading

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import TensorTree


def clone_layer(layer: Layer, **changes: Any) -> Layer:
    """A layer with the same configuration and backend, and new weights; custom objects in it are shared.

    Args:
        layer: any layer.
        changes: entries of the configuration that differ.
    """
    with copying() as custom_objects:
        config = layer.get_config()
    name = None if "name" in config else changes.pop("name", layer.name)
    with on_device_of(layer), unlimited(), loading(custom_objects):
        copy: Layer = type(layer).from_config({**config, **changes})
    if name is not None:  # get_config() leaves it out, so that __init__ may not take it
        copy.name = name
    return copy


def clone_model(
    model: Model,
    input_tensors: TensorTree = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
) -> Model:
    """A model of the same layers, on the same backend, with new weights.

    Args:
        model: a Sequential, functional or, if it has `get_config`, subclassed model.
        input_tensors: KerasTensors, structured like the model's inputs, to build the copy on.
        clone_function: called with each layer, input layers apart, and returns the copy's layer.
        call_function: called with a copied layer and the arguments of its call, instead of the layer.
        recursive: whether `clone_function` also sees the layers of models inside.

    Raises:
        ValueError: for arguments that a subclassed model cannot follow, or tensors that do not fit.
    """
    copy = clone_function or clone_layer

    def copied(layer: Layer) -> Layer:
        if recursive and isinstance(layer, (Sequential, Functional)):
            return clone_model(layer, None, clone_function, call_function, True)
        return copy(layer)

    with on_device_of(model):
        if isinstance(model, Sequential):
            return _clone_sequential(model, input_tensors, copied)
        if isinstance(model, Functional) and model.symbolic_graph is not None:
            return _clone_functional(model, input_tensors, copied, call_function)
    if input_tensors is not None or clone_function is not None or call_function is not None:
        raise ValueError(
            f"Model '{model.name}' is a subclass with a call() of its own: it is cloned whole, from its "
            "get_config(), and takes no input_tensors, clone_function or call_function."
        )
    return clone_layer(model)  # type: ignore[return-value]


def _clone_sequential(model: Sequential, tensors: Any, copied: Callable[[Layer], Layer]) -> Sequential:
    start: list[Any] = []
    if tensors is not None:
        (tensor,) = tensors if isinstance(tensors, (list, tuple)) else (tensors,)
        start = [InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype)]
    elif isinstance(first := next(model.flatten_layers(include_self=False), None), InputLayer):
        start = [InputLayer.from_config(first.get_config())]
    return type(model)([*start, *map(copied, model.layers)], name=model.name)


def _clone_functional(
    model: Functional,
    tensors: Any,
    copied: Callable[[Layer], Layer],
    call_function: Callable[..., Any] | None,
) -> Model:
    function = model.symbolic_graph
    assert function is not None
    made: dict[int, KerasTensor] = dict(zip(map(id, function.inputs), _inputs(function, tensors)))
    copies: dict[int, Layer] = {}

    def tensor(leaf: Any) -> Any:
        return made[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

    for node in needed_nodes(whole_function(model)):
        operation, kwargs = node.operation, node.kwargs
        if isinstance(operation, Layer):
            kwargs = given_kwargs(node)
            if id(operation) not in copies:
                copies[id(operation)] = copied(operation)
            operation = copies[id(operation)]
        args, kwargs = map_nested(tensor, node.args), map_nested(tensor, kwargs)
        use = call_function if isinstance(operation, Layer) else None
        outputs = use(operation, *args, **kwargs) if use else operation(*args, **kwargs)
        made.update(zip(map(id, node.flat_outputs), leaves_of(outputs)))
    clone = type(model)(
        inputs=map_nested(tensor, function.inputs_structure),
        outputs=map_nested(tensor, function.outputs_structure),
        name=model.name,
    )
    losses, metrics = added_tensors(model)
    for loss in losses:
        clone.add_loss(tensor(loss))
    for name, value in metrics:
        clone.add_metric(tensor(value), name=name)
    return clone


def _inputs(function: Any, tensors: Any) -> list[KerasTensor]:
    if tensors is None:
        layers = [function.starts[id(tensor)].operation for tensor in function.inputs]
        return [InputLayer.from_config(layer.get_config()).output for layer in layers]
    found = leaves_of(tensors)
    if len(found) != len(function.inputs) or not all(isinstance(t, KerasTensor) for t in found):
        raise ValueError(f"clone_model() needs {len(function.inputs)} KerasTensors as input_tensors, got {tensors!r}.")
    return found
