"""Staged functions: Python functions over variables, compiled once for each kind of argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import tree
from keras_core.backend import discovery
from keras_core.backend.optional_protocols import DefersTraining, RunsBatches, StacksSteps
from keras_core.graph.spec import Spec
from keras_core.staging.ahead import WATCHING, catch_up, catch_up_among
from keras_core.staging.program_cache import Program, ProgramCache
from keras_core.staging.share import active_share
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keras_core.backend.optional_protocols import CountsSteps
    from keras_core.backend.protocol import Backend, StepsDone, VariableLike
    from keras_core.typing import Shape, Tensor, TensorTree


class Staged:
    """`fn` compiled by a backend, with a cache of one program per kind of arguments.

    Arguments and results are nested structures of tensors (None is kept as it is). Inside a
    trace it just calls `fn`, which then becomes part of the outer program.

    Args:
        fn: reads ``variable.value`` and calls ``variable.assign``; anything else it does in Python
            happens only while it is traced.
        variables: all variables it may write; a callable gives them when a program is made.
        backend: where it runs.
        jit: whether to compile with the framework's optimizing compiler; None leaves it to the backend.
        relax_batch: whether the first axis of every argument may vary without a new program.
        key: called before each call; a program is valid for one value of it.
        ops: called when a program is made; names of the ops in it.
        borrows: whether NumPy arrays may be lent to a call, since its results are waited for.
        done: for a step of training, how many steps of each kind were run; a backend may run the first ones in another
            way than the others. All programs of one training share it.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        variables: Iterable[VariableLike] | Callable[[], Iterable[VariableLike]],
        backend: Backend,
        jit: bool | None = None,
        relax_batch: bool = False,
        key: Callable[[], Any] | None = None,
        ops: Callable[[], frozenset[str]] | None = None,
        borrows: bool = False,
        done: StepsDone | None = None,
    ) -> None:
        self.fn = fn
        self._done = done
        self.backend = backend
        self.jit = jit
        self._static = "static-shapes" in backend.capabilities
        self._relax = relax_batch and not self._static
        self._borrows = borrows
        self._programs = ProgramCache(variables, key, ops)

    def __call__(self, *args: Any) -> TensorTree:
        if active_trace() is not None:
            return self.fn(*args)
        flat, program, results = self.prepare(args)
        found = program(*flat)  # a backend may trace only now
        return results[0](found)

    def prepare(self, args: tuple[Any, ...]) -> tuple[list[Any], Callable[..., list[Any]], list[Any]]:
        """Tensors to pass, the program to pass them to, and what packs its results."""
        structure = _structure(args)
        leaves = args if type(structure) is int else tree.flatten(args)
        flat: list[Any] = []
        kinds: list[tuple[Shape, str] | None] = []
        backend, relax = self.backend, self._relax and active_share() is None
        for leaf in leaves:
            if leaf is None:
                kinds.append(None)
                continue
            tensor = self.argument(leaf)
            shape = tuple(backend.shape(tensor))
            flat.append(tensor)
            kinds.append(((None, *shape[1:]) if relax and shape else shape, backend.dtype(tensor)))

        def make(variables: list[VariableLike], ops: frozenset[str]) -> Program:
            catch_up()
            specs = [Spec(*kind) for kind in kinds if kind is not None]
            flat_fn, results = self.flattened(args, list(leaves))
            if self._done is not None and isinstance(backend, DefersTraining):
                return backend.stage_training(flat_fn, variables, specs, self._done, self.jit, ops), results
            return backend.stage(flat_fn, variables, specs, self.jit, ops), results

        program, results = self._programs.find((tuple(kinds), structure), make)
        if WATCHING:
            _catch_up(results)
        return flat, program, results

    def repeat(self, program: Callable[..., list[Any]], results: list[Any], args: Sequence[Any]) -> TensorTree:
        """A call with arrays and tensors of the shapes and dtypes that `prepare` gave this program for.

        It is outside of any trace, and only arrays of NumPy may take the place of such arrays.
        """
        if WATCHING:
            _catch_up(results)
        borrow = self.backend.borrow
        given = [borrow(one) if type(one) is np.ndarray else one for one in args if one is not None]
        found = program(*given)  # which may trace only now
        return results[0](found)

    def argument(self, leaf: Any) -> Any:
        """What is given as a tensor, which may share its memory for one call."""
        backend = self.backend
        if self._borrows and type(leaf) is np.ndarray:
            return backend.borrow(leaf)
        return leaf if backend.is_tensor(leaf) else backend.tensor(discovery.as_data(leaf, backend))

    def flattened(self, args: tuple[Any, ...], leaves: list[Any]) -> tuple[Callable[..., list[Any]], list[Any]]:
        """`fn` on flat tensors, and a list of what is known once it has been traced.

        Its entries are what packs results, and the variables that it reads and writes.
        """
        holes = [leaf is None for leaf in leaves]
        results: list[Any] = [None, frozenset()]

        def flat_fn(*tensors: Any) -> list[Any]:
            given = iter(tensors)
            filled = [None if hole else next(given) for hole in holes]
            out = self.fn(*tree.pack_sequence_as(args, filled))
            trace = active_trace()
            if trace is not None:
                results[1] = results[1].union(trace.used, trace.written, trace.row_updates)
            flat, results[0] = flatten_results(out, self.backend)
            return flat

        return flat_fn, results

    def clear(self) -> None:
        """Forget every program."""
        self._programs.clear()

    @property
    def program_count(self) -> int:
        """How many programs were compiled."""
        return len(self._programs)

    def counting(self) -> list[CountsSteps]:
        """The programs that count their steps."""
        return self._programs.counting()


