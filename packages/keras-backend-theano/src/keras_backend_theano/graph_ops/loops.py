"""Loops over graphs: a scan, differentiable to any order, and a while loop without gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import grad_not_implemented
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

from keras_backend_theano.graph_ops.inner import (
    InnerGraph,
    connected,
    fresh,
    input_cotangents,
    is_float,
    pulled_back,
)
from keras_backend_theano.linker.nodes import function_of


class Scan(Op):
    """(*carry, *sequences, *fixed) → (*last carry, *stacked results, *stacked carry before each step).

    The last group is there for the gradient and costs nothing when it is not used.

    Args:
        body: graph of (*carry, *one row of each sequence, *fixed) → (*new carry, *row of results).
        carries: number of carried tensors.
        sequences: number of sequences, whose first axis is run through.
        length: number of steps when there is no sequence to tell.
        reverse: whether to begin with the last row; stacked results keep the order of rows.
    """

    def __init__(self, body: InnerGraph, carries: int, sequences: int, length: int | None, reverse: bool) -> None:
        self.body = body
        self.carries = carries
        self.sequences = sequences
        self.length = length
        self.reverse = reverse

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        length = self.length
        for sequence in tensors[self.carries : self.carries + self.sequences]:
            length = sequence.type.shape[0] if length is None else length
        carry = self.body.inputs[: self.carries]
        rows = [*self.body.outputs[self.carries :], *carry]
        outputs = [fresh(value) for value in carry]
        outputs += [TensorType(v.type.dtype, shape=(length, *v.type.shape))() for v in rows]
        return Apply(self, tensors, outputs)

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        results = self.run(node, (True,) * len(outputs), inputs)
        for storage, value in zip(outputs, results, strict=True):
            storage[0] = value

    def run(self, node: Apply, used: tuple[bool, ...], inputs: Any) -> tuple[Any, ...]:
        """All outputs; None for stacked ones that are not used."""
        carry = list(inputs[: self.carries])
        sequences = inputs[self.carries : self.carries + self.sequences]
        fixed = inputs[self.carries + self.sequences :]
        length = len(sequences[0]) if sequences else self.length
        assert length is not None
        stacked = [
            _Stack(length, value.type) if wanted else None
            for value, wanted in zip(node.outputs[self.carries :], used[self.carries :], strict=True)
        ]
        results = len(stacked) - self.carries
        for step in reversed(range(length)) if self.reverse else range(length):
            rows = [sequence[step] for sequence in sequences]
            new = self.body(*carry, *rows, *fixed)
            for stack, row in zip(stacked, (*new[self.carries :], *carry), strict=True):
                if stack is not None:
                    stack.put(step, row)
            carry = new[: self.carries]
        assert results >= 0
        return (*map(np.array, carry), *(stack and stack.array() for stack in stacked))

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        count, body = self.carries, self.body
        history = outputs[len(outputs) - count :]
        weights = connected(cotangents, outputs)
        sequences, fixed = (
            inputs[count : count + self.sequences],
            inputs[count + self.sequences :],
        )
        # One step back: from the cotangents of the new carry and of the row of results to those of
        # the old carry, the rows of the sequences, and (summed up) the fixed inputs.
        given = [fresh(value) for value in body.inputs]
        given_rows = given[count : count + self.sequences]
        given_fixed = given[count + self.sequences :]
        results = body.replayed(given)
        d_carry = [fresh(value) for value in given[:count] if is_float(value)]
        d_rows = [TensorType(w.type.dtype, shape=w.type.shape[1:])() for w in weights[count:]]
        d_results, d_history = d_rows[: len(d_rows) - count], d_rows[len(d_rows) - count :]
        sums = [fresh(value) for value in given_fixed if is_float(value)]
        queue = iter(d_carry)
        known = [next(queue) if is_float(v) else v for v in results[:count]] + d_results
        wrt = [value for value in given if is_float(value)]
        pulled = iter(pulled_back(results, wrt, known))
        to_carry = [
            next(pulled) + more for value, more in zip(given[:count], d_history, strict=True) if is_float(value)
        ]
        to_rows = [next(pulled) for value in given_rows if is_float(value)]
        to_sums = [total + more for total, more in zip(sums, pulled, strict=True)]
        back = InnerGraph(
            [*d_carry, *sums, *given_rows, *given[:count], *d_rows, *given_fixed],
            [*to_carry, *to_sums, *to_rows],
        )
        start = [w for w, v in zip(weights[:count], inputs[:count], strict=True) if is_float(v)]
        zeros = [pt.zeros_like(value) for value in fixed if is_float(value)]
        node = Scan(
            back,
            len(start) + len(zeros),
            self.sequences + count + len(d_rows),
            self.length,
            not self.reverse,
        )
        found = node(*start, *zeros, *sequences, *history, *weights[count:], *fixed, return_list=True)
        by_carry, by_fixed = found[: len(start)], found[len(start) : len(start) + len(zeros)]
        by_rows = found[len(start) + len(zeros) :][: len(to_rows)]
        return input_cotangents(inputs, [*by_carry, *by_rows, *by_fixed])


class _Stack:
    """Rows put into one array, which is made when the first row tells its shape."""

    def __init__(self, length: int, kind: Any) -> None:
        self._length = length
        self._kind = kind
        self._array: np.ndarray | None = None

    def put(self, step: int, row: Any) -> None:
        if self._array is None:
            self._array = np.empty((self._length, *np.shape(row)), self._kind.dtype)
        self._array[step] = row

    def array(self) -> np.ndarray:
        if self._array is None:
            shape = [n or 0 for n in self._kind.shape[1:]]
            self._array = np.empty((self._length, *shape), self._kind.dtype)
        return self._array


@function_of.register(Scan)
def _scan(op: Scan, node: Apply, used: tuple[bool, ...]) -> Any:
    single = len(node.outputs) == 1

    def run(*inputs: Any) -> Any:
        results = op.run(node, used, inputs)
        return results[0] if single else results

    return run


class WhileLoop(Op):
    """(*state, *fixed of the test, *fixed of the body) → state when the test first fails.

    Args:
        test: graph of (*state, *its fixed inputs) → a bool scalar.
        body: graph of (*state, *its fixed inputs) → new state.
        states: number of state tensors.
    """

    def __init__(self, test: InnerGraph, body: InnerGraph, states: int) -> None:
        self.test = test
        self.body = body
        self.states = states

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        return Apply(self, tensors, [fresh(value) for value in self.body.inputs[: self.states]])

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        state = list(inputs[: self.states])
        middle = len(self.test.inputs)
        of_test, of_body = inputs[self.states : middle], inputs[middle:]
        while self.test(*state, *of_test)[0]:
            state = self.body(*state, *of_body)
        for storage, value in zip(outputs, state, strict=True):
            storage[0] = np.array(value)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return [
            grad_not_implemented(self, k, value, "A while loop has no gradient here; use scan.")
            for k, value in enumerate(inputs)
        ]
