"""A graph of ops as one list of tasks: branches and loops of known length are written out."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.backend import load
from keras_core.graph import leaves_of, map_nested
from keras_core.op_graph import GraphValue, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.op_graph import GraphNode, GraphParts

MOST_TASKS = 100_000
"""Beyond this many a program is refused: its loops are too long to be written out."""


class Symbol:
    """A value of a program.

    Attributes:
        shape, dtype: known sizes, and the dtype in Keras.
        array: its value, where that is known already.
        active: whether it depends on what the function around it is differentiated by.
    """

    __slots__ = ("active", "array", "dtype", "shape")

    def __init__(self, shape: Sequence[Any], dtype: str, array: np.ndarray | None = None, active: bool = False) -> None:
        self.shape = tuple(shape)
        self.dtype = dtype
        self.array = array
        self.active = active

    @property
    def size(self) -> int:
        return math.prod(self.shape)


class Task:
    """One op, or what NumPy computes by a function, or a loss with its gradients.

    Attributes:
        op: name of an op of the table; "host" or "gradients" for the others.
        arguments: by position, with Symbols in the places of tensors.
        outputs: a Symbol, or None, for each flat output.
        function: for "host": of the arrays of the operands, gives a list of arrays. With `gradient`, it is one that
            is differentiated as that says: of operands, results and gradients by these, a list for the operands.
        body: for "gradients": the tasks inside; `inputs` stand for its operands there, `results` for what it gives.
    """

    def __init__(self, op: str, arguments: list[Any], outputs: Sequence[Symbol | None]) -> None:
        self.op = op
        self.arguments = arguments
        self.outputs = list(outputs)
        self.function: Callable[..., list[Any]] | None = None
        self.gradient: Callable[..., list[Any]] | None = None
        self.body: list[Task] = []
        self.inputs: list[Symbol] = []
        self.results: list[Symbol] = []

    def computed(self, arrays: Iterable[np.ndarray]) -> list[Any]:
        """The outputs by NumPy, for an array in the place of each Symbol among the arguments."""
        given = iter(arrays)
        arguments = map_nested(lambda leaf: next(given) if isinstance(leaf, Symbol) else leaf, self.arguments)
        if self.function is not None:
            return list(self.function(*arguments))
        return leaves_of(numpy_op(self.op)(*arguments))

    def run(self, values: dict[Symbol, Any]) -> None:
        """Compute the outputs by NumPy, whose warnings are off, and put them among the values."""
        places = self._places
        if places is None:  # a Symbol inside of a list
            arrays = [one.array if one.array is not None else values[one] for one in self.symbols]
            found = self.computed(arrays)
        else:
            given = list(self._given)
            for place, one in places:
                given[place] = values[one]
            result = self._bare(*given)
            found = list(result) if isinstance(result, (list, tuple)) else [result]
        for output, value in zip(self.outputs, found, strict=True):
            if output is not None:
                values[output] = np.asarray(value)

    @cached_property
    def _bare(self) -> Callable[..., Any]:
        """What computes the outputs of the arguments, without what silences NumPy's warnings around each op."""
        return self.function or inspect.unwrap(numpy_op(self.op))

    @cached_property
    def _given(self) -> list[Any]:
        """The arguments, with those arrays in place that are known already."""
        return list(map(_array, self.arguments))

    @cached_property
    def _places(self) -> list[tuple[int, Symbol]] | None:
        """Where the Symbols are among the arguments that are not known yet; None where some are in lists."""
        plain = [one for one in self.arguments if isinstance(one, Symbol)]
        if len(plain) != len(self.symbols):
            return None
        return [(n, one) for n, one in enumerate(self.arguments) if isinstance(one, Symbol) and one.array is None]

    @property
    def symbols(self) -> list[Symbol]:
        """The Symbols among its arguments, in order."""
        return [leaf for leaf in leaves_of(self.arguments) if isinstance(leaf, Symbol)]

    @property
    def operands(self) -> list[Symbol]:
        """The values that it needs, those that tasks inside take from around it included."""
        found = dict.fromkeys(self.symbols)
        own = {*self.inputs, *(one for task in self.body for one in task.outputs)}
        for task in self.body:
            found |= dict.fromkeys(one for one in task.operands if one not in own)
        found |= dict.fromkeys(one for one in self.results if one not in own)
        return [one for one in found if one.array is None]


Values = dict[GraphValue, Symbol]
Emit = Callable[[Task], None]


