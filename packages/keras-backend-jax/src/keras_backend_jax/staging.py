"""Compiling stateful functions: pure functions of the variables' values, whose new values are put back at the end."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import call
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core.backend.toolkit import (
    changes_by_table,
    changes_of,
    padded_rows,
    replace,
    run_pure_by_rows,
    unshared,
    update_tables,
    values_of,
)

from keras_backend_jax import devices
from keras_backend_jax.distribution import for_all, put, spread
from keras_backend_jax.framework import calls_host, wide_allowed

if TYPE_CHECKING:
    from keras_core import Spec
    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor

    from keras_backend_jax.storage import Cell

FlatFunction = Callable[..., Any]
Program = Callable[..., "list[Tensor]"]

STEP_BY_STEP = frozenset({"conv", "conv_transpose", "depthwise_conv", "separable_conv"})
"""Ops that XLA computes with one thread and a slow kernel when they stand in a loop on a CPU."""

_ROOM = 2**15
"""Indices that a compiled loop has room for: 1,024 batches of 32."""

_LITTLE = 2**20
"""Bytes of replaced values that a program may keep until its next call."""

_TABLE = 2**22
"""Bytes of a table from which on copying it takes longer than a second call that writes rows into it, ..."""

_TABLE_OF_STEPS = 2**24
"""... and from which on, where a loop of steps could copy it once, it is better not copied at all. Both are estimates:
what copying takes is known of a machine only."""


class Pure:
    """`fn` as a pure function of the variables' values and of its arguments.

    Args:
        variables: those that `fn` may write. Others that it reads are found when it is traced first, and added
            to `known`.
        rows_from: bytes from which on tables get new rows instead of new values; None for never.

    Attributes:
        known: the variables whose values it takes, in their order.
        written: those that it writes, known once it was traced; `changed` are their cells, `size` the bytes in them.
        replaced: what these held before the last call, where it is little. It is freed while the next call runs,
            which hides 20 µs of a small step.
        tables: cells of the variables that get new rows, known once it was traced; `adds` says of each whether its new
            rows are added to what is there.
        committed: shapes of changes with which new rows have been written. The first time with each, the call that
            does it is compiled, which Ctrl-C may end: it gets copies of the tables then.
    """

    def __init__(
        self, backend: Any, fn: FlatFunction, variables: Sequence[VariableLike], rows_from: int | None = None
    ) -> None:
        self.backend = backend
        self.rows_from = rows_from
        self.fn = fn
        self.allowed = list(variables)
        self.known = list(variables)
        self.cells = [variable.storage for variable in variables]
        self.written: list[VariableLike] = []
        self.changed: list[Cell] = []
        self.traced = False
        self.size = 0
        self.replaced: list[Tensor] | None = None
        self.tables: list[Cell] = []
        self.adds: tuple[bool, ...] = ()
        self.committed: set[tuple[tuple[int, ...], ...]] = set()

    def __call__(self, values: Sequence[Tensor], tensors: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """Results of `fn`, and the new values of `written`, after these the rows and their values for each table."""
        foreign: dict[VariableLike, None] = {}

        def fetch(variable: VariableLike) -> Tensor:
            foreign[variable] = None
            return variable.storage.value

        known = dict(zip(self.known, values, strict=False))  # another thread may have added some since
        tensors = spread(tensors)
        with wide_allowed():
            outputs, written, rows = run_pure_by_rows(
                self.backend, self.fn, tensors, self.allowed, known, fetch, rows_from=self.rows_from
            )
        if foreign:
            more = [variable for variable in foreign if variable not in self.known]
            self.known += more
            self.cells += [variable.storage for variable in more]
            raise _MoreVariables
        self.written = list(written)
        self.changed = [variable.storage for variable in written]
        self.size = sum(value.size * value.dtype.itemsize for value in written.values())
        self.tables = [variable.storage for variable in rows]
        self.adds = tuple(update.adds for update in rows.values())
        self.traced = True
        new = [*map(_laid_out, self.changed, written.values()), *changes_of(rows.values())]
        return [for_all(one) for one in outputs], new


def _laid_out(cell: Cell, value: Tensor) -> Tensor:
    return value if cell.sharding is None else put(value, cell.sharding)


class _MoreVariables(Exception):
    """The function reads variables that it was not given; it is traced again, with them."""


def _call(pure: Pure, compiled: Callable[..., Any], *given: Any) -> tuple[list[Tensor], list[Tensor]]:
    while True:
        try:
            return compiled(values_of(pure.cells), *given)
        except _MoreVariables:
            continue


def _commit(pure: Pure, new: Sequence[Tensor], waits: bool = True) -> list[Tensor]:
    """Put new values in place once they are computed, the old ones: what fails in between leaves all as it was.

    Args:
        pure: the function.
        new: what it gave.
        waits: False for a program that cannot fail, once its call was accepted.
    """
    if not new:
        return []
    if waits:
        new[0].block_until_ready()  # all results of a call are there at the same time
    if not pure.tables:
        return replace(pure.changed, new)
    count = len(pure.changed)
    changes = new[count:]
    shapes = tuple(one.shape for one in changes)
    compiled = shapes in pure.committed

    def change(old: list[Tensor]) -> tuple[list[Any], Any]:
        alone = unshared(old)
        tables = [
            one if mine and compiled and not cell.is_lent(one) else jnp.copy(one)
            for one, mine, cell in zip(old, alone, pure.tables, strict=True)
        ]
        return [], chain.from_iterable(map(call, [functools.partial(_with_rows, tables, changes, adds=pure.adds)]))

    replaced = update_tables(pure.tables, change, pure.changed, new[:count])
    pure.committed.add(shapes)
    return replaced


@functools.partial(jax.jit, donate_argnums=0, static_argnames="adds")
def _with_rows(tables: list[Tensor], changes: Sequence[Tensor], adds: tuple[bool, ...]) -> list[Tensor]:
    """The tables with new rows, in their own memory."""
    changed = []
    for (table, places, values), added in zip(changes_by_table(tables, changes), adds, strict=True):
        rows = table.at[places]
        changed.append(rows.add(values, mode="clip") if added else rows.set(values, mode="clip"))
    return changed


def stage(backend: Any, fn: FlatFunction, variables: Sequence[VariableLike]) -> Program:
    """`fn` as one compiled call.

    Args:
        backend: the backend object.
        fn: a flat function that reads and assigns variables.
        variables: those that it may assign.
    """
    pure = Pure(backend, fn, variables, _TABLE)
    compiled = jax.jit(pure.__call__)

    def program(*tensors: Tensor) -> list[Tensor]:
        outputs, new = _call(pure, compiled, spread(tensors))
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
    rowwise = Pure(backend, fn, variables, _TABLE_OF_STEPS)
    in_one = Pure(backend, fn, variables)
    together = _one_by_one if _is_slow_in_loops(ops) else functools.partial(_in_a_loop, most=most)
    large = _in_place if devices.default().platform == "cpu" else together
    if not any(variable.nbytes >= _TABLE_OF_STEPS for variable in variables):
        return together(in_one)
    found: list[Program] = []

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        if not found:
            batch = _rows(data, np.asarray(indices)[0])
            _call(rowwise, functools.partial(jax.eval_shape, jax.jit(rowwise.__call__)), batch)
            found.append(_by_themselves(rowwise) if rowwise.tables else large(in_one))
        return found[0](indices, *data)

    return steps


def stage_batches(
    backend: Any,
    fn: FlatFunction,
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    most: int,
    ops: frozenset[str],
) -> Program | None:
    """``batches(first, count, *data)``: `fn` on batches of consecutive rows of `data`, with the outputs of all.

    Args:
        backend: the backend object.
        fn: a flat function of one batch.
        variables: those that it may assign.
        signature: specs of one batch.
        most: how many batches a call has at most.
        ops: names of the Keras ops in it.
    """
    if _is_slow_in_loops(ops):
        return None
    pure, size = Pure(backend, fn, variables), signature[0].shape[0]

    def batch_at(k: Tensor, first: Tensor, data: Sequence[Tensor]) -> list[Tensor]:
        return [lax.dynamic_slice_in_dim(one, first + k * size, size) for one in data]

    compiled = jax.jit(_loop(pure, batch_at, most))

    def batches(first: int, count: int, *data: Tensor) -> list[Tensor]:
        outputs, new = _call(pure, compiled, np.int32(count), np.int32(first), data)
        _commit(pure, new)
        return outputs

    return batches


def _is_slow_in_loops(ops: frozenset[str]) -> bool:
    return bool(ops & STEP_BY_STEP) and devices.default().platform == "cpu"


def _by_themselves(pure: Pure) -> Program:
    """One call a step, which puts its values in place before the next: rows of tables are changed where they are."""
    one_step = jax.jit(pure.__call__)

    def step(values: list[Tensor], places: Tensor, data: Sequence[Tensor]) -> Any:
        return one_step(values, _rows(data, places))

    compiled = jax.jit(step)
    fails: list[bool] = []

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        rows = np.asarray(indices)
        if not fails:
            fails.append(calls_host(compiled, values_of(pure.cells), rows[0], data))
        for row in rows:
            outputs, new = compiled(values_of(pure.cells), row, data)
            _commit(pure, new, fails[0])
        if new:
            new[0].block_until_ready()
        return outputs

    return steps


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


def _in_place(pure: Pure) -> Program:
    """One compiled call a step, which overwrites the values that it changes (they are donated): no step copies them.

    That is done where nothing else refers to a value and the call cannot fail. On a CPU new memory for a large value
    takes longer than what is computed of it.
    """
    one_step = jax.jit(pure.__call__)

    def step(changing: list[Tensor], others: list[Tensor | None], places: Tensor, data: Sequence[Tensor]) -> Any:
        outputs, new = one_step(_with(others, _positions(pure), changing), _rows(data, places))
        return [*new, *outputs]

    compiled = jax.jit(step, donate_argnums=0)
    fails: list[bool] = []
    ran: set[tuple[tuple[int, ...], ...]] = set()

    def steps(indices: Any, *data: Tensor) -> list[Tensor]:
        rows = np.asarray(indices)
        if not fails:
            batch = _rows(data, rows[0])
            _call(pure, functools.partial(jax.eval_shape, one_step), batch)
            fails.append(calls_host(one_step, values_of(pure.cells), batch))
        kind = tuple(one.shape for one in (rows[0], *data))
        changed = set(map(id, pure.changed))
        for row in rows:
            new: Iterator[Tensor] = iter(())

            def change(old: list[Tensor], row: Any = row) -> tuple[list[Any], Any]:
                nonlocal new
                known = kind in ran and not fails[0]  # while a call is compiled, Ctrl-C may end it
                changing = [
                    one if mine and known and not cell.is_lent(one) else jnp.copy(one)
                    for one, mine, cell in zip(old, unshared(old), pure.changed, strict=True)
                ]
                others = [None if id(cell) in changed else cell.value for cell in pure.cells]
                new = chain.from_iterable(map(call, [functools.partial(compiled, changing, others, row, data)]))
                return [], new

            update_tables(pure.changed, change)
            outputs = list(new)
            ran.add(kind)
        if pure.changed:
            pure.changed[0].value.block_until_ready()
        return outputs

    return steps


def _in_a_loop(pure: Pure, most: int | None) -> Program:
    """All steps in one compiled loop, which carries the values that they write.

    XLA compiles for static shapes, so the index matrix is padded to a fixed height; a higher one is split.
    """

    def batch_at(k: Tensor, indices: Tensor, data: Sequence[Tensor]) -> list[Tensor]:
        return _rows(data, lax.dynamic_index_in_dim(indices, k, keepdims=False))

    compiled = jax.jit(_loop(pure, batch_at))

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


def _loop(pure: Pure, batch_at: Callable[..., list[Tensor]], room: int | None = None) -> Callable[..., Any]:
    """``loop(values, count, *given)``: steps one after the other, with their outputs and the values that they write.

    Args:
        pure: a step.
        batch_at: the batch of a step, from its number and what the loop is given.
        room: the number of steps whose outputs there is room for; None where those of the last one are wanted.
    """
    one_step = jax.jit(pure.__call__)

    def loop(values: list[Tensor], count: Tensor, *given: Any) -> Any:
        with wide_allowed():  # as below: what is traced here is used there
            shapes, _ = jax.eval_shape(one_step, values, batch_at(jnp.int32(0), *given))
        positions = _positions(pure)

        def step(k: Tensor, carried: Any) -> Any:
            outputs, new = one_step(_with(values, positions, carried[1]), batch_at(k, *given))
            if room is None:
                return outputs, new
            places = zip(carried[0], outputs, strict=True)
            return [lax.dynamic_update_index_in_dim(all_of, one, k, 0) for all_of, one in places], new

        leading = () if room is None else (room,)
        outputs = [jnp.zeros((*leading, *out.shape), out.dtype) for out in shapes]
        with wide_allowed():
            return lax.fori_loop(0, count, step, (outputs, [values[position] for position in positions]))

    return loop


def _positions(pure: Pure) -> list[int]:
    places = {variable: place for place, variable in enumerate(pure.known)}
    return [places[variable] for variable in pure.written]


def _with(values: Sequence[Any], positions: Sequence[int], new: Sequence[Tensor]) -> list[Tensor]:
    """Values, of which some have new ones in their places."""
    now = list(values)
    for position, value in zip(positions, new, strict=True):
        now[position] = value
    return now
