"""Graphs of ops run on a backend, by the ops that they were recorded of."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from keras_core import dtypes, tree
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.op_graph.nodes import GraphValue
from keras_core.ops import control
from keras_core.ops.conversion import convert_to_tensor
from keras_core.ops.creation import zeros_like
from keras_core.ops.custom_gradient import custom_gradient
from keras_core.ops.table import TABLE, find
from keras_core.staging.gradients import gradients

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keras_core.op_graph.nodes import GraphNode, GraphParts
    from keras_core.typing import Tensor, TensorTree

_ON_LENGTHS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "floor_divide": operator.floordiv,
    "mod": operator.mod,
    "cast": lambda x, dtype: x,
}


class _Values(dict[GraphValue, Any]):
    """What the values of a graph are, and how lengths of axes are found: by the op where None."""

    def __init__(
        self,
        known: Mapping[GraphValue, Any],
        length: Callable[[Any, int], Any] | None = None,
        as_tensor: Callable[[Any, str], Any] = convert_to_tensor,
    ) -> None:
        super().__init__(known)
        self.length = length
        self.as_tensor = as_tensor
        self.lengths: set[GraphValue] = set(getattr(known, "lengths", ()))


def run(graph: GraphParts, args: Sequence[TensorTree]) -> TensorTree:
    """What the function gives that the graph was recorded of; its variables are assigned.

    Args:
        graph: a graph that takes nothing from one around it.
        args: tensors in the structure of its arguments.

    Raises:
        ValueError: for another number of tensors than it has inputs.
    """
    tensors = [leaf for leaf in tree.flatten(tuple(args)) if leaf is not None]
    if len(tensors) != len(graph.inputs):
        raise ValueError(
            f"The graph takes {len(graph.inputs)} tensors and got {len(tensors)}. "
            f"Its inputs: {', '.join(f'{one.dtype}{list(one.shape)}' for one in graph.inputs) or 'none'}."
        )
    known = {value: variable.value for variable, value in graph.reads.items()}
    results = evaluate(
        graph, [convert_to_tensor(t, v.dtype) for t, v in zip(tensors, graph.inputs, strict=True)], known
    )
    count = len(graph.outputs)
    for variable, value in zip(graph.writes, results[count:], strict=True):
        variable.assign(value)
    return results[:count] if graph.pack is None else graph.pack(results[:count])


def evaluate(
    graph: GraphParts,
    tensors: Sequence[Tensor],
    around: Mapping[GraphValue, Tensor],
    length: Callable[[Tensor, int], Any] | None = None,
    as_tensor: Callable[[Any, str], Tensor] = convert_to_tensor,
) -> list[Tensor]:
    """What a graph gives, one inside a node included: its outputs, and the new values of variables.

    Args:
        graph: the graph.
        tensors: one for each of its inputs.
        around: the values that it takes from around it, and those of the variables that it reads.
        length: gives the length of an axis as a number of Python or a symbol that counts as one, where a framework's
            programs for any length have those instead of tensors. Arithmetic of lengths is then Python's.
        as_tensor: makes a tensor of a dtype of such a length, where an op computes with it. Defaults to
            `convert_to_tensor`, for lengths that are numbers.
    """
    values = _Values(around, length, as_tensor)
    values |= dict(zip(graph.inputs, tensors, strict=True))
    for node in graph.nodes if length is None else graph.needed:
        results = leaves_of(_RUNNERS.get(node.op, _call)(node, values))
        values |= {one: value for one, value in zip(node.outputs, results, strict=True) if one is not None}
    return [_value(one, values) for one in graph.results]


def _value(leaf: Any, values: _Values, length: bool = False) -> Any:
    """What a leaf of an argument stands for: a tensor, or, if asked for, a length as it is."""
    if not isinstance(leaf, GraphValue):
        return leaf
    if leaf in values.lengths and not length:
        return values.as_tensor(values[leaf], leaf.dtype)
    return values[leaf] if leaf.constant is None else convert_to_tensor(leaf.constant)


def _given(node: GraphNode, name: str, values: _Values, lengths: bool = False) -> Any:
    return map_nested(lambda leaf: _value(leaf, values, lengths), node.arguments[name])


def _function(node: GraphNode, name: str, values: _Values) -> Callable[..., list[Any]]:
    graph: GraphParts = node.arguments[name]
    return lambda *tensors: evaluate(graph, tensors, values, values.length, values.as_tensor)


def _call(node: GraphNode, values: _Values) -> Any:
    if values.length is not None:
        found = _of_lengths(node, values, values.length)
        if found is not None:
            return found
    op = find(node.op)
    tensors = TABLE[node.op].tensors  # the other arguments, such as shapes, may be lengths
    return op(*(_given(node, name, values, name not in tensors) for name in node.arguments))


def _of_lengths(node: GraphNode, values: _Values, length: Callable[[Any, int], Any]) -> Any:
    """What a node gives that computes the length of an axis; None for another one."""
    (result, *_) = node.outputs
    if result is None or not dtypes.is_int(result.dtype):
        return None
    found = None
    if node.op == "axis_size":
        found = length(_given(node, "x", values), node.arguments["axis"])
    elif node.op in _ON_LENGTHS and any(one in values.lengths for one in node.operands):
        given = [_length(values, leaf) for leaf in node.arguments.values()]
        if None not in given or node.op == "cast":
            found = _ON_LENGTHS[node.op](*given)
    if found is not None:
        values.lengths.add(result)
    return found


def _length(values: _Values, leaf: Any) -> Any:
    """An argument as a length; None where it is something else."""
    if not isinstance(leaf, GraphValue):
        return leaf
    if leaf.constant is not None:
        return int(leaf.constant) if not leaf.shape else None
    return values[leaf] if leaf in values.lengths else None


def _cond(node: GraphNode, values: _Values) -> Any:
    bodies = [_function(node, name, values) for name in ("true_fn", "false_fn")]
    return control.cond(_given(node, "pred", values), *bodies, *_given(node, "operands", values))


def _while_loop(node: GraphNode, values: _Values) -> Any:
    test, body = (_function(node, name, values) for name in ("cond_fn", "body_fn"))
    return control.while_loop(lambda *state: test(*state)[0], body, _given(node, "state", values))


def _scan(node: GraphNode, values: _Values) -> Any:
    body, carry = _function(node, "body", values), _given(node, "carry", values)

    def step(state: list[Any], rows: list[Any]) -> tuple[list[Any], list[Any]]:
        out = body(*state, *(rows or ()))
        return out[: len(carry)], out[len(carry) :]

    length, reverse, unroll = (node.arguments[name] for name in ("length", "reverse", "unroll"))
    return control.scan(step, carry, _given(node, "xs", values) or None, length, reverse, unroll)


def _custom_gradient(node: GraphNode, values: _Values) -> Any:
    function, gradient = (_function(node, name, values) for name in ("function", "gradient"))
    call = custom_gradient(lambda *given: (function(*given), lambda *upstream: gradient(*given, *upstream)))
    return call(*_given(node, "operands", values))


def _value_and_gradients(node: GraphNode, values: _Values) -> Any:
    given = _given(node, "values", values)
    out, found = gradients(_function(node, "function", values), given)
    wanted = zip(node.outputs[len(out) :], found, given, strict=True)
    return [*out, *(None if one is None else zeros_like(v) if g is None else g for one, g, v in wanted)]


_RUNNERS: dict[str, Callable[[GraphNode, _Values], Any]] = {
    "cond": _cond,
    "while_loop": _while_loop,
    "scan": _scan,
    "custom_gradient": _custom_gradient,
    "value_and_gradients": _value_and_gradients,
}