class Flattener:
    """Goes through a graph and gives tasks to who asks for them."""

    def __init__(self) -> None:
        self.count = 0

    def graph(self, graph: GraphParts, given: Sequence[Symbol], around: Values, emit: Emit) -> list[Symbol]:
        """The results of a graph for Symbols in place of its inputs."""
        values = {**around, **dict(zip(graph.inputs, given, strict=True))}
        for node in graph.nodes:
            self.count += 1
            if self.count > MOST_TASKS:
                raise NotImplementedError(
                    "The 'cntk' backend writes loops out, and this program has one that is too long for that: more "
                    f"than {MOST_TASKS} ops. Use shorter sequences."
                )
            results = getattr(self, f"_{node.op}", self._op)(node, values, emit)
            values |= {one: value for one, value in zip(node.outputs, results, strict=True) if one is not None}
        return [self.symbol(one, values) for one in graph.results]

    def symbol(self, leaf: Any, values: Values) -> Any:
        """The Symbol of a graph's value; what is none is returned as it is."""
        if not isinstance(leaf, GraphValue):
            return leaf
        found = values.get(leaf)
        if found is None:
            found = values[leaf] = Symbol(leaf.shape, leaf.dtype, leaf.constant)
        return found

    def argument(self, node: GraphNode, name: str, values: Values) -> Any:
        """An argument of a node with Symbols in it."""
        return map_nested(lambda leaf: self.symbol(leaf, values), node.arguments[name])

    def _op(self, node: GraphNode, values: Values, emit: Emit) -> list[Symbol | None]:
        arguments = [self.argument(node, name, values) for name in node.arguments]
        return self.call(node.op, arguments, [None if one is None else one.spec for one in node.outputs], emit)

    def call(self, op: str, arguments: list[Any], specs: Sequence[Any], emit: Emit) -> list[Symbol | None]:
        """A task of an op, or its result where that is known already."""
        symbols = [leaf for leaf in leaves_of(arguments) if isinstance(leaf, Symbol)]
        if all(one.array is not None for one in symbols) and not op.startswith("random_") and op != "print_tensor":
            found = leaves_of(numpy_op(op)(*map_nested(_array, arguments)))
            return [
                None if spec is None else Symbol(np.shape(one), spec.dtype, np.asarray(one))
                for one, spec in zip(found, specs, strict=True)
            ]
        active = any(one.active for one in symbols)
        outputs = [None if one is None else Symbol(one.shape, one.dtype, active=active) for one in specs]
        for one in outputs:
            if one is not None and None in one.shape:
                raise NotImplementedError(
                    f"The 'cntk' backend makes programs for known sizes, and {op}() gives one that depends on values. "
                    "State the size, or run eagerly."
                )
        emit(Task(op, arguments, outputs))
        return outputs

    def host(
        self, function: Callable[..., list[Any]], operands: list[Symbol], specs: Sequence[Any], emit: Emit
    ) -> list[Symbol]:
        """A task that NumPy computes."""
        active = any(one.active for one in operands)
        task = Task("host", operands, [Symbol(one.shape, one.dtype, active=active) for one in specs])
        task.function = function
        emit(task)
        return [one for one in task.outputs if one is not None]

    # -- graphs inside nodes

    def _cond(self, node: GraphNode, values: Values, emit: Emit) -> list[Symbol | None]:
        pred, given = self.argument(node, "pred", values), self.argument(node, "operands", values)
        if pred.array is not None:
            return list(self.graph(node.graphs["true_fn" if bool(pred.array) else "false_fn"], given, values, emit))
        yes, no = (self.graph(node.graphs[name], given, values, emit) for name in ("true_fn", "false_fn"))
        found: list[Symbol | None] = []
        for a, b in zip(yes, no, strict=True):
            if a.shape != b.shape:
                raise NotImplementedError("The 'cntk' backend needs branches whose results have the same shapes.")
            found += self.call("where", [pred, a, b], [a], emit)
        return found

    def _scan(self, node: GraphNode, values: Values, emit: Emit) -> list[Symbol | None]:
        body, carry = node.graphs["body"], list(self.argument(node, "carry", values))
        xs, length = self.argument(node, "xs", values), node.arguments["length"]
        steps = xs[0].shape[0] if xs else int(length)
        size = len(carry)
        rows: list[list[Symbol]] = [[] for _ in body.outputs[size:]]
        order = range(steps)[::-1] if node.arguments["reverse"] else range(steps)
        for step in order:
            given = list(carry)
            for x in xs:
                given += self.call("getitem", [x, step], [Symbol(x.shape[1:], x.dtype)], emit)
            results = self.graph(body, given, values, emit)
            carry = results[:size]
            for column, one in zip(rows, results[size:], strict=True):
                column.append(one)
        stacked: list[Symbol | None] = []
        for column, like in zip(rows, body.outputs[size:], strict=True):
            if node.arguments["reverse"]:
                column.reverse()
            parts = []
            for one in column:
                parts += self.call("reshape", [one, (1, *one.shape)], [Symbol((1, *one.shape), one.dtype)], emit)
            if parts:
                spec = Symbol((steps, *parts[0].shape[1:]), like.dtype)  # type: ignore[union-attr]
                stacked += self.call("concatenate", [parts, 0], [spec], emit)
            else:
                empty = np.zeros([0, *(size or 0 for size in like.shape)], like.dtype)
                stacked.append(Symbol(empty.shape, like.dtype, empty))
        return [*carry, *stacked]

    def _while_loop(self, node: GraphNode, values: Values, emit: Emit) -> list[Symbol | None]:
        state = self.argument(node, "state", values)
        taken = [value for graph in node.graphs.values() for value in graph.captured]
        captured = [self.symbol(value, values) for value in taken]
        if any(one.active for one in [*state, *captured]):
            raise NotImplementedError(
                "The 'cntk' backend has no gradients of while_loop: CNTK knows no loops whose length depends on "
                "values. Use ops.scan, or stop_gradient around what the loop takes."
            )
        test, body = node.graphs["cond_fn"], node.graphs["body_fn"]

        def run(*arrays: Any) -> list[Any]:
            now, around = list(arrays[: len(state)]), dict(zip(taken, arrays[len(state) :], strict=True))
            while bool(evaluate(test, now, around)[0]):
                now = evaluate(body, now, around)
            return now

        return list(self.host(run, [*state, *captured], [Symbol(one.shape, one.dtype) for one in state], emit))

    def _custom_gradient(self, node: GraphNode, values: Values, emit: Emit) -> list[Symbol | None]:
        given = self.argument(node, "operands", values)
        results = self.graph(node.graphs["function"], given, values, emit)
        graph = node.graphs["gradient"]
        taken = [self.symbol(value, values) for value in graph.captured]
        if not any(one.active for one in given):
            return list(results)
        found: list[Symbol | None] = []
        for place, result in enumerate(results):
            stopped = self.call("stop_gradient", [result], [result], emit)
            operands = [*stopped, *given, *taken]
            task = Task("host", operands, [Symbol(result.shape, result.dtype, active=True)])
            task.function = lambda *arrays: [arrays[0]]
            task.gradient = _gradient_of(graph, len(given), place, results)
            emit(task)
            found += task.outputs
        return found

    def _value_and_gradients(self, node: GraphNode, values: Values, emit: Emit) -> list[Symbol | None]:
        given = self.argument(node, "values", values)
        if any(one.active for one in given):
            raise NotImplementedError(
                "The 'cntk' backend has no gradients of gradients: CNTK computes gradients beside its graph, not in it."
            )
        graph = node.graphs["function"]
        task = Task("gradients", list(given), [])
        task.inputs = [Symbol(one.shape, one.dtype, active=True) for one in given]

        def put(one: Task) -> None:
            outer = one.op == "gradients" or not any(operand.active for operand in one.operands)
            (emit if outer else task.body.append)(one)

        task.results = self.graph(graph, task.inputs, values, put)
        outputs = [Symbol(one.shape, one.dtype) for one in task.results]
        floats = dtypes.is_float
        gradients = [Symbol(one.shape, one.dtype) if floats(one.dtype) else None for one in given]
        task.outputs = [*outputs, *gradients]
        emit(task)
        return list(task.outputs)


def _gradient_of(graph: GraphParts, count: int, place: int, results: Sequence[Symbol]) -> Callable[..., list[Any]]:
    taken = graph.captured

    def backward(*arrays: Any) -> list[Any]:
        result, *operands = arrays[: 1 + count]
        around = dict(zip(taken, arrays[1 + count :], strict=False))
        root = arrays[-1]
        upstream = [root if n == place else np.zeros(one.shape, one.dtype) for n, one in enumerate(results)]
        found = evaluate(graph, [*operands, *upstream], around)
        return [np.zeros_like(result), *found, *(np.zeros_like(one) for one in around.values())]

    return backward


def numpy_op(name: str) -> Callable[..., Any]:
    """The NumPy backend's implementation of an op, or what it is composed of."""
    ops = load("numpy").ops
    found: Callable[..., Any] = ops[name]
    return found


def _array(leaf: Any) -> Any:
    return leaf.array if isinstance(leaf, Symbol) else leaf
