"""Compiling stateful functions: pure functions of the variables' values, whose new values are put back at the end."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core.backend.toolkit import Cell, padded_rows, replace, run_pure, values_of

from keras_backend_jax import devices
from keras_backend_jax.framework import wide_allowed

if TYPE_CHECKING:
    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor

FlatFunction = Callable[..., Any]
Program = Callable[..., "list[Tensor]"]

STEP_BY_STEP = frozenset({"conv", "conv_transpose", "depthwise_conv", "separable_conv"})
"""Ops that XLA computes with one thread and a slow kernel when they stand in a loop on a CPU."""

_ROOM = 2**15
"""Indices that a compiled loop has room for: 1,024 batches of 32."""

_LITTLE = 2**20
"""Bytes of replaced values that a program may keep until its next call."""


class Pure:
    """`fn` as a pure function of the variables' values and of its arguments.

    Args:
        variables: those that `fn` may write. Others that it reads are found when it is traced first, and added
            to `known`.

    Attributes:
        known: the variables whose values it takes, in their order.
        written: those that it writes, known once it was traced; `changed` are their cells, `size` the bytes in them.
        replaced: what these held before the last call, where it is little. It is freed while the next call runs,
            which hides 20 µs of a small step.
    """

    def __init__(self, backend: Any, fn: FlatFunction, variables: Sequence[VariableLike]) -> None:
        self.backend = backend
        self.fn = fn
        self.allowed = list(variables)
        self.known = list(variables)
        self.cells = [variable.storage for variable in variables]
        self.written: list[VariableLike] = []
        self.changed: list[Cell] = []
        self.traced = False
        self.size = 0
        self.replaced: list[Tensor] | None = None

    def __call__(self, values: Sequence[Tensor], tensors: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """Results of `fn`, and the new values of `written`."""
        foreign: dict[VariableLike, None] = {}

        def fetch(variable: VariableLike) -> Tensor:
            foreign[variable] = None
            return variable.storage.value

        known = dict(zip(self.known, values, strict=False))  # another thread may have added some since
        with wide_allowed():
            outputs, written = run_pure(self.backend, self.fn, tensors, self.allowed, known, fetch)
        if foreign:
            more = [variable for variable in foreign if variable not in self.known]
            self.known += more
            self.cells += [variable.storage for variable in more]
            raise _MoreVariables
        self.written = list(written)
        self.changed = [variable.storage for variable in written]
        self.size = sum(value.size * value.dtype.itemsize for value in written.values())
        self.traced = True
        return outputs, list(written.values())


class _MoreVariables(Exception):
    """The function reads variables that it was not given; it is traced again, with them."""


def _call(pure: Pure, compiled: Callable[..., Any], *given: Any) -> tuple[list[Tensor], list[Tensor]]:
    while True:
        try:
            return compiled(values_of(pure.cells), *given)
        except _MoreVariables:
            continue


def _commit(pure: Pure, new: Sequence[Tensor]) -> list[Tensor]:
    """Put new values in place once they are computed, the old ones: what fails in between leaves all as it was."""
    if new:
        new[0].block_until_ready()  # all results of a call are there at the same time
        return replace(pure.changed, new)
    return []


def stage(backend: Any, fn: FlatFunction, variables: Sequence[VariableLike]) -> Program:
    """`fn` as one compiled call.

    Args:
        backend: the backend object.
        fn: a flat function that reads and assigns variables.
        variables: those that it may assign.
    """
    pure = Pure(backend, fn, variables)
    compiled = jax.jit(pure.__call__)

    def program(*tensors: Tensor) -> list[Tensor]:
        outputs, new = _call(pure, compiled, tensors)
        pure.replaced = None
        old = _commit(pure, new)
        if pure.size <= _LITTLE:
            pure.replaced = old
        return outputs

    return program


def stage_steps(
    backend: Any,
    fn: FlatFunction,
    variables: Sequence[VariableLike],
    ops: frozenset[str],
    most: int | None = None,
) -> Program:
    """``steps(indices, *data)``: `fn` on the rows of `data` that each row of `indices` names.

    Args:
        backend: the backend object.
        fn: a flat function of one batch.
        variables: those that it may assign.
        ops: names of the Keras ops in it.
        most: how many steps a call has at most, where that is known.
    """
    pure = Pure(backend, fn, variables)
    if ops & STEP_BY_STEP and devices.default().platform == "cpu":
        return _one_by_one(pure)
    return _in_a_loop(pure, most)


def _rows(data: Sequence[Tensor], places: Tensor) -> list[Tensor]:
    """Rows of arrays; the indices come from the core and lie inside."""
    return [jnp.take(one, places, 0, mode="clip") for one in data]


def _one_by_one(pure: Pure) -> Program:
    """One compiled call a step.

    The first is given copies of the values that it changes, and each next one what came of it: so all may
    overwrite them (they are donated), and the variables keep theirs until the last step is done.
    """
    one_step = jax.jit(pure.__call__)
    copied = jax.jit(lambda values: [jnp.copy(value) for value in values])

    def step(changing: list[Tensor], values: list[Tensor], places: Tensor, data: Sequence[Tensor]) -> Any:
        return one_step(_with(values, _positions(pure), changing), _rows(data, places))

    compiled = jax.jit(step, donate_argnums=0)

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        rows = np.asarray(indices)
        if not pure.traced:
            _call(pure, functools.partial(jax.eval_shape, one_step), _rows(data, rows[0]))
        values = values_of(pure.cells)
        new = copied([values[position] for position in _positions(pure)])
        for row in rows:
            outputs, new = compiled(new, values, row, data)
        _commit(pure, new)
        return outputs

    return steps


def _in_a_loop(pure: Pure, most: int | None) -> Program:
    """All steps in one compiled loop, which carries the values that they write.

    XLA compiles for static shapes, so the index matrix is padded to a fixed height; a higher one is split.
    """
    one_step = jax.jit(pure.__call__)

    def loop(values: list[Tensor], count: Tensor, indices: Tensor, data: Sequence[Tensor]) -> Any:
        with wide_allowed():  # as below: what is traced here is used there
            shapes, _ = jax.eval_shape(one_step, values, _rows(data, indices[0]))
        positions = _positions(pure)

        def step(k: Tensor, carried: Any) -> Any:
            now = _with(values, positions, carried[1])
            return one_step(now, _rows(data, lax.dynamic_index_in_dim(indices, k, keepdims=False)))

        start = [jnp.zeros(out.shape, out.dtype) for out in shapes], [values[position] for position in positions]
        with wide_allowed():
            return lax.fori_loop(0, count, step, start)

    compiled = jax.jit(loop)

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        rows = np.asarray(indices)
        height = most or max(_ROOM // max(rows[0].size, 1), 1)
        first, *more = [rows[k : k + height] for k in range(0, len(rows), height)]
        outputs, new = _call(pure, compiled, np.int32(len(first)), padded_rows(first, height), data)
        values = values_of(pure.cells)
        for part in more:
            now = _with(values, _positions(pure), new)
            outputs, new = compiled(now, np.int32(len(part)), padded_rows(part, height), data)
        _commit(pure, new)
        return outputs

    return steps


def _positions(pure: Pure) -> list[int]:
    return [pure.known.index(variable) for variable in pure.written]


def _with(values: Sequence[Tensor], positions: Sequence[int], new: Sequence[Tensor]) -> list[Tensor]:
    """Values, of which some have new ones in their places."""
    now = list(values)
    for position, value in zip(positions, new, strict=True):
        now[position] = value
    return now
