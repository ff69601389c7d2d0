"""What rules get for a graph inside a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_export.to_onnx.builder import Builder
from keras_export.to_onnx.graphs import finished
from keras_export.to_onnx.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import onnx
    from keras_core.op_graph import GraphParts, GraphValue


class Body:
    """A graph inside a node.

    Args:
        parts: the graph.
        around: gives what a value of the graph around it is.
        write: writes a graph for values into a builder, and gives its outputs.

    Attributes:
        inputs, outputs, captured: what it takes, gives, and uses of the graph around it.
    """

    def __init__(
        self,
        parts: GraphParts,
        around: Callable[[GraphValue], Value],
        write: Callable[[GraphParts, Sequence[Value], Builder], list[Value]],
    ) -> None:
        self.inputs: Sequence[GraphValue] = parts.inputs
        self.outputs: Sequence[GraphValue] = parts.outputs
        self.captured: Sequence[GraphValue] = parts.captured
        self._parts, self._around, self._write = parts, around, write

    def inline(self, g: Builder, values: Sequence[Value]) -> list[Value]:
        """Its outputs, written where it stands.

        Args:
            g: the builder.
            values: what it is called with.
        """
        return self._write(self._parts, values, g)

    def graph(
        self,
        name: str,
        g: Builder,
        operands: Sequence[Value] | None = None,
        before: Sequence[Value] = (),
        after: Sequence[Value] = (),
        then: Body | None = None,
    ) -> onnx.GraphProto:
        """A graph of its own.

        Args:
            name: what it is called.
            g: the builder around it.
            operands: what it is called with, of the graph around it; None where they are its inputs.
            before: inputs that stand before its own.
            after: inputs that stand behind its own.
            then: a body that is called with its outputs, whose only output stands before them.
        """
        for one in [*self.captured, *([] if then is None else then.captured)]:
            g.name_of(self._around(one))
        inner = Builder(g)
        own = [Value(one.shape, one.dtype, inner.fresh("input")) for one in self.inputs]
        inputs = [] if operands is not None else [*before, *own, *after]
        for given in inputs:
            given.name = given.name or inner.fresh("input")
        for operand in operands or ():
            g.name_of(operand)
        found = self.inline(inner, own if operands is None else operands)
        if then is not None:
            found = [inner.reshape(inner.cast(then.inline(inner, found)[0], "bool"), ()), *found]
        return finished(inner, name, inputs, found)
