"""Inputs of strings: the layers of a model that take them, or hash integers, run on the host, before its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import tree
from keras_core.graph.keras_tensor import KerasTensor, any_symbolic, keras_tensors_in
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.layers.call_context import CallContext, active_context
from keras_core.layers.host_layer import STRING, WHOLE, HostCall, HostedIntegers, Strings, recorded_host_calls
from keras_core.layers.symbolic_call import needs_values
from keras_core.layers.tracking import version, version_of
from keras_core.staging.trace import active_trace
from keras_core.training.data import as_array_or_text, as_arrays, dtype_name, holds_text
from keras_core.training.data_budget import data_budget
from keras_core.training.host_rows import HostRows

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from keras_core.models.model_graph import ModelGraph
    from keras_core.training.protocol import TrainableModel
    from keras_core.typing import TensorTree


class HostInputs:
    """Runs a model's layers of strings on data.

    Which layers these are, and what they are called on, is found once for each kind of data, by calling the model on
    KerasTensors. So a model of any class may have them, and models and layers inside.

    Args:
        model: the model.
    """

    def __init__(self, model: TrainableModel) -> None:
        self._model = model
        self._known: dict[Hashable, tuple[TensorTree, list[HostCall]]] = {}
        self._graph: ModelGraph | None = None
        self._version = -1
        self._asked = -1  # the version in which layers that run on the host were looked for
        self._found = False

    @property
    def keys(self) -> list[str] | None:
        """The names by which a dict of data is matched with the model's inputs; None for a model without a graph."""
        graph = self._model.symbolic_graph
        return None if graph is None else graph.input_keys

    def of_call(self, inputs: TensorTree) -> TensorTree:
        """What the model is called on: `inputs`, with `Strings` in place of strings.

        Args:
            inputs: nested tensors, arrays, or lists of strings.
        """
        if not _any_text(inputs) and not (_calls_on_values(inputs) and self._has_host_layers()):
            return inputs
        return self.of_batch(as_arrays(inputs, "The input of the model", as_array_or_text))

    def of_batch(self, x: TensorTree) -> TensorTree:
        """A batch with `Strings` in place of strings, and `HostedIntegers` in place of integers that are hashed.

        Args:
            x: nested arrays.

        Raises:
            ValueError: where an input takes strings and got numbers, or the other way round; it names the input.
            TypeError: where a layer is called on strings that takes none; it names the layer.
        """
        return self._replaced(x, lambda plan, values: plan.run(values))

    def of_arrays(self, x: TensorTree) -> TensorTree:
        """All samples with `Strings` in place of strings; what would exceed the data budget is computed in parts.

        Args:
            x: nested arrays with as many rows each.

        Raises:
            ValueError, TypeError: as in `of_batch`.
        """
        return self._replaced(x, _of_all_rows)

    def _has_host_layers(self) -> bool:
        """Whether layers in the model run on the host."""
        if self._asked != version():
            self._asked = version()
            self._found = any(layer.runs_on_host for layer in self._model.flatten_layers())
        return self._found

    def _replaced(self, x: TensorTree, run: Callable[[_Plan, Sequence[Any]], dict[int, Any]]) -> TensorTree:
        graph = self._model.symbolic_graph
        if graph is None:
            if not any(map(holds_text, tree.flatten(x))) and not self._has_host_layers():
                return x
            symbols, calls = self._calls_of(x)
            if self._model.symbolic_graph is not None:  # built by that
                return self._replaced(x, run)
            if not calls:
                return x
            values: Sequence[Any] = leaves_of(x)  # in the order of the symbols, which is that of the dict
        elif any(tensor.dtype == STRING for tensor in graph.inputs) or self._has_host_layers():
            symbols, calls = self._calls_in(graph)
            values = graph.host_values(x)
        else:
            if any(map(holds_text, tree.flatten(x))):
                graph.host_values(x)  # says which input takes none, unless it is not one that the model has
            return x
        plan = _Plan(keras_tensors_in(symbols), calls)
        made = run(plan, values)
        given = {id(symbol): value for symbol, value in zip(plan.inputs, values, strict=True)}
        return map_nested(lambda symbol: plan.in_place_of(symbol, made, given), symbols)

    def _calls_in(self, graph: ModelGraph) -> tuple[TensorTree, list[HostCall]]:
        """The graph's inputs, and the calls on them."""
        if graph is not self._graph:
            self._graph = graph
            self._known.clear()
        self._forget_outdated()
        if None not in self._known:
            symbols = map_nested(lambda tensor: KerasTensor(tensor.shape, tensor.dtype), graph.inputs_structure)
            with recorded_host_calls() as calls, CallContext() as context:
                context.symbolic_losses = []  # which nobody keeps
                graph.run(keras_tensors_in(symbols))
            self._known[None] = symbols, calls
        return self._known[None]

    def _calls_of(self, x: TensorTree) -> tuple[TensorTree, list[HostCall]]:
        """Symbols like the data, and the calls on them in a model without a graph."""
        model = self._model
        self._forget_outdated()
        text = any(map(holds_text, tree.flatten(x)))
        kind = tuple((path, _shape_of(leaf), _dtype_of(leaf)) for path, leaf in tree.flatten_with_path(x))
        if kind in self._known:
            return self._known[kind]
        symbols = tree.map_structure(lambda leaf: KerasTensor(_shape_of(leaf), _dtype_of(leaf)), x)
        nodes = [(layer, len(layer.inbound_nodes)) for layer in model.flatten_layers()]
        with recorded_host_calls() as calls:
            try:
                model(symbols)
            except Exception as error:
                if not needs_values(error) or (not calls and text):  # else the rest is the framework's own
                    raise
        for layer, count in nodes:
            del layer.inbound_nodes[count:]  # the user made none of these calls
        if text and not calls and model.symbolic_graph is None:
            raise ValueError(
                f"Model {model.name!r} was given strings, and no layer in its call() takes any. Call a layer such as "
                "TextVectorization or StringLookup on them there, or encode them as numbers first."
            )
        self._forget_outdated()  # what was built by that
        self._known[kind] = symbols, calls
        return symbols, calls

    def _forget_outdated(self) -> None:
        """Forget which layers are called if an attribute of one in the model was assigned."""
        version = sum(map(version_of, self._model.flatten_layers()))
        if version != self._version:
            self._version = version
            self._known.clear()


