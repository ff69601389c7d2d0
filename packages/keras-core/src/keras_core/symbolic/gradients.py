"""Gradients inside a graph: a node that is resolved when the graph runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.symbolic.keras_tensor import KerasTensor
from keras_core.symbolic.node import Node


class GradientNode(Node):
    """Computes d loss / d wrt by running the part of the graph between them once more, differentiated."""

    def __init__(self, loss: KerasTensor, wrt: list[Any], outputs: list[KerasTensor]) -> None:
        super().__init__(symbolic_gradients, (loss, wrt), {}, outputs)
        self.loss = loss
        self.wrt = wrt

    def evaluate(self, environment: dict[int, Any], call: Callable[..., Any] | None = None) -> None:
        from keras_core import ops
        from keras_core.state.gradients import gradients
        from keras_core.state.trace import Trace, active_trace

        symbols = [w for w in self.wrt if isinstance(w, KerasTensor)]
        nodes = self._affected(symbols)

        def loss(*tensors: Any) -> Any:
            inner = dict(environment)
            inner.update(zip(map(id, symbols), tensors, strict=True))
            for node in nodes:
                node.evaluate(inner, call)
            value = inner[id(self.loss)]
            return ops.sum(value)

        wrt = [environment[id(w)] if isinstance(w, KerasTensor) else w for w in self.wrt]
        trace = active_trace()
        if trace is None:
            _, found = gradients(loss, wrt)
        else:
            with Trace(trace.backend):  # what the part writes was written when it first ran
                _, found = gradients(loss, wrt)
        for output, value, w in zip(self.flat_outputs, found, wrt, strict=True):
            environment[id(output)] = ops.zeros_like(w) if value is None else value

    def _affected(self, symbols: list[KerasTensor]) -> list[Node]:
        """The nodes on the way to the loss that must run again, in order."""
        given = {id(s) for s in symbols}
        variables = len(symbols) < len(self.wrt)
        order: list[Node] = []
        needs: dict[int, bool] = {}
        stack: list[tuple[Node | None, bool]] = [(self.loss.node, False)]
        while stack:
            node, expanded = stack.pop()
            if node is None or id(node) in needs and not expanded:
                continue
            if expanded:
                needs[id(node)] = bool(node.parents) and (
                    variables
                    or any(id(p) in given or (p.node is not None and needs.get(id(p.node), False)) for p in node.parents)
                )
                if needs[id(node)]:
                    order.append(node)
                continue
            needs[id(node)] = False
            stack.append((node, True))
            stack.extend((p.node, False) for p in node.parents if id(p) not in given)
        return order


def symbolic_gradients(loss: KerasTensor, wrt: Sequence[Any]) -> list[KerasTensor]:
    """Gradients of a symbolic loss (its sum, where it is no scalar) by symbolic tensors or Variables.

    Args:
        loss: a KerasTensor.
        wrt: KerasTensors that the loss depends on, and Variables.

    Returns:
        One KerasTensor for each member of `wrt`, of its shape and dtype; zeros where unconnected.
    """
    targets = list(wrt)
    outputs = [KerasTensor(w.shape, w.dtype) for w in targets]
    GradientNode(loss, targets, outputs)
    return outputs