def flatten_results(out: TensorTree, backend: Backend) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """The tensors in a nested result, and a function that puts others in their places."""
    import optree

    leaves, form = optree.tree_flatten(out, none_is_leaf=True)
    places = [leaf is not None for leaf in leaves]
    flat = [_as_tensor(leaf, backend) for leaf in leaves if leaf is not None]
    if len(leaves) == 1 and leaves[0] is out and flat:
        return flat, lambda tensors: tensors[0]
    if all(places):
        return flat, form.unflatten

    def pack(tensors: Sequence[Any]) -> Any:
        given = iter(tensors)
        return form.unflatten([next(given) if place else None for place in places])

    return flat, pack


def _as_tensor(leaf: Any, backend: Backend) -> Any:
    if isinstance(leaf, Variable):
        return leaf.value
    return leaf if backend.is_tensor(leaf) else backend.tensor(leaf)


def _structure(args: tuple[Any, ...]) -> Any:
    """A hashable description of the nesting: the number of arguments where none is nested."""
    for arg in args:
        if isinstance(arg, (tuple, list, dict)):
            break
    else:
        return len(args)
    import optree

    return optree.tree_structure(args, none_is_leaf=True)  # type: ignore[arg-type]


def stage(
    fn: Callable[..., Any],
    variables: Iterable[VariableLike],
    backend: Backend | None = None,
    jit: bool | None = None,
) -> Staged:
    """Compile a stateful function for the active backend (see `Staged`).

    Args:
        fn: takes nested tensors, returns nested tensors; may assign `variables`.
        variables: the variables it may write.
        backend: where to run it; that of the variables, else the active one.
        jit: whether to use the framework's optimizing compiler; None lets the backend choose.

    Example:
        >>> import numpy as np
        >>> from keras_core import Variable, stage
        >>> total = Variable(0.0)
        >>> def add(x):
        ...     total.assign_add(x)
        ...     return total.value
        >>> step = stage(add, [total])
        >>> float(step(np.float32(2))), float(step(np.float32(3)))
        (2.0, 5.0)
    """
    owned = list(variables)
    if backend is None:
        backend = discovery.common_owner(owned) or discovery.active()
    return Staged(fn, owned, backend, jit=jit)


