"""Graphs inside an Op: the bodies of control flow."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.replace import clone_replace
from pytensor.tensor.type import TensorType

from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.symbolic import input_like, tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np


class InnerGraph:
    """Outputs as a function of inputs, compiled at its first call.

    Args:
        inputs: variables without an owner.
        outputs: variables that depend on the inputs and on constants alone.
    """

    def __init__(self, inputs: Sequence[Variable], outputs: Sequence[Variable]) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self._function: Callable[..., list[np.ndarray]] | None = None
        self._lock = threading.Lock()

    def __call__(self, *arrays: Any) -> list[np.ndarray]:
        if self._function is None:
            with self._lock:
                if self._function is None:
                    self._function = compile_graph(self.inputs, self.outputs)
        return self._function(*arrays)

    def applied_to(self, inputs: Sequence[Variable]) -> list[Variable]:
        """The outputs for other inputs, each a variable of its own."""
        pairs = dict(zip(self.inputs, inputs, strict=True))
        # Copies keep outputs apart that are the same variable, or an input.
        return clone_replace([pt.tensor_copy(value) for value in self.outputs], replace=pairs)


def captured(inputs: Sequence[Variable], outputs: Sequence[Variable]) -> list[Variable]:
    """What a function captures: variables on which its outputs depend other than through its inputs.

    Constants do not count.

    Args:
        inputs: arguments of the function.
        outputs: its results.

    Returns:
        Variables that do not depend on `inputs`, and that determine the outputs together with them.
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


def closure_convert(inputs: Sequence[Variable], outputs: Sequence[Variable]) -> tuple[InnerGraph, list[Variable]]:
    """A function with its captured variables turned into further inputs.

    Args:
        inputs: arguments of the function.
        outputs: its results.

    Returns:
        A graph of the inputs followed by stand-ins for the captured variables, and the captured variables.
    """
    outside = captured(inputs, outputs)
    stand_ins = [input_like(value) for value in outside]
    pairs = dict(zip(outside, stand_ins, strict=True))
    replaced = clone_replace([pt.tensor_copy(v) for v in outputs], replace=pairs) if outputs else []
    return InnerGraph([*inputs, *stand_ins], replaced), outside


def stable_carry(state: Sequence[Variable], step: Callable[..., list[Any]]) -> tuple[list[Variable], list[Variable]]:
    """Inputs and outputs of a loop's body for its carried state, with the same dtypes and static shapes.

    A size that a step changes is unknown inside.

    Args:
        state: the state before the first step.
        step: builds the state after a step from the state before it.

    Returns:
        The body's inputs, and its outputs.
    """
    inside = [input_like(value) for value in state]
    for _ in range(2):
        new = [tensor(n, s.type.dtype) for n, s in zip(step(*inside), inside, strict=True)]
        shapes = [
            tuple(a if a == b else None for a, b in zip(n.type.shape, s.type.shape, strict=True))
            for n, s in zip(new, inside, strict=True)
        ]
        if all(s.type.shape == shape for s, shape in zip(inside, shapes, strict=True)):
            break
        inside = [TensorType(s.type.dtype, shape=shape)() for s, shape in zip(inside, shapes, strict=True)]
        new = [tensor(n, s.type.dtype) for n, s in zip(step(*inside), inside, strict=True)]
    return inside, [
        n if n.type.shape == s.type.shape else pt.specify_shape(n, s.type.shape)
        for n, s in zip(new, inside, strict=True)
    ]
