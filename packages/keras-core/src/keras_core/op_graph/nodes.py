"""What a graph of ops consists of: values, nodes that compute values from values, and graphs inside nodes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from keras_core.graph.nested import leaves_of
from keras_core.graph.operators import TensorOperators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np

    from keras_core.backend.protocol import VariableLike
    from keras_core.graph.spec import Spec
    from keras_core.typing import Shape, Tensor, TensorTree


class GraphValue(TensorOperators):
    """A tensor of a graph: an input, a variable's value, a constant, or an output of a node.

    Args:
        spec: its shape, None where a size is not known, and dtype.
        constant: its array, where that is known now. Defaults to None.

    Attributes:
        shape, dtype: those of the spec.
        node: the node that computes it; None for inputs, variables' values and constants.
    """

    def __init__(self, spec: Spec, constant: np.ndarray | None = None) -> None:
        self.spec = spec
        self.shape: Shape = spec.shape
        self.dtype: str = spec.dtype
        self.constant = constant
        self.node: GraphNode | None = None

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def _no_value(self) -> NoReturn:
        raise TypeError(
            f"A value was asked of {self!r}, which stands for a tensor while a program is recorded. Compute with "
            "functions of keras.ops: ops.where or ops.cond for `if`, ops.cast for float()."
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.constant is None:
            self._no_value()
        return self.constant if dtype is None else self.constant.astype(dtype)

    def __bool__(self) -> bool:
        return bool(self.__array__())

    def __float__(self) -> float:
        return float(self.__array__())

    def __int__(self) -> int:
        return int(self.__array__())

    def __index__(self) -> int:
        return self.__array__().__index__()

    def __repr__(self) -> str:
        return f"<GraphValue shape={self.shape}, dtype={self.dtype}>"

    __hash__ = object.__hash__


class GraphNode:
    """One call of an op: ``op(**arguments) -> outputs``.

    Args:
        op: name of an op of the table, or ``"cond"``, ``"while_loop"``, ``"scan"``, ``"custom_gradient"`` or
            ``"value_and_gradients"``, which have graphs among their arguments (see `Recorder`).
        arguments: by the names of the op's parameters: numbers, strings, dtypes, and values and graphs, also in lists,
            tuples and slices.
        outputs: what it computes, in order, None where nothing is.
        layer: names of the layers in whose calls it was recorded, outermost first, joined by slashes.
    """

    def __init__(self, op: str, arguments: dict[str, Any], outputs: Sequence[GraphValue | None], layer: str) -> None:
        self.op = op
        self.arguments = arguments
        self.outputs = tuple(outputs)
        self.layer = layer
        for output in self.outputs:
            if output is not None:
                output.node = self

    @property
    def graphs(self) -> dict[str, GraphParts]:
        """The graphs among its arguments, by name."""
        return {name: value for name, value in self.arguments.items() if isinstance(value, GraphParts)}

    @property
    def operands(self) -> list[GraphValue]:
        """The values that it needs, in order, those that graphs inside it take from around them included."""
        own = [leaf for leaf in leaves_of(list(self.arguments.values())) if isinstance(leaf, GraphValue)]
        return own + [value for graph in self.graphs.values() for value in graph.captured]


class GraphParts:
    """What a graph of ops holds; `OpGraph` is one that can be run, printed and counted.

    Args:
        inputs: the values that stand for its arguments.
        nodes: in an order in which they can run.
        outputs: what it returns, flat.
        reads: the variables that it reads, each with the value that stands for what it holds at the beginning.
        writes: the variables that it assigns, each with the value that it has at the end.
        pack: puts flat results into the structure that the function returned; a list where None.
        takes: the nested structure of its arguments, which holds the inputs; they are flat where None.
    """

    def __init__(
        self,
        inputs: Sequence[GraphValue],
        nodes: Sequence[GraphNode],
        outputs: Sequence[GraphValue],
        reads: dict[VariableLike, GraphValue] | None = None,
        writes: dict[VariableLike, GraphValue] | None = None,
        pack: Callable[[Sequence[Tensor]], TensorTree] | None = None,
        takes: TensorTree = None,
    ) -> None:
        self.inputs = list(inputs)
        self.nodes = list(nodes)
        self.outputs = list(outputs)
        self.reads = reads or {}
        self.writes = writes or {}
        self.pack = pack
        self.takes = takes

    @property
    def results(self) -> list[GraphValue]:
        """What it is run for: its outputs, and the new values of variables."""
        return [*self.outputs, *self.writes.values()]

    @property
    def needed(self) -> list[GraphNode]:
        """The nodes that a result needs, in order; a program that is written has no others."""
        wanted = set(self.results)
        found: list[GraphNode] = []
        for node in reversed(self.nodes):
            if any(one in wanted for one in node.outputs):
                wanted |= set(node.operands)
                found.append(node)
        return found[::-1]

    @property
    def captured(self) -> list[GraphValue]:
        """Values that it takes from the graph around it: none but for graphs inside nodes."""
        inside = {*self.inputs, *self.reads.values()}
        found: dict[GraphValue, None] = {}
        for node in self.nodes:
            found |= dict.fromkeys(node.operands)
            inside |= {output for output in node.outputs if output is not None}
        found |= dict.fromkeys(self.results)
        return [value for value in found if value not in inside and value.constant is None]

    @property
    def size(self) -> int:
        """The number of nodes, those of graphs inside nodes included."""
        return sum(1 for _ in self.walk())

    def walk(self) -> Iterator[GraphNode]:
        """Each node, followed by those of the graphs inside it."""
        for node in self.nodes:
            yield node
            for graph in node.graphs.values():
                yield from graph.walk()

    def op_counts(self) -> Counter[str]:
        """How many nodes there are of each op, those of graphs inside nodes included."""
        return Counter(node.op for node in self.walk())

    def op_counts_by_layer(self) -> dict[str, Counter[str]]:
        """`op_counts` for each layer, by the names of `GraphNode.layer`, in order."""
        found: dict[str, Counter[str]] = {}
        for node in self.walk():
            found.setdefault(node.layer, Counter())[node.op] += 1
        return found