class StagedSteps:
    """Many steps of `fn` in one call, each on a batch gathered from data that is on the device.

    On a backend that gains from it, the loop is inside the compiled program; elsewhere it is here.
    Either way the result is that of calling `fn` on each batch in turn.

    Args:
        fn, variables, backend, jit, key, ops, relax_batch, done: as in `Staged`.
        most: how many steps a call has at most; None where that is not known.
        stacked: whether the outputs of every step are wanted, stacked, of a backend that `StacksSteps`.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        variables: Callable[[], Iterable[VariableLike]],
        backend: Backend,
        jit: bool | None = None,
        key: Callable[[], Any] | None = None,
        ops: Callable[[], frozenset[str]] | None = None,
        relax_batch: bool = True,
        most: int | None = None,
        done: StepsDone | None = None,
        stacked: bool = False,
    ) -> None:
        self._most = most
        self._stacked = stacked
        self._done = done
        self.compiled = "steps" in backend.capabilities
        self.backend = backend
        self._single = Staged(fn, variables, backend, jit, relax_batch=relax_batch, key=key, ops=ops, done=done)
        self._relax = relax_batch and "static-shapes" not in backend.capabilities
        self._programs = ProgramCache(variables, key, ops)

    def __call__(self, indices: Tensor, data: tuple[Any, ...]) -> TensorTree:
        """Run a step for each row of `indices` (int32, (steps, batch)) on these rows of the arrays in `data`.

        Returns:
            What `fn` returned in the last step.
        """
        if not self.compiled:
            return self._one_by_one(indices, data)
        flat, program, results = self.prepare(indices, data)
        found = program(self.backend.tensor(indices), *flat)  # a backend may trace only now
        return results[0](found)

    def prepare(self, indices: Tensor, data: tuple[Any, ...]) -> tuple[list[Any], Callable[..., list[Any]], list[Any]]:
        """The arrays to pass behind indices, the compiled program to pass them to, and what packs its results."""
        leaves = tree.flatten(data)
        flat = [leaf for leaf in leaves if leaf is not None]
        relax = self._relax and active_share() is None
        specs = [self._batch_spec(t, None if relax else int(indices.shape[1])) for t in flat]
        kind = tuple((s.shape, s.dtype) for s in specs), tuple(leaf is None for leaf in leaves), _structure(data)

        def make(variables: list[VariableLike], ops: frozenset[str]) -> Program:
            catch_up()
            flat_fn, results = self._single.flattened(data, leaves)
            backend, jit, most = self.backend, self._single.jit, self._most
            if self._stacked and isinstance(backend, StacksSteps):
                return backend.stage_stacked_steps(flat_fn, variables, specs, self._done, jit, ops, most), results
            if self._done is not None and isinstance(backend, DefersTraining):
                return backend.stage_training_steps(flat_fn, variables, specs, self._done, jit, ops, most), results
            return backend.stage_steps(flat_fn, variables, specs, jit, ops, most), results

        program, results = self._programs.find(kind, make)
        if WATCHING:
            _catch_up(results)
        return flat, program, results

    @property
    def program_count(self) -> int:
        """How many programs were compiled."""
        return len(self._programs) if self.compiled else self._single.program_count

    def counting(self) -> list[CountsSteps]:
        """The programs that count their steps."""
        return [*self._programs.counting(), *self._single.counting()]

    def _batch_spec(self, tensor: Any, batch: int | None) -> Spec:
        return Spec((batch, *tuple(self.backend.shape(tensor))[1:]), self.backend.dtype(tensor))

    def _one_by_one(self, indices: Tensor, data: tuple[Any, ...]) -> Any:
        out = None
        take = self.backend.ops["take"]
        for row in indices:
            batch = tree.map_structure(lambda leaf, row=row: None if leaf is None else take(leaf, row, 0), data)
            out = self._single(*batch)
        return out


class StagedBatches:
    """Many calls of `fn` in one, on batches of consecutive rows, with the outputs of all.

    Args:
        fn, variables, backend, jit, key, ops: as in `Staged`.
        most: how many batches a call has at most.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        variables: Callable[[], Iterable[VariableLike]],
        backend: Backend,
        most: int,
        jit: bool | None = None,
        key: Callable[[], Any] | None = None,
        ops: Callable[[], frozenset[str]] | None = None,
    ) -> None:
        self.backend = backend
        self.most = most
        self._single = Staged(fn, variables, backend, jit, borrows=True)
        self._programs = ProgramCache(variables, key, ops)

    def prepare(self, size: int, data: tuple[Any, ...]) -> Callable[[int, int], TensorTree] | None:
        """``batches(first, count)`` on these arrays; None where nothing is gained from it.

        Args:
            size: rows of a batch.
            data: nested arrays or tensors with a common first axis, which may be lent to the calls.
        """
        leaves = tree.flatten(data)
        flat = [self._single.argument(leaf) for leaf in leaves if leaf is not None]
        backend = self.backend
        specs = [Spec((size, *tuple(backend.shape(one))[1:]), backend.dtype(one)) for one in flat]
        kind = tuple((s.shape, s.dtype) for s in specs), tuple(leaf is None for leaf in leaves), _structure(data)

        def make(variables: list[VariableLike], ops: frozenset[str]) -> Program:
            catch_up()
            flat_fn, results = self._single.flattened(data, leaves)
            program = None
            if isinstance(backend, RunsBatches):
                program = backend.stage_batches(flat_fn, variables, specs, self.most, self._single.jit, ops)
            return program or _nothing, results

        program, results = self._programs.find(kind, make)
        if program is _nothing:
            return None

        def batches(first: int, count: int) -> TensorTree:
            if WATCHING:
                _catch_up(results)
            found = program(first, count, *flat)  # a backend may trace only now
            return results[0](found)

        return batches

    @property
    def program_count(self) -> int:
        """How many programs were compiled."""
        return len(self._programs)


def _catch_up(results: list[Any]) -> None:
    """Let the variables of a program have the values that those who call it may see."""
    if results[0] is None:
        catch_up()
    else:
        catch_up_among(results[1])


def _nothing(*_: Any) -> list[Any]:
    """Stands for a program where there is none."""
    return []
