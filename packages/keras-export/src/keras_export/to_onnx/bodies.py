"""What rules get for a graph inside a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx
    from keras_core.op_graph import GraphValue

    from keras_export.to_onnx.builder import Builder
    from keras_export.to_onnx.values import Value


class Body(Protocol):
    """A graph inside a node.

    Attributes:
        inputs: what it takes.
        outputs: what it gives.
        captured: what it uses of the graph around it.
    """

    inputs: Sequence[GraphValue]
    outputs: Sequence[GraphValue]
    captured: Sequence[GraphValue]

    def inline(self, g: Builder, values: Sequence[Value]) -> list[Value]:
        """Its outputs, written where it stands.

        Args:
            g: the builder.
            values: what it is called with.
        """

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
