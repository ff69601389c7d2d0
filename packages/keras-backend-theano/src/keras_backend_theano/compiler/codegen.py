"""Writes a Python function with one NumPy call per node of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pytensor.compile.builders import OpFromGraph
from pytensor.graph.basic import Apply, Constant, Variable
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.math import Dot

from keras_backend_theano.compiler.dispatch import (  # noqa: F401  (they register what they implement)
    creation,
    indexing,
    reduction,
    shape,
)
from keras_backend_theano.compiler.dispatch.basic import Function, numpy_funcify
from keras_backend_theano.compiler.dispatch.elemwise import takes_out
from keras_backend_theano.compiler.dispatch.linalg import threaded_products
from keras_backend_theano.compiler.sizes import LARGE, assumed_size
from keras_backend_theano.kernels.threads import single_blas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytensor.graph.fg import FunctionGraph


def python_function(fgraph: FunctionGraph) -> Callable[..., list[Any]]:
    """The graph as a function of its inputs that returns a list of arrays that share no memory."""
    names: dict[Variable, str] = {value: f"i{k}" for k, value in enumerate(fgraph.inputs)}
    known: dict[str, Any] = {"_single": single_blas, "_owned": _owned, "_into": _into, "_errstate": np.errstate}

    def name(value: Variable) -> str:
        if value not in names:
            assert isinstance(value, Constant)
            names[value] = f"c{len(names)}"
            known[names[value]] = value.data
        return names[value]

    nodes = fgraph.toposort()
    last_use: dict[Variable, int] = {}
    for step, node in enumerate(nodes):
        last_use.update(dict.fromkeys(node.inputs, step))
    kept = {*fgraph.outputs, *fgraph.inputs}
    lines = []
    for step, node in enumerate(nodes):
        used = tuple(value in last_use or value in kept for value in node.outputs)
        known[f"f{step}"] = numpy_funcify(node.op, node, used)
        arguments = ", ".join(map(name, node.inputs))
        targets = []
        for k, value in enumerate(node.outputs):
            names[value] = f"v{step}_{k}"
            targets.append(names[value])
        spare = _spare_input(fgraph, node, known[f"f{step}"], step, last_use, kept)
        if spare is None:
            lines.append(f"{', '.join(targets)} = f{step}({arguments})")
        else:
            lines.append(f"{targets[0]} = _into({names[spare]}, f{step}, {arguments})")
        dead = [names[v] for v in node.outputs if v not in last_use and v not in kept]
        dead += [
            names[v]
            for v in dict.fromkeys(node.inputs)
            if last_use[v] == step and v not in kept and v.owner is not None
        ]
        if dead:
            lines.append(f"del {', '.join(dead)}")
    results = ", ".join(f"_owned({name(value)})" for value in fgraph.outputs)
    # Limiting BLAS takes some microseconds, which small steps are spared.
    context = "_errstate(all='ignore')" + (", _single()" if threaded_products(nodes) else "")
    return _define(list(map(name, fgraph.inputs)), context, lines, results, known)


@numpy_funcify.register(OpFromGraph)
def _whole_graph(op: OpFromGraph, node: Apply, used: Any) -> Function:
    inner = python_function(op.fgraph)
    return inner if len(node.outputs) > 1 else lambda *values: inner(*values)[0]


def _allocates(op: Any) -> bool:
    """Whether the results of an Op never share memory with its inputs; Ops of this package declare it."""
    return isinstance(op, (Elemwise, Dot)) or getattr(op, "allocates", False)


def _spare_input(
    fgraph: FunctionGraph,
    node: Apply,
    function: Function,
    step: int,
    last_use: dict[Variable, int],
    kept: set[Variable],
) -> Variable | None:
    """A large input that nothing needs after this node, in whose memory the result may be written."""
    if not takes_out(function):
        return None
    result = node.outputs[0].type
    for value in node.inputs:
        same = value.type.shape == result.shape and value.type.dtype == result.dtype
        if not same or value in kept or value.owner is None or last_use[value] != step:
            continue
        viewed = any(getattr(client.op, "view_map", None) for client, _ in fgraph.clients[value])
        if assumed_size(result.shape) >= LARGE and _allocates(value.owner.op) and not viewed:
            return value
    return None


def _into(spare: np.ndarray, function: Function, *arguments: Any) -> Any:
    """Call `function`, writing into `spare` if it has the right shape."""
    try:
        return function(*arguments, out=spare)
    except (TypeError, ValueError):
        return function(*arguments)


def _define(
    arguments: Sequence[str], context: str, lines: Sequence[str], results: str, known: dict[str, Any]
) -> Callable[..., list[Any]]:
    body = "".join(f"        {line}\n" for line in lines)
    source = f"def run({', '.join(arguments)}):\n    with {context}:\n{body}        return [{results}]\n"
    exec(compile(source, "<pytensor graph>", "exec"), known)
    return known["run"]


def _owned(value: Any) -> np.ndarray:
    """An array that shares memory with nothing else in the run."""
    if type(value) is np.ndarray and value.base is None and value.flags.writeable:
        return value
    return np.array(value)
