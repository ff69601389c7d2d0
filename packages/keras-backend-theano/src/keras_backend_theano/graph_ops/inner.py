"""Pieces of a graph that an Op runs by itself: the bodies of control flow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType, grad
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.replace import clone_replace
from pytensor.tensor.type import TensorType

from keras_backend_theano.linker.compiling import compiled


class InnerGraph:
    """Outputs as a function of inputs, compiled at its first call."""

    def __init__(self, inputs: Sequence[Variable], outputs: Sequence[Variable]) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self._function: Callable[..., list[np.ndarray]] | None = None
        self._lock = threading.Lock()

    def __call__(self, *arrays: Any) -> list[np.ndarray]:
        if self._function is None:
            with self._lock:
                if self._function is None:
                    self._function = compiled(self.inputs, self.outputs)
        return self._function(*arrays)

    def replayed(self, inputs: Sequence[Variable]) -> list[Variable]:
        """The outputs for other inputs, each a variable of its own."""
        pairs = dict(zip(self.inputs, inputs, strict=True))
        # Copies keep outputs apart that are the same variable, or an input.
        return clone_replace([pt.tensor_copy(value) for value in self.outputs], replace=pairs)


def fresh(like: Variable) -> Variable:
    """A new input of the same dtype and static shape."""
    return TensorType(like.type.dtype, shape=like.type.shape)()


def is_float(value: Variable) -> bool:
    """Whether the variable can have a gradient."""
    return value.type.dtype.startswith("float")


def captured(inputs: Sequence[Variable], outputs: Sequence[Variable]) -> list[Variable]:
    """Variables from outside on which the outputs depend other than through `inputs`.

    Constants do not count. What is returned does not depend on `inputs`, and together with them it
    determines the outputs.
    """
    depends: dict[Variable, bool] = dict.fromkeys(inputs, True)
    for value in _in_order(outputs, set(inputs)):
        if value not in depends:
            depends[value] = value.owner is not None and any(depends[one] for one in value.owner.inputs)
    edge = [value for value in outputs if not depends[value]]
    for value in depends:
        if depends[value] and value not in inputs:
            edge += [one for one in value.owner.inputs if not depends[one]]
    found: dict[Variable, None] = {}
    while edge:
        value = edge.pop()
        if isinstance(value.type, TensorType) or value.owner is None:
            found[value] = None
        else:  # a scalar index, which cannot be an input: take what it is made of
            edge.extend(value.owner.inputs)
    return [value for value in found if not isinstance(value, Constant)]


def _in_order(outputs: Sequence[Variable], stop: set[Variable]) -> list[Variable]:
    """All ancestors of the outputs, each after what it depends on."""
    done: dict[Variable, None] = {}
    stack: list[tuple[Variable, bool]] = [(value, False) for value in outputs]
    while stack:
        value, expanded = stack.pop()
        if value in done:
            continue
        if expanded or value.owner is None or value in stop:
            done[value] = None
            continue
        stack.append((value, True))
        stack.extend((one, False) for one in value.owner.inputs if one not in done)
    return list(done)


def closed(inputs: Sequence[Variable], outputs: Sequence[Variable]) -> tuple[InnerGraph, list[Variable]]:
    """The outputs as an `InnerGraph` of the inputs and of what they capture, which comes second."""
    outside = captured(inputs, outputs)
    stand_ins = [fresh(value) for value in outside]
    pairs = dict(zip(outside, stand_ins, strict=True))
    replaced = clone_replace([pt.tensor_copy(v) for v in outputs], replace=pairs) if outputs else []
    return InnerGraph([*inputs, *stand_ins], replaced), outside


def pulled_back(outputs: Sequence[Variable], wrt: Sequence[Variable], cotangents: Sequence[Variable]) -> list[Variable]:
    """Gradients by `wrt` of the outputs weighted by `cotangents`; zeros where nothing is connected.

    Outputs must be distinct variables.
    """
    known = {output: cotangent for output, cotangent in zip(outputs, cotangents, strict=True) if is_float(output)}
    if not wrt or not known:
        return [pt.zeros_like(value) for value in wrt]
    found = grad(None, list(wrt), known_grads=known, disconnected_inputs="ignore", return_disconnected="zero")
    return [pt.cast(g, v.type.dtype) for g, v in zip(found, wrt, strict=True)]


def connected(cotangents: Sequence[Variable], outputs: Sequence[Variable]) -> list[Variable]:
    """Cotangents, zeros in the place of those that are not connected."""
    return [
        pt.zeros_like(output) if isinstance(cotangent.type, DisconnectedType) else cotangent
        for cotangent, output in zip(cotangents, outputs, strict=True)
    ]


def input_cotangents(inputs: Sequence[Variable], gradients: Sequence[Variable]) -> list[Variable]:
    """Gradients of the floating-point inputs in their places; zeros for the others."""
    queue = iter(gradients)
    return [next(queue) if is_float(v) else pt.zeros_like(v, dtype="float32") for v in inputs]
