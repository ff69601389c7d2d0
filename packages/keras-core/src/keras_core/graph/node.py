"""A node of the graph: one call of an op or a layer on KerasTensors."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from keras_core.graph.keras_tensor import KerasTensor

REPLAYING: ContextVar[bool] = ContextVar("keras_replaying", default=False)
"""Whether a model's graph is gone through on other KerasTensors: its layers do not count that as calls of theirs."""


def map_nested(function: Callable[[Any], Any], value: Any) -> Any:
    """Apply `function` to the leaves of nested lists, tuples, dicts and slices."""
    if isinstance(value, (list, tuple)):
        mapped = [map_nested(function, item) for item in value]
        if isinstance(value, list):
            return mapped
        return type(value)(*mapped) if hasattr(value, "_fields") else tuple(mapped)
    if isinstance(value, dict):
        return {key: map_nested(function, item) for key, item in value.items()}
    if isinstance(value, slice):
        return slice(*(map_nested(function, limit) for limit in (value.start, value.stop, value.step)))
    return function(value)


def keras_tensors_in(value: Any) -> list[KerasTensor]:
    """The KerasTensors in a nested structure, in order."""
    found: list[KerasTensor] = []
    map_nested(lambda leaf: found.append(leaf) if isinstance(leaf, KerasTensor) else None, value)
    return found


class Node:
    """``operation(*args, **kwargs) -> outputs``, where args hold KerasTensors.

    Args:
        operation: a Layer, or an op function.
        outputs: nested KerasTensors; they get this node as their history.
    """

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = outputs
        self.masks: dict[str, Any] = {}  # mask arguments filled in from the inputs' masks
        self.parents = keras_tensors_in((args, kwargs))
        self.flat_outputs = keras_tensors_in(outputs)
        for index, tensor in enumerate(self.flat_outputs):
            tensor.node = self
            tensor.node_index = index

    def evaluate(self, environment: dict[int, Any], call: Callable[..., Any] | None = None) -> None:
        """Compute the outputs from values in `environment` (by id of KerasTensor) and put them there."""

        def value_of(leaf: Any) -> Any:
            return environment[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        args = map_nested(value_of, self.args)
        kwargs = map_nested(value_of, self.kwargs)
        results = (call or self.operation)(*args, **kwargs)
        flat = [results] if isinstance(self.outputs, KerasTensor) else _leaves(results)
        for tensor, value in zip(self.flat_outputs, flat, strict=True):
            environment[id(tensor)] = value


def _leaves(value: Any) -> list[Any]:
    found: list[Any] = []
    map_nested(found.append, value)
    return found
