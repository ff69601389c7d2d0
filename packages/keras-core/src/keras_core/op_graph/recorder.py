"""A backend that computes nothing: each op that it is asked for becomes a node of a graph."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

import keras_core.ops.all_families  # noqa: F401  (fills the table)
from keras_core import dtypes
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.graph.spec import Spec
from keras_core.naming import open_scope
from keras_core.op_graph.graph import OpGraph
from keras_core.op_graph.nodes import GraphNode, GraphValue
from keras_core.ops.creation import zeros_like
from keras_core.ops.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from keras_core.typing import ArrayLike, Shape, ShapeTree, Tensor, TensorTree


class Recorder:
    """The backend of the trace in which a program is recorded.

    Ops of the table become nodes as they are called, with tensors of one dtype; derived ops are composed of others
    unless they are among `whole`. Nodes with graphs inside have these arguments, where a graph takes the tensors that
    stand before the arrow, and any values of the graph around it:

    - ``cond``: `pred`, `operands`, and `true_fn` and `false_fn`: operands -> results.
    - ``while_loop``: `state`, `cond_fn`: state -> a bool, and `body_fn`: state -> the next one. It gives the last.
    - ``scan``: `carry`, `xs`, `length`, `reverse`, `unroll`, and `body`: carry, a row of each of xs -> carry, results.
      It gives the last carry, and the results stacked along a new first axis.
    - ``custom_gradient``: `operands`, `function`: operands -> results, and `gradient`: operands, gradients by the
      results -> gradients by the operands. It gives the results.
    - ``value_and_gradients``: `values`, and `function`: values -> a scalar, others. It gives the scalar, the others,
      and the gradient of the scalar by each value, None for one that is no float.

    Args:
        whole: names of derived ops that become a node each; True for all of them.
        capabilities: those of the backend that it stands for that bear on how programs are written: "static-shapes".
    """

    name = "recorder"
    protocol = 1

    def __init__(self, whole: Collection[str] | bool = (), capabilities: Collection[str] = ()) -> None:
        self.capabilities = frozenset({"train", "compiles", "second-order", "records", *capabilities})
        self.nodes: list[GraphNode] = []
        self.ops: Mapping[str, Callable[..., Any]] = {
            **{name: self._op(op) for name, op in TABLE.items() if _is_node(op, whole)},
            "cond": self._cond,
            "while_loop": self._while_loop,
            "scan": self._scan,
            "custom_gradient": self._custom_gradient,
        }

    # -- tensors

    def tensor(self, value: ArrayLike, dtype: str | None = None) -> GraphValue:
        """`value` as a constant, or a value of the graph cast to `dtype`."""
        if isinstance(value, GraphValue):
            return value if dtype in (None, value.dtype) else self.ops["cast"](value, dtype)
        array = np.asarray(value, None if dtype is None else dtypes.numpy_dtype(dtype))
        return GraphValue(Spec(array.shape, dtypes.standardize(array.dtype)), array)

    borrow = tensor

    def numpy(self, tensor: GraphValue) -> np.ndarray:
        """The array of a constant."""
        return np.array(tensor.__array__())

    def is_tensor(self, value: object) -> bool:
        """Whether it is a value of a graph."""
        return isinstance(value, GraphValue)

    def is_concrete(self, tensor: GraphValue) -> bool:
        """Whether it is a constant."""
        return tensor.constant is not None

    def is_recording(self) -> bool:
        """Never: gradients are nodes."""
        return False

    def shape(self, tensor: GraphValue) -> Shape:
        """Sizes of all axes, None where unknown."""
        return tensor.shape

    def dtype(self, tensor: GraphValue) -> str:
        """Name of the dtype."""
        return tensor.dtype

    # -- nodes

    def add(self, op: str, arguments: dict[str, Any], specs: ShapeTree) -> TensorTree:
        """A node, and what it gives for nested Specs: values of the graph in their places."""
        outputs = map_nested(lambda leaf: GraphValue(leaf) if isinstance(leaf, Spec) else leaf, specs)
        flat = [leaf if isinstance(leaf, GraphValue) else None for leaf in leaves_of(outputs)]
        self.nodes.append(GraphNode(op, arguments, flat, open_scope()))
        return outputs

    def _op(self, op: Any) -> Callable[..., Any]:
        names = list(op.signature.parameters)

        def record(*args: Any, **kwargs: Any) -> Any:
            bound = op.bind(args, kwargs)
            if op.name == "cast" and bound[0].constant is not None:
                return self.tensor(bound[0].constant, dtypes.standardize(bound[1]))
            specs = op.output_spec(*map_nested(_symbol, bound))
            return self.add(op.name, dict(zip(names, bound, strict=True)), specs)

        return record

    @contextmanager
    def _inside(self) -> Iterator[list[GraphNode]]:
        """Nodes that are added meanwhile go into the list that this gives."""
        outer, self.nodes = self.nodes, []
        try:
            yield self.nodes
        finally:
            self.nodes = outer

    def graph_of(self, fn: Callable[..., Sequence[Any]], specs: Sequence[Spec]) -> OpGraph:
        """What a flat function does, as a graph of its own.

        Args:
            fn: takes values, returns a list of values.
            specs: of its arguments.
        """
        inputs = [GraphValue(spec) for spec in specs]
        with self._inside() as nodes:
            outputs = [self.tensor(one) for one in fn(*inputs)]
        return OpGraph(inputs, nodes, outputs)

    def _cond(self, pred: Any, true_fn: Any, false_fn: Any, operands: Sequence[Any]) -> list[Any]:
        specs = _specs(operands)
        yes = self.graph_of(true_fn, specs)
        no = self.graph_of(lambda *given: self._like(false_fn(*given), yes.outputs), specs)
        out = [Spec(_common(a.shape, b.shape), a.dtype) for a, b in zip(yes.outputs, no.outputs, strict=True)]
        arguments = {"pred": pred, "true_fn": yes, "false_fn": no, "operands": list(operands)}
        return list(self.add("cond", arguments, out))

    def _while_loop(self, cond_fn: Any, body_fn: Any, state: Sequence[Any]) -> list[Any]:
        specs = _specs(state)
        while True:
            body = self.graph_of(lambda *given: self._like(body_fn(*given), state), specs)
            wider = [Spec(_common(a.shape, b.shape), a.dtype) for a, b in zip(specs, body.outputs, strict=True)]
            if wider == specs:
                break
            specs = wider
        test = self.graph_of(lambda *given: [cond_fn(*given)], specs)
        return list(self.add("while_loop", {"cond_fn": test, "body_fn": body, "state": list(state)}, specs))

    def _scan(
        self,
        body: Any,
        carry: Sequence[Any],
        xs: Sequence[Any],
        length: Any = None,
        reverse: Any = False,
        unroll: Any = 1,
    ) -> tuple[list[Any], list[Any]]:
        rows, count = [Spec(x.shape[1:], x.dtype) for x in xs], len(carry)

        def step(*given: Any) -> list[Any]:
            new, results = body(list(given[:count]), list(given[count:]))
            return [*self._like(new, carry), *results]

        specs = _specs(carry)
        while True:
            graph = self.graph_of(step, [*specs, *rows])
            new = zip(specs, graph.outputs[:count], strict=True)
            wider = [Spec(_common(a.shape, b.shape), a.dtype) for a, b in new]
            if wider == specs:
                break
            specs = wider
        steps = xs[0].shape[0] if xs else length
        results = [Spec((steps, *one.shape), one.dtype) for one in graph.outputs[count:]]
        arguments = {"body": graph, "carry": list(carry), "xs": list(xs)}
        arguments |= {"length": length, "reverse": bool(reverse), "unroll": unroll}
        out = self.add("scan", arguments, [*specs, *results])
        return out[:count], out[count:]

    def _custom_gradient(self, function: Any, operands: Sequence[Any]) -> list[Any]:
        specs = _specs(operands)
        forward = self.graph_of(lambda *given: function(*given)[0], specs)

        def backward(*given: Any) -> list[Any]:
            found = function(*given[: len(specs)])[1](*given[len(specs) :])
            return [zeros_like(x) if slope is None else slope for slope, x in zip(found, given, strict=False)]

        gradient = self.graph_of(backward, [*specs, *_specs(forward.outputs)])
        arguments = {"function": forward, "gradient": gradient, "operands": list(operands)}
        return list(self.add("custom_gradient", arguments, _specs(forward.outputs)))

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Any]
    ) -> tuple[Any, list[Any], list[Any]]:
        """A node that gives the scalar, the others, and gradients of the scalar."""

        def flat(*given: Any) -> list[Any]:
            loss, others = fn(*given)
            return [loss, *others]

        given = [self.tensor(value) for value in values]
        graph = self.graph_of(flat, _specs(given))
        grads = [spec if dtypes.is_float(spec.dtype) else None for spec in _specs(given)]
        arguments = {"function": graph, "values": given}
        out = self.add("value_and_gradients", arguments, [*_specs(graph.outputs), *grads])
        count = len(graph.outputs)
        return out[0], out[1:count], out[count:]

    def _like(self, values: Sequence[Any], others: Sequence[Any]) -> list[Any]:
        """Values as tensors of the dtypes that others have."""
        return [self.tensor(value, other.dtype) for value, other in zip(values, others, strict=True)]

    # -- what a trace needs besides

    def abstract(self, fn: Callable[..., Sequence[Any]], signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns; its nodes are dropped."""
        return _specs(self.graph_of(fn, signature).outputs)

    def devices(self) -> list[str]:
        """One that stands for all."""
        return ["cpu:0"]

    def device(self, name: str) -> AbstractContextManager[None]:
        """Nothing is placed while a program is recorded."""
        return nullcontext()


def _specs(values: Sequence[Any]) -> list[Spec]:
    return [value.spec for value in values]


def _is_node(op: Any, whole: Collection[str] | bool) -> bool:
    return op.body is None or (whole if isinstance(whole, bool) else op.name in whole)


def _symbol(leaf: Any) -> Any:
    if not isinstance(leaf, GraphValue):
        return leaf
    return KerasTensor(leaf.shape, leaf.dtype) if leaf.constant is None else leaf.constant


def _common(one: Shape, other: Shape) -> Shape:
    return tuple(a if a == b else None for a, b in zip(one, other, strict=True))
