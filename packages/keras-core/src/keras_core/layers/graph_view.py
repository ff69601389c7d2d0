"""The calls of a layer on symbolic tensors, and what went in and came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.nested import map_nested

if TYPE_CHECKING:
    from keras_core.graph.keras_tensor import Node
    from keras_core.typing import ShapeTree, TensorTree


class GraphView:
    """The part of `Layer` that tells inputs and outputs of its calls, as Keras 2 names them."""

    name: str

    @property
    def inbound_nodes(self) -> list[Node]:
        return self._inbound_nodes

    _inbound_nodes: list[Node]

    def forget_call(self, node: Node | None) -> None:
        """Let a call on symbolic inputs no longer be among the layer's."""
        self._inbound_nodes[:] = [one for one in self._inbound_nodes if one is not node]

    def _io_at(self, index: int, which: str) -> Any:
        if not self._inbound_nodes:
            raise AttributeError(f"Layer {self.name!r} has not been called on a symbolic input, so it has no {which}.")
        count = len(self._inbound_nodes)
        if not -count <= index < count:
            raise ValueError(f"Layer {self.name!r} was called {count} times, asked for call {index}.")
        node = self._inbound_nodes[index]
        return node.outputs if which == "output" else _first_argument(node)

    def _io(self, which: str) -> Any:
        if len(self._inbound_nodes) > 1:
            raise AttributeError(
                f"Layer {self.name!r} was called {len(self._inbound_nodes)} times: its {which} is ambiguous. "
                f"Use get_{which}_at(index)."
            )
        return self._io_at(0, which)

    def _agreed_shape(self, which: str) -> Any:
        """The shape that inputs or outputs have in every call."""
        first = map_nested(_shape, self._io_at(0, which))
        for index in range(1, len(self._inbound_nodes)):
            other = map_nested(_shape, self._io_at(index, which))
            if other != first:
                raise AttributeError(
                    f"Layer {self.name!r} was called on inputs of different shapes: its {which}_shape is {first} in "
                    f"call 0 and {other} in call {index}. Use get_{which}_shape_at(index)."
                )
        return first

    @property
    def input(self) -> TensorTree:
        return self._io("input")

    @property
    def output(self) -> TensorTree:
        return self._io("output")

    @property
    def input_shape(self) -> ShapeTree:
        return self._agreed_shape("input")

    @property
    def output_shape(self) -> ShapeTree:
        return self._agreed_shape("output")

    @property
    def input_mask(self) -> TensorTree:
        return map_nested(_mask, self._io("input"))

    @property
    def output_mask(self) -> TensorTree:
        return map_nested(_mask, self._io("output"))

    def get_input_at(self, node_index: int) -> TensorTree:
        """The input of the layer's call number `node_index` on symbolic tensors."""
        return self._io_at(node_index, "input")

    def get_output_at(self, node_index: int) -> TensorTree:
        """The output of the layer's call number `node_index` on symbolic tensors."""
        return self._io_at(node_index, "output")

    def get_input_shape_at(self, node_index: int) -> ShapeTree:
        return map_nested(_shape, self._io_at(node_index, "input"))

    def get_output_shape_at(self, node_index: int) -> ShapeTree:
        return map_nested(_shape, self._io_at(node_index, "output"))

    def get_input_mask_at(self, node_index: int) -> TensorTree:
        return map_nested(_mask, self._io_at(node_index, "input"))

    def get_output_mask_at(self, node_index: int) -> TensorTree:
        return map_nested(_mask, self._io_at(node_index, "output"))


def _first_argument(node: Node) -> Any:
    """What a call takes first; of an input, which takes nothing, what it gives."""
    given = [*node.args, *node.kwargs.values()]
    return given[0] if given else node.outputs


def _shape(leaf: Any) -> Any:
    """The shape of a tensor; None for what else a call takes or gives."""
    return getattr(leaf, "shape", None)


def _mask(leaf: Any) -> Any:
    return getattr(leaf, "_keras_mask", None)
