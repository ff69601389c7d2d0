"""Gradients inside a graph: a node that is resolved when the graph runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.graph.keras_tensor import KerasTensor, Node
from keras_core.staging.gradients import gradients
from keras_core.staging.trace import Trace, active_trace

if TYPE_CHECKING:
    from collections.abc import Sequence


class GradientNode(Node):
    """Computes d loss / d wrt by running the part of the graph between them once more, differentiated."""

    def __init__(self, loss: KerasTensor, wrt: list[Any], outputs: list[KerasTensor]) -> None:
        super().__init__(symbolic_gradients, (loss, wrt), {}, outputs)
        self.loss = loss
        self.wrt = wrt

    def evaluate(self, environment: dict[int, Any]) -> None:
        wrt = [environment[id(w)] if isinstance(w, KerasTensor) else w for w in self.wrt]
        symbols = [w for w in self.wrt if isinstance(w, KerasTensor)]
        if any(s is not other and _depends(s, other) for s in symbols for other in symbols):
            found = [self._found(environment, [w], [value])[0] for w, value in zip(self.wrt, wrt, strict=True)]
        else:
            found = self._found(environment, self.wrt, wrt)
        for output, value, w in zip(self.flat_outputs, found, wrt, strict=True):
            environment[id(output)] = ops.zeros_like(w) if value is None else value

    def _found(self, environment: dict[int, Any], targets: list[Any], wrt: list[Any]) -> list[Any]:
        """The gradients by some of the targets, none of which depends on another."""
        symbols = [w for w in targets if isinstance(w, KerasTensor)]
        nodes = self._affected(symbols, len(symbols) < len(targets))

        def loss(*tensors: Any) -> Any:
            inner = dict(environment)
            inner.update(zip(map(id, symbols), tensors, strict=True))
            for node in nodes:
                node.evaluate(inner)
            return ops.sum(inner[id(self.loss)])

        trace = active_trace()
        if trace is None:
            return gradients(loss, wrt)[1]
        with Trace(trace.backend):  # what the part writes was written when it first ran
            return gradients(loss, wrt)[1]

    def _affected(self, symbols: list[KerasTensor], variables: bool) -> list[Node]:
        """The nodes on the way to the loss that must run again, in order."""
        given = {id(s) for s in symbols}
        order: list[Node] = []
        needs: dict[int, bool] = {}
        stack: list[tuple[Node | None, bool]] = [(self.loss.node, False)]
        while stack:
            node, expanded = stack.pop()
            if node is None or (id(node) in needs and not expanded):
                continue
            if expanded:
                needs[id(node)] = bool(node.parents) and (
                    variables
                    or any(
                        id(p) in given or (p.node is not None and needs.get(id(p.node), False)) for p in node.parents
                    )
                )
                if needs[id(node)]:
                    order.append(node)
                continue
            needs[id(node)] = False
            stack.append((node, True))
            stack.extend((p.node, False) for p in node.parents if id(p) not in given)
        return order


def _depends(tensor: KerasTensor, on: KerasTensor) -> bool:
    """Whether `on` is among what `tensor` was computed from."""
    stack, seen = [tensor], set[int]()
    while stack:
        node = stack.pop().node
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if any(parent is on for parent in node.parents):
            return True
        stack.extend(node.parents)
    return False


def symbolic_gradients(loss: KerasTensor, wrt: Sequence[Any]) -> list[KerasTensor]:
    """Gradients of a symbolic loss (its sum, where it is no scalar) by symbolic tensors or Variables.

    Args:
        loss: a KerasTensor; or what stands for the loss of a step of training, whose gradients are at hand.
        wrt: KerasTensors that the loss depends on, and Variables.

    Returns:
        One KerasTensor for each member of `wrt`, of its shape and dtype; zeros where unconnected.

    Raises:
        TypeError: for a loss that has a value already.
    """
    if hasattr(loss, "step_gradients"):
        found: list[Any] = loss.step_gradients(wrt)
        return found
    if not isinstance(loss, KerasTensor):
        raise TypeError(
            f"Symbolic gradients need a symbolic loss (computed from Input tensors or K.placeholder), got "
            f"{type(loss).__name__}. For values, use keras.gradients(function, variables)."
        )
    targets = list(wrt)
    outputs = [KerasTensor(w.shape, w.dtype) for w in targets]
    GradientNode(loss, targets, outputs)
    return outputs
