"""Branches and loops: operators with graphs inside."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import is_keras_tensor, ops
from keras_core.config import take_steps

from keras_export.from_onnx.bodies import Body
from keras_export.from_onnx.calling import call_nodes
from keras_export.from_onnx.control_flow import Cond, Scan, WhileLoop
from keras_export.from_onnx.sizes import Size, is_sizes, same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]
_ENDLESS = 2**31 - 1  # what is written for a loop whose steps are not counted


def _if(n: Node) -> Any:
    condition, names = n.value(0), ("then_branch", "else_branch")
    if isinstance(condition, np.ndarray) and not is_sizes(condition):
        graph = n.graph(names[0] if condition.reshape(()) else names[1])
        return call_nodes(graph, n.scope.joined(graph))
    then, otherwise = bodies = [Body(n.scope, n.graph(name)) for name in names]
    layer = Cond(*(one.model(one.outputs()) for one in bodies), name=n.scope.fresh(n.title))
    found = layer([_scalar(n.scope.tensor(n.names[0])), *then.captured, *otherwise.captured])
    for one, *pair in zip(found, then.outputs(), otherwise.outputs(), strict=True):
        sizes = zip(then.lengths(pair[0]), otherwise.lengths(pair[1]), strict=True)
        n.scope.note(one, [a if a is not None and b is not None and same(a, b) else None for a, b in sizes])
    return found


def _scalar(x: Any) -> Any:
    return ops.reshape(x, ()) if x.shape else x


def _tensors(n: Node, names: Sequence[str]) -> list[Any]:
    """Inputs as symbolic tensors, constants, too."""
    if not all(names):
        raise ValueError("it leaves out a state or what it goes along")
    return [n.scope.tensor(name, whole=True) for name in names]


def _described(n: Node, tensor: Any, skip: int = 0) -> tuple[str, list[Any]]:
    """The dtype and the sizes of a tensor, or of a row of it, for the body of a loop."""
    return tensor.dtype, n.scope.lengths(tensor)[skip:]


def _check_states(states: Sequence[Any], new: Sequence[Any]) -> None:
    if len(new) != len(states):
        raise ValueError(f"it has {len(states)} states, and its body gives {len(new)}")
    for a, b in zip(states, new, strict=True):
        pairs = zip(a.shape, b.shape, strict=False)
        differ = len(a.shape) != len(b.shape) or any(m != n and None not in (m, n) for m, n in pairs)
        if differ or a.dtype != b.dtype:
            raise ValueError(
                f"a state of shape {a.shape} and dtype {a.dtype} becomes one of shape {b.shape} and dtype {b.dtype}: "
                "states that grow are not read"
            )


def _scan(n: Node) -> Any:
    if n.opset < 9:
        raise ValueError("that of opset 8 is not read: onnx.version_converter makes a newer one")
    rows = n.get("num_scan_inputs")
    count, graph = len(n) - rows, n.graph("body")
    given = len(graph.output) - count
    if rows < 1 or count < 0 or given < 0:
        raise ValueError(f"it has {len(n)} inputs, {rows} of which it goes along")
    ways, axes = (n.get(f"scan_input_{name}", [0] * rows) for name in ("directions", "axes"))
    ways_out, axes_out = (n.get(f"scan_output_{name}", [0] * given) for name in ("directions", "axes"))
    if any(len(one) != rows for one in (ways, axes)) or any(len(one) != given for one in (ways_out, axes_out)):
        raise ValueError("its directions or axes have not one entry for each tensor")
    tensors = _tensors(n, n.names)
    reverse = all(ways)
    states, xs = tensors[:count], []
    for x, axis, way in zip(tensors[count:], axes, ways, strict=True):
        xs.append(_turned(n, _moved(n, x, axis, 0), bool(way) != reverse))
    steps = {one for one in (n.scope.lengths(x)[0] for x in xs) if not isinstance(one, Size)}
    if len(steps) > 1:
        raise ValueError(f"it goes along tensors of shapes {[x.shape for x in xs]}")
    inputs = [*(_described(n, one) for one in states), *(_described(n, x, 1) for x in xs)]
    body = _counted(n, inputs, next(iter(steps), None))
    found = _scanned(n, body, states, xs, reverse)
    last, stacked = found[:count], found[count:]
    for k, (axis, way) in enumerate(zip(axes_out, ways_out, strict=True)):
        stacked[k] = _moved(n, _turned(n, stacked[k], bool(way) != reverse), 0, axis)
    return [*last, *stacked]


def _counted(n: Node, inputs: list[Any], steps: Any) -> Body:
    """The body of a loop, whose steps are counted as far as they are known."""
    known = steps if isinstance(steps, int) else 1
    take_steps(n.scope.repeats * known, f"{n.op} '{n.title}'")
    return Body(n.scope, n.graph("body"), inputs, known)


def _turned(n: Node, x: Any, turn: bool) -> Any:
    return n.scope.note(ops.flip(x, 0), n.scope.lengths(x)) if turn else x


def _moved(n: Node, x: Any, source: int, target: int) -> Any:
    rank = len(x.shape)
    if not all(-rank <= axis < rank for axis in (source, target)):
        raise ValueError(f"a tensor of shape {x.shape} has no axis {source if target == 0 else target}")
    sizes = list(n.scope.lengths(x))
    sizes.insert(target % rank, sizes.pop(source % rank))
    return n.scope.note(ops.moveaxis(x, source, target), sizes) if source % rank != target % rank else x


def _scanned(n: Node, body: Body, states: list[Any], xs: list[Any], reverse: bool = False, skip: int = 0) -> list[Any]:
    """The last states and the rows of all steps.

    Args:
        n: the node.
        body: its body.
        states: the first states.
        xs: what it goes along.
        reverse: whether it begins at the end.
        skip: how many outputs of the body come before the states.
    """
    count = len(states)
    outputs = body.outputs(skip)
    _check_states(states, outputs[:count])
    model = body.model(outputs)
    layer = Scan(model, count, len(xs), reverse, name=n.scope.fresh(n.title))
    found = layer([*states, *xs, *body.captured])
    for one, state in zip(found, states, strict=False):
        n.scope.note(one, n.scope.lengths(state))
    for one, row in zip(found[count:], outputs[count:], strict=True):
        n.scope.note(one, [n.scope.lengths(xs[0])[0], *body.lengths(row)])
    return list(found)


def _steps(n: Node) -> Any:
    """How many steps a loop has at most: an int, a size or a symbolic tensor; None where they are not counted."""
    value = n.value(0) if n.has(0) else None
    if not isinstance(value, np.ndarray):
        return value if value is None else _scalar(value)
    count = value.reshape(()).item()
    if isinstance(count, Size):
        return count
    return None if count >= _ENDLESS else max(int(count), 0)


def _loop(n: Node) -> Any:
    count, begins = _steps(n), n.value(1) if n.has(1) else np.array(True)
    states = _tensors(n, n.names[2:])
    inputs = [("int64", []), np.array(True), *(_described(n, one) for one in states)]
    body = _counted(n, inputs, count)
    gives_rows = len(body.results) - 1 > len(states)
    if not body.results or (count == 0 or _is(begins, False)):
        if gives_rows or not body.results:
            raise ValueError("it runs no step, and gives rows or nothing")
        return states
    endless = _is(begins, True) and _is(body.results[0], True)
    if endless and isinstance(count, (int, Size)):
        xs = n.scope.sized("arange", n.scope.anchor, [0, count], [count], f"{n.title}_steps")
        body.inputs.append(body.inputs.pop(0))  # the number of the step is a row, which is behind the states
        return _scanned(n, body, states, [xs], skip=1)
    if gives_rows:
        raise ValueError("it gives a row for each step, and how many there are is known when it has run")
    if endless and count is None:
        raise ValueError("it never ends")
    return _repeated(n, body, states, begins, count)


def _is(value: Any, truth: bool) -> bool:
    return isinstance(value, np.ndarray) and not is_sizes(value) and bool(value.reshape(())) is truth


def _repeated(n: Node, body: Body, states: list[Any], begins: Any, count: Any) -> list[Any]:
    """The last states of a loop that ends when its body says so, or after a computed number of steps."""
    outputs = body.outputs(1)
    _check_states(states, outputs)
    tests, first = [], []
    if not _is(body.results[0], True):
        tests.append(_scalar(body.outputs(0, 1)[0]))
    if is_keras_tensor(begins):
        first.append(_scalar(begins))
    if count is not None:
        limit: Any = count
        if not isinstance(count, int):
            whole = ops.cast(_scalar(n.scope.tensor(n.names[0], whole=True)), "int64")
            first.append(ops.greater(whole, 0))
            limit = body.take(whole)
        tests.append(ops.less(ops.add(body.inputs[0], 1), limit))
    model = body.model([reduce(ops.logical_and, tests), *outputs])
    begin = reduce(ops.logical_and, first) if first else n.scope.constant(np.array(True), n.title, whole=True)
    found = WhileLoop(model, len(states), name=n.scope.fresh(n.title))([begin, *states, *body.captured])
    return [n.scope.note(one, n.scope.lengths(state)) for one, state in zip(found, states, strict=True)]


RULES: dict[str, Rule] = {"If": _if, "Scan": _scan, "Loop": _loop}
