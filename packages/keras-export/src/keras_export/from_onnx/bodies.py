"""Graphs inside nodes as models of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Input, Model, is_keras_tensor

from keras_export.from_onnx.calling import call_nodes
from keras_export.from_onnx.scope import captured, plain
from keras_export.from_onnx.sizes import Size, as_sizes, is_sizes, replaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx

    from keras_export.from_onnx.scope import Scope


class Body:
    """A graph inside a node, which a layer runs as a model.

    The model takes the inputs of the graph that are no constants, and then what the graph uses of those around it.

    Args:
        around: the scope of the node.
        graph: the graph.
        inputs: what it is called with: constants, or the dtype and the sizes of a tensor, as they are around it.
        repeats: how often one run of the node runs it, as far as that is known. Defaults to 1.

    Attributes:
        inputs: its own inputs, symbolic tensors.
        captured: the symbolic tensors around it that it uses, in the order in which its model takes them.
        results: what the graph gives.

    Raises:
        ValueError: for another number of inputs than the graph has.
    """

    def __init__(
        self,
        around: Scope,
        graph: onnx.GraphProto,
        inputs: Sequence[np.ndarray | tuple[str, Sequence[Any]]] = (),
        repeats: int = 1,
    ) -> None:
        if len(inputs) != len(graph.input):
            raise ValueError(f"its graph '{graph.name}' takes {len(graph.input)} inputs, and it gives {len(inputs)}")
        self._around = around
        self._name = plain(graph.name)
        self._scope = around.inside(graph)
        self._scope.repeats *= repeats
        self._taken: dict[int, Any] = {}  # of a tensor around it → the input that stands for it
        self._lengths: dict[int, Sequence[Any]] = {}  # of an input → sizes around it
        self.inputs: list[Any] = []
        self.captured: list[Any] = []
        for info, given in zip(graph.input, inputs, strict=True):
            if isinstance(given, np.ndarray):
                self._scope.define(info.name, given)
                continue
            self.inputs.append(self._input(*given, info.name))
            self._scope.define(info.name, self.inputs[-1])
        self._scope.anchor = self.inputs[0] if self.inputs else self.take(around.anchor)
        for name in captured(graph):
            self._scope.define(name, self._inner(around.given(name)), around.trained(name))
        self.results: list[Any] = call_nodes(graph, self._scope)
        self._outputs = [one.name for one in graph.output]

    def _input(self, dtype: str, lengths: Sequence[Any], name: str) -> Any:
        shape = tuple(None if isinstance(one, Size) else one for one in lengths)
        made = Input(batch_shape=shape, dtype=dtype, name=self._scope.fresh(name))
        self._lengths[id(made)] = lengths
        return made

    def take(self, tensor: Any) -> Any:
        """What stands for a tensor around it.

        Args:
            tensor: the symbolic tensor.
        """
        if id(tensor) not in self._taken:
            self.captured.append(tensor)
            self._taken[id(tensor)] = self._input(tensor.dtype, self._around.lengths(tensor), "captured")
        return self._taken[id(tensor)]

    def _inner(self, value: Any) -> Any:
        if is_keras_tensor(value):
            return self.take(value)
        if not is_sizes(value):
            return value
        found = np.empty(value.shape, object)
        for place, one in np.ndenumerate(value):
            found[place] = replaced(one, lambda leaf: self._scope.lengths(self.take(leaf.args[0]))[leaf.args[1]])
        return as_sizes(found)

    def outputs(self, begin: int = 0, end: int | None = None) -> list[Any]:
        """Some of its results as symbolic tensors.

        Args:
            begin: the first. Defaults to 0.
            end: that behind the last. Defaults to None, for all.
        """
        return [self._scope.tensor(name, whole=True) for name in self._outputs[begin:end]]

    def lengths(self, tensor: Any) -> list[Any]:
        """The sizes of a tensor in it, as they are around it; None for those that are not known there.

        Args:
            tensor: the symbolic tensor.
        """

        def outside(leaf: Size) -> Any:
            return self._lengths[id(leaf.args[0])][leaf.args[1]]

        found: list[Any] = []
        for one in self._scope.lengths(tensor):
            try:
                found.append(replaced(one, outside))
            except KeyError:
                found.append(None)
        return found

    def model(self, outputs: Sequence[Any]) -> Model:
        """The model.

        Args:
            outputs: what it gives.
        """
        return Model([*self.inputs, *self._taken.values()], list(outputs), name=self._name[:60] or "body")
