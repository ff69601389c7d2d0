"""A graph of ops that can be run, printed and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.op_graph.counting import arithmetic_of
from keras_core.op_graph.nodes import GraphParts
from keras_core.op_graph.running import run
from keras_core.op_graph.text import text_of

if TYPE_CHECKING:
    from keras_core.typing import TensorTree


class OpGraph(GraphParts):
    """A program as a graph of ops.

    Called with tensors, it computes what the function computed that it was recorded of, on the backend that these
    belong to, and assigns its variables; ``stage(graph, graph.writes)`` compiles it. `print` shows it.

    Args:
        inputs: the values that stand for its arguments.
        nodes: in an order in which they can run.
        outputs: what it returns, flat.
        reads: the variables that it reads, each with the value that stands for what it holds at the beginning.
        writes: the variables that it assigns, each with the value that it has at the end.
        pack: puts flat results into the structure that the function returned; a list where None.
        takes: the nested structure of its arguments, which holds the inputs; they are flat where None.
    """

    def arithmetic(self, batch_size: int = 1) -> int:
        """How many arithmetic operations a run takes, see `arithmetic_by_layer`."""
        return sum(self.arithmetic_by_layer(batch_size).values())

    def arithmetic_by_layer(self, batch_size: int = 1) -> dict[str, int]:
        """How many arithmetic operations a run takes in each layer, by the names of `GraphNode.layer`, in order.

        A product of matrices and a convolution are two for each multiplication and addition in it, a reduction is one
        for each element that it takes, all else that computes is one for each element that it gives, and what only
        moves elements is none. Steps of a `scan` count as often as they run, those of a `while_loop` once, and of the
        branches of a `cond` the longer one. Gradients count as twice what they differentiate.

        Args:
            batch_size: what stands for sizes that are not known. Defaults to 1.
        """
        return arithmetic_of(self, batch_size)

    def __call__(self, *args: TensorTree) -> TensorTree:
        return run(self, args)

    def __str__(self) -> str:
        return text_of(self)

    def __repr__(self) -> str:
        return f"<OpGraph of {len(self.inputs)} inputs, {self.size} nodes, {len(self.outputs)} outputs>"
