"""Whole-sequence LSTM and GRU as single Ops, each with an Op for its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

from keras_backend_theano.custom_ops import unfused
from keras_backend_theano.custom_ops.gradients import vjp, zeros_if_disconnected
from keras_backend_theano.kernels import gru, lstm
from keras_backend_theano.symbolic import input_like

if TYPE_CHECKING:
    from collections.abc import Sequence


def _filled(cotangents: Sequence[Variable], outputs: Sequence[Variable]) -> list[Variable]:
    """Gradients with zeros of length 1 in the place of those that are not connected."""
    return [
        pt.zeros((1,) * output.type.ndim, dtype=output.type.dtype)
        if isinstance(cotangent.type, DisconnectedType)
        else cotangent
        for cotangent, output in zip(cotangents, outputs, strict=True)
    ]


class _Recurrent(Op):
    """`masked`: a mask is the last input. The first output is (batch, time, units)."""

    results: int
    """How many outputs are of use outside; the others are kept for the gradient."""

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        outputs = len(node.outputs)
        pattern = [[True] * self.results + [False] * (outputs - self.results) for _ in node.inputs]
        if self.masked:
            pattern[-1] = [False] * outputs
        return pattern

    def _outputs(self, x: Variable, h: Variable, states: int, gates: int, kept: int) -> list[Any]:
        (batch, time, _), units = x.type.shape, h.type.shape[1]
        shapes: list[tuple[int | None, ...]] = [(batch, time, units)]
        shapes += [(batch, units)] * states
        shapes += [(time, batch, None if units is None else gates * units)]
        shapes += [(time, batch, units)] * kept
        return [TensorType(x.type.dtype, shape=shape)() for shape in shapes]

    def _gradient(self, kind: type[Op], inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        weights = inputs[:-1] if self.masked else inputs
        mask = inputs[-1:] if self.masked else []
        used = _filled(cotangents[: self.results], outputs[: self.results])
        props = [getattr(self, name) for name in self.__props__]
        gradients = kind(*props)(*weights, *mask, *outputs, *used)
        return list(gradients) + [DisconnectedType()()] * len(mask)


class _RecurrentGradient(Op):
    """Gradients with respect to the floating-point inputs; its own gradient is that of the unfused formulas."""

    arguments: int
    """How many inputs of the forward Op have gradients."""
    kept: int
    """How many outputs the forward Op has."""

    def unfused(self, arguments: list[Variable], mask: Any) -> list[Variable]:
        """The forward Op's outputs without those kept for its gradient, by PyTensor's own Ops.

        Args:
            arguments: inputs of the forward Op that have gradients.
            mask: (batch, time) of bool, or None.
        """
        raise NotImplementedError

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        return Apply(self, tensors, [input_like(value) for value in tensors[: self.arguments]])

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        arguments, mask, results, weights = self._split(inputs, self.kept)
        given = [pt.tensor_copy(value) for value in arguments]
        given_weights = [pt.tensor_copy(value) for value in weights]
        primal = [pt.tensor_copy(value) for value in self.unfused(given, mask)]
        full = [w + pt.zeros_like(p) for w, p in zip(given_weights, primal, strict=True)]
        first = [pt.tensor_copy(value) for value in vjp(primal, given, full)]
        second = vjp(first, [*given, *given_weights], zeros_if_disconnected(cotangents, outputs))
        # What the forward Op kept depends on the arguments, whose gradients are whole already.
        between = [pt.zeros_like(v, dtype="float32") for v in ([mask] if self.masked else [])]
        between += [pt.zeros_like(value) for value in results]
        return [*second[: self.arguments], *between, *second[self.arguments :]]

    def _split(self, inputs: Any, kept: int) -> tuple[list[Any], Any, list[Any], list[Any]]:
        """Arguments, mask, results of the forward Op and gradients with respect to its results."""
        at = self.arguments
        mask = inputs[at] if self.masked else None
        rest = list(inputs[at + self.masked :])
        return list(inputs[:at]), mask, rest[:kept], rest[kept:]


class LSTM(_Recurrent):
    """(x, h, c, kernel, recurrent kernel, bias[, mask]) → (outputs, h, c, gates, cells)."""

    __props__ = ("masked", "backwards")
    results = 3

    def __init__(self, masked: bool, backwards: bool) -> None:
        self.masked = masked
        self.backwards = backwards

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        return Apply(self, tensors, self._outputs(tensors[0], tensors[1], 2, 4, 1))

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        mask = inputs[6] if self.masked else None
        run = lstm.forward(inputs[:6], mask, self.backwards)
        for storage, value in zip(outputs, run, strict=True):
            storage[0] = value

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return self._gradient(LSTMGradient, inputs, outputs, cotangents)


class LSTMGradient(_RecurrentGradient):
    """(inputs of `LSTM`, its outputs, gradients w.r.t. the first three) → gradients w.r.t. the inputs."""

    __props__ = ("masked", "backwards")
    arguments, kept = 6, 5

    def __init__(self, masked: bool, backwards: bool) -> None:
        self.masked = masked
        self.backwards = backwards

    def unfused(self, arguments: list[Variable], mask: Any) -> list[Variable]:
        return unfused.lstm(arguments, mask, self.backwards)

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        arguments, mask, results, gradients = self._split(inputs, self.kept)
        run = lstm.LSTMRun(*results)
        values = lstm.backward(arguments, mask, run, gradients, self.backwards)
        for storage, value in zip(outputs, values, strict=True):
            storage[0] = value


class GRU(_Recurrent):
    """(x, h, kernel, recurrent kernel, bias, recurrent bias[, mask]) → (outputs, h, gates, inner)."""

    __props__ = ("masked", "backwards", "reset_after")
    results = 2

    def __init__(self, masked: bool, backwards: bool, reset_after: bool) -> None:
        self.masked = masked
        self.backwards = backwards
        self.reset_after = reset_after

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        return Apply(self, tensors, self._outputs(tensors[0], tensors[1], 1, 3, 1))

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        mask = inputs[6] if self.masked else None
        run = gru.forward(inputs[:6], mask, self.backwards, self.reset_after)
        for storage, value in zip(outputs, run, strict=True):
            storage[0] = value

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return self._gradient(GRUGradient, inputs, outputs, cotangents)


class GRUGradient(_RecurrentGradient):
    """(inputs of `GRU`, its outputs, gradients w.r.t. the first two) → gradients w.r.t. the inputs."""

    __props__ = ("masked", "backwards", "reset_after")
    arguments, kept = 6, 4

    def __init__(self, masked: bool, backwards: bool, reset_after: bool) -> None:
        self.masked = masked
        self.backwards = backwards
        self.reset_after = reset_after

    def unfused(self, arguments: list[Variable], mask: Any) -> list[Variable]:
        return unfused.gru(arguments, mask, self.backwards, self.reset_after)

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        arguments, mask, results, gradients = self._split(inputs, self.kept)
        run = gru.GRURun(*results)
        values = gru.backward(arguments, mask, run, gradients, self.backwards, self.reset_after)
        for storage, value in zip(outputs, values, strict=True):
            storage[0] = value
