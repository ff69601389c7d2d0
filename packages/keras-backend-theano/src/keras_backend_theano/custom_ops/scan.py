"""A loop over the first axis of tensors, differentiable to any order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor.tensor as pt
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

from keras_backend_theano.compiler.dispatch.basic import numpy_funcify
from keras_backend_theano.custom_ops.gradients import input_cotangents, vjp, zeros_if_disconnected
from keras_backend_theano.custom_ops.inner_graph import InnerGraph, closure_convert, stable_carry
from keras_backend_theano.symbolic import input_like, is_float, tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def scan(
    body: Callable[[list[Variable], list[Variable]], tuple[Sequence[Any], Sequence[Any]]],
    carry: Sequence[Any],
    xs: Sequence[Any],
    length: int | None = None,
    reverse: bool = False,
) -> tuple[list[Variable], list[Variable]]:
    """A loop over the first axis of tensors.

    Args:
        body: builds ``(new carry, results)`` of a step from the carry and one row of each of `xs`; it may capture
            other variables.
        carry: state before the first step.
        xs: tensors of the same first axis.
        length: number of steps, if there are no `xs`.
        reverse: whether to begin with the last row; stacked results keep the order of rows.

    Returns:
        The last carry, and the results of all steps stacked.
    """
    start, sequences = [tensor(value) for value in carry], [tensor(value) for value in xs]
    rows = [TensorType(v.type.dtype, shape=v.type.shape[1:])() for v in sequences]
    results: list[Any] = []

    def step(*values: Any) -> list[Any]:
        new, found = body(list(values), rows)
        results[:] = [tensor(value) for value in found]
        return list(new)

    inside, new = stable_carry(start, step)
    count = len(start)
    graph, outside = closure_convert([*inside, *rows], [*new, *results])
    node = Scan(graph, count, len(sequences), None if sequences else length, reverse)
    outputs = node(*start, *sequences, *outside, return_list=True) if graph.outputs else []
    return outputs[:count], outputs[count : count + len(results)]


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
        outputs = [input_like(value) for value in carry]
        outputs += [TensorType(v.type.dtype, shape=(length, *v.type.shape))() for v in rows]
        return Apply(self, tensors, outputs)

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        results = self.run(node, (True,) * len(outputs), inputs)
        for storage, value in zip(outputs, results, strict=True):
            storage[0] = value

    def run(self, node: Apply, used: tuple[bool, ...], inputs: Any) -> tuple[Any, ...]:
        """Run the loop.

        Args:
            node: a node of this Op.
            used: for each output, whether it is needed.
            inputs: arrays for the node's inputs.

        Returns:
            All outputs; None for stacked ones that are not used.
        """
        carry = list(inputs[: self.carries])
        sequences = inputs[self.carries : self.carries + self.sequences]
        fixed = inputs[self.carries + self.sequences :]
        length = len(sequences[0]) if sequences else self.length
        assert length is not None
        stacked = [
            _Stack(length, value.type) if wanted else None
            for value, wanted in zip(node.outputs[self.carries :], used[self.carries :], strict=True)
        ]
        for step in reversed(range(length)) if self.reverse else range(length):
            rows = [sequence[step] for sequence in sequences]
            new = self.body(*carry, *rows, *fixed)
            for stack, row in zip(stacked, (*new[self.carries :], *carry), strict=True):
                if stack is not None:
                    stack.put(step, row)
            carry = new[: self.carries]
        return (*map(np.array, carry), *(stack and stack.array() for stack in stacked))

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        count, body = self.carries, self.body
        history = outputs[len(outputs) - count :]
        weights = zeros_if_disconnected(cotangents, outputs)
        sequences, fixed = (
            inputs[count : count + self.sequences],
            inputs[count + self.sequences :],
        )
        # One step back: from the cotangents of the new carry and of the row of results to those of
        # the old carry, the rows of the sequences, and (summed up) the fixed inputs.
        given = [input_like(value) for value in body.inputs]
        given_rows = given[count : count + self.sequences]
        given_fixed = given[count + self.sequences :]
        results = body.applied_to(given)
        d_carry = [input_like(value) for value in given[:count] if is_float(value)]
        d_rows = [TensorType(w.type.dtype, shape=w.type.shape[1:])() for w in weights[count:]]
        d_results, d_history = d_rows[: len(d_rows) - count], d_rows[len(d_rows) - count :]
        sums = [input_like(value) for value in given_fixed if is_float(value)]
        queue = iter(d_carry)
        known = [next(queue) if is_float(v) else v for v in results[:count]] + d_results
        wrt = [value for value in given if is_float(value)]
        pulled = iter(vjp(results, wrt, known))
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


@numpy_funcify.register(Scan)
def _scan(op: Scan, node: Apply, used: tuple[bool, ...]) -> Any:
    single = len(node.outputs) == 1

    def run(*inputs: Any) -> Any:
        results = op.run(node, used, inputs)
        return results[0] if single else results

    return run