class _Plan:
    """Calls of layers of strings, and where their results go.

    Args:
        inputs: the model's inputs, in flat order.
        calls: the calls, each after those whose results it takes.

    Raises:
        TypeError: for a call that takes a tensor which is computed in the model, and a second call of a layer on the
            same strings and others.
    """

    def __init__(self, inputs: list[KerasTensor], calls: list[HostCall]) -> None:
        self.inputs = inputs
        self.calls = calls
        self._results: dict[int, dict[str, KerasTensor]] = {}
        known = set(map(id, inputs))
        seen: dict[tuple[int, str], list[int]] = {}
        for call in calls:
            takes = keras_tensors_in((call.args, call.kwargs))
            _check_known(call, takes, known, inputs)
            owner = _owner(takes, inputs)
            results = self._results.setdefault(id(owner), {})
            key = call.layer.result_key
            if seen.setdefault((id(owner), key), list(map(id, takes))) != list(map(id, takes)):
                raise TypeError(
                    f"Layer {call.layer.name!r} ({type(call.layer).__name__}) is called twice on the same strings with "
                    "others beside them. Make a layer for each of the calls."
                )
            results[key] = call.output
            known.add(id(call.output))

    def run(self, values: Sequence[Any]) -> dict[int, Any]:
        """The result of each call, by the id of its output.

        Args:
            values: an array for each input.
        """
        found = {id(symbol): value for symbol, value in zip(self.inputs, values, strict=True)}

        def value_of(leaf: Any) -> Any:
            return found[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        for call in self.calls:
            args, kwargs = map_nested(value_of, call.args), map_nested(value_of, call.kwargs)
            found[id(call.output)] = call.layer.on_host(*args, **kwargs)
        return found

    def in_place_of(self, symbol: KerasTensor, made: dict[int, Any], given: dict[int, Any]) -> Any:
        """What stands for a symbol in the model: `Strings`, or its value."""
        results = {
            key: self.in_place_of(output, made, given) for key, output in self._results.get(id(symbol), {}).items()
        }
        if symbol.dtype == STRING:
            return Strings(results)
        value = made[id(symbol)] if id(symbol) in made else given[id(symbol)]
        return HostedIntegers(value, results) if results else value


def _check_known(call: HostCall, takes: list[KerasTensor], known: set[int], inputs: Sequence[KerasTensor]) -> None:
    """Raise TypeError for a tensor that has no value before the model's steps, and a call on none of the inputs."""
    for tensor in takes:
        if id(tensor) not in known:
            raise TypeError(
                f"Layer {call.layer.name!r} ({type(call.layer).__name__}) takes a tensor of shape {tensor.shape} that "
                "is computed in the model, and it runs before the model's steps. Call it on inputs, and on what other "
                "layers of strings give."
            )
    if all(tensor.dtype != STRING and not any(tensor is one for one in inputs) for tensor in takes):
        raise TypeError(
            f"Layer {call.layer.name!r} ({type(call.layer).__name__}) takes integers that another layer made of "
            "strings, and nothing else. Call it on an input of strings or integers."
        )


def _owner(takes: Sequence[KerasTensor], inputs: Sequence[KerasTensor]) -> KerasTensor:
    """The tensor whose place in the model holds the result of a call: the first of strings, else the first input."""
    strings = [tensor for tensor in takes if tensor.dtype == STRING]
    return next(iter(strings or [tensor for tensor in takes if any(tensor is one for one in inputs)]))


def _of_all_rows(plan: _Plan, values: Sequence[Any]) -> dict[int, Any]:
    """The results for all rows: arrays, or rows that are computed when they are taken."""
    size = len(next(value for value in values if value is not None))
    first = plan.run([_rows(value, slice(0, 1)) for value in values])
    outputs = [call.output for call in plan.calls if call.output.dtype != STRING]
    row = sum(int(np.asarray(first[id(output)]).nbytes) for output in outputs)
    varies = any(None in output.shape[1:] for output in outputs)
    if size * row <= data_budget() or varies:
        return plan.run(values)
    return {id(output): HostRows(_Computed(plan, values, output, size), output.name) for output in outputs}


class _Computed:
    """The result of a call, computed for the rows that are taken.

    Args:
        plan: the calls.
        values: an array for each input.
        output: the result.
        size: the number of rows.
    """

    any_order = True

    def __init__(self, plan: _Plan, values: Sequence[Any], output: KerasTensor, size: int) -> None:
        self._plan = plan
        self._values = values
        self._output = output
        self.shape = (size, *output.shape[1:])

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        found: np.ndarray = self._plan.run([_rows(value, rows) for value in self._values])[id(self._output)]
        return found


def _rows(value: Any, rows: slice | np.ndarray) -> Any:
    """Rows of an input; None for one that is left out."""
    return None if value is None else value[rows]


def _calls_on_values(inputs: TensorTree) -> bool:
    """Whether a model is called by its user, on values of which nothing was made yet."""
    return (
        active_trace() is None
        and active_context() is None
        and not any_symbolic(inputs)
        and not any(isinstance(leaf, HostedIntegers) for leaf in leaves_of(inputs, WHOLE))
    )


def _any_text(inputs: TensorTree) -> bool:
    """Whether the arguments of a model's call hold strings."""
    if isinstance(inputs, dict):
        return any(map(_any_text, inputs.values()))
    if isinstance(inputs, (list, tuple)) and not holds_text(inputs):
        return any(map(_any_text, inputs))
    return holds_text(inputs)


def _shape_of(leaf: Any) -> tuple[int | None, ...]:
    return (None, *tuple(leaf.shape)[1:])


def _dtype_of(leaf: Any) -> str:
    return STRING if holds_text(leaf) else dtype_name(leaf)
