"""What of a program CNTK computes, and what NumPy: phases that follow one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.graph import leaves_of, map_nested

from keras_backend_cntk.expressions import LARGEST_INDEX, Expr, Unsupported, constant, held_in, moved
from keras_backend_cntk.link import RemoteProgram
from keras_backend_cntk.ops import LOWERED
from keras_backend_cntk.tasks import Symbol, Task
from keras_backend_cntk.threads import gains_by_threads
from keras_backend_cntk.vjps import VJPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keras_backend_cntk.link import Place

_COMPARES = frozenset({"equal", "less", "less_equal"})
_KEEPS_SMALL = frozenset({"argmax", "argmin", "cast", "logical_and", "logical_not", "logical_or", "where"})
_UPDATES = _COMPARES | {
    *("abs", "add", "cast", "divide", "logical_and", "logical_not", "logical_or", "maximum", "minimum", "multiply"),
    *("negative", "reshape", "sqrt", "subtract", "where"),
}
"""Ops that NumPy computes of gradients where nothing of CNTK's follows: there its temporary arrays are cheaper, and
moments of weights need not go to the other process."""
_LINE = 64  # bytes, to which arrays are aligned
_WRITTEN_OUT = 16  # elements of a constant that stand in the message


@dataclass
class Phase:
    """Tasks that run in one process without waiting for the other.

    Attributes:
        remote: whether they are CNTK's.
        tasks: in order.
        takes: what is written into the memory before a remote phase, with its place.
        gives: what is read from it behind.
    """

    remote: bool
    tasks: list[Task] = field(default_factory=list)
    takes: list[tuple[Symbol, Place]] = field(default_factory=list)
    gives: list[tuple[Symbol, Place]] = field(default_factory=list)


class Plan:
    """A program in phases.

    Args:
        tasks: in an order in which they can run.
        results: what it is run for.
    """

    def __init__(self, tasks: Sequence[Task], results: Sequence[Symbol]) -> None:
        self.phases = _phases(tasks)
        self._size = 0
        self._places: dict[Symbol, Place] = {}
        self._constants: list[tuple[Place, np.ndarray]] = []
        self._callbacks: list[Callable[..., list[np.ndarray]]] = []
        users: dict[Symbol, set[int]] = {}
        for number, phase in enumerate(self.phases):
            for task in phase.tasks:
                for one in task.operands:
                    users.setdefault(one, set()).add(number)
        for one in results:
            users.setdefault(one, set()).add(-1)
        made: list[list[dict[str, Any]]] = []
        for number, phase in enumerate(self.phases):
            if phase.remote:
                made.append(self._functions(phase, number, users))
        room = self._allocate(0)
        message, size = {"phases": made, "room": room}, self._size + _room_of(tasks)
        self.remote = RemoteProgram(message, size, self._constants, self._callbacks) if made else None

    # -- memory

    def _allocate(self, count: int) -> int:
        offset = self._size
        self._size += (count + _LINE - 1) // _LINE * _LINE
        return offset

    def place(self, symbol: Symbol) -> Place:
        """Where a value lies that goes between processes or functions."""
        if symbol not in self._places:
            dtype = held_in(symbol.dtype)
            offset = self._allocate(symbol.size * np.dtype(dtype).itemsize)
            self._places[symbol] = (offset, list(symbol.shape), dtype)
        return self._places[symbol]

    # -- functions

    def _functions(self, phase: Phase, number: int, users: dict[Symbol, set[int]]) -> list[dict[str, Any]]:
        """What the worker builds for a phase."""
        groups = _groups(phase.tasks)
        within: dict[Symbol, set[int]] = {}
        for at, tasks in groups.items():
            for one in (operand for task in tasks for operand in task.operands):
                within.setdefault(one, set()).add(at)
        found, taken, made = [], dict[Symbol, None](), set[Symbol]()
        before: list[Task] = []  # what only the gradients behind it need, whose function computes it, too
        for at in sorted(groups):
            tasks = groups[at]
            outputs = [one for task in tasks for one in task.outputs if one is not None]
            beyond = {one for one in outputs if users.get(one, set()) - {number}}
            wanted = [one for one in outputs if one in beyond or within.get(one, set()) - {at}]
            if tasks[0].op == "gradients":
                found.append(self._gradients(tasks[0], list(dict.fromkeys([*outputs[:1], *wanted])), before))
                before = []
            elif wanted and not beyond and _are_for(groups.get(at + 1, []), at, wanted, within):
                before = tasks
            elif wanted:
                found.append(self._function(tasks, wanted))
            made |= set(outputs)
            taken |= dict.fromkeys(one for task in tasks for one in task.operands if one not in made)
            phase.gives += [(one, self.place(one)) for one in wanted if one in beyond]
        phase.takes = [(one, self.place(one)) for one in taken]
        return found

    def _function(self, tasks: Sequence[Task], wanted: Sequence[Symbol]) -> dict[str, Any]:
        writer = _Writer(self, {})
        for task in tasks:
            writer.lower(task)
        return writer.written([(writer.expr(one), self.place(one)) for one in wanted], [])

    def _gradients(self, task: Task, wanted: Sequence[Symbol], before: Sequence[Task]) -> dict[str, Any]:
        inputs = [
            Expr("input", (), one.shape, one.dtype, {"active": dtypes.is_float(one.dtype), "of": given})
            for one, given in zip(task.inputs, task.arguments, strict=True)
        ]
        writer = _Writer(self, dict(zip(task.inputs, inputs, strict=True)))
        for earlier in before:
            writer.lower(earlier)
        for inner in task.body:
            writer.lower(inner, within_gradient=True)
        count = len(task.results)
        inside = dict(zip(task.outputs[:count], task.results, strict=True))
        outputs = [(writer.expr(inside[one]), self.place(one)) for one in wanted if one in inside]
        by = zip(task.outputs[count:], inputs, strict=True)
        gradients = [(expr, self.place(one)) for one, expr in by if one is not None and one in set(wanted)]
        return writer.written(outputs, gradients)

    def constant_place(self, array: np.ndarray) -> Place:
        """Where a constant lies."""
        place = (self._allocate(array.nbytes), list(array.shape), array.dtype.name)
        self._constants.append((place, array))
        return place

    def callback(self, function: Callable[..., list[np.ndarray]]) -> int:
        """The number by which the worker asks for a function."""
        self._callbacks.append(function)
        return len(self._callbacks) - 1


def _groups(tasks: Sequence[Task]) -> dict[int, list[Task]]:
    """Tasks by the order of the functions that they are in: gradients are functions of their own, with odd numbers."""
    order: dict[Symbol, int] = {}
    groups: dict[int, list[Task]] = {}
    for task in tasks:
        at = max((order.get(one, 0) for one in task.operands), default=0)
        if task.op == "gradients":
            at += 1
            while at in groups:
                at += 2
        groups.setdefault(at, []).append(task)
        after = at + 1 if at % 2 else at
        order |= {one: after for one in task.outputs if one is not None}
    return groups


def _are_for(gradients: list[Task], at: int, wanted: Sequence[Symbol], within: dict[Symbol, set[int]]) -> bool:
    """Whether what a function gives is for the gradients behind it alone, and not what these are by."""
    if not gradients or not all(within[one] <= {at, at + 1} for one in wanted):
        return False
    by = set(gradients[0].arguments)
    return not any(one in by for one in wanted)


def _room_of(tasks: Sequence[Task]) -> int:
    """Bytes for what the worker asks."""
    most = 0
    for task in tasks:
        for inner in task.body:
            sizes = [one.size for one in [*inner.symbols, *(one for one in inner.outputs if one is not None)]]
            most = max(most, 8 * 3 * sum(sizes) + _LINE * 4 * len(sizes))
    return most


class _Writer:
    """Lowers the tasks of one function and writes it down for the worker."""

    def __init__(self, plan: Plan, known: dict[Symbol, Expr]) -> None:
        self.plan = plan
        self.known = known

    def expr(self, symbol: Symbol) -> Expr:
        found = self.known.get(symbol)
        if found is None:
            if symbol.array is not None:
                found = constant(symbol.array, symbol.dtype)
            else:
                found = Expr("input", (), symbol.shape, symbol.dtype, {"active": False, "of": symbol})
            self.known[symbol] = found
        return found

    def lower(self, task: Task, within_gradient: bool = False) -> None:
        try:
            results: list[Expr | None] = [*lowered(task, self.expr)]
        except Unsupported as error:
            if not within_gradient:
                raise
            results = self._asked(task, error)
        self.known |= {one: expr for one, expr in zip(task.outputs, results, strict=True) if one is not None and expr}

    def _asked(self, task: Task, error: Unsupported) -> list[Expr | None]:
        symbols, gradient = task.symbols, task.gradient or VJPS.get(task.op)
        for one in [*symbols, *(one for one in task.outputs if one is not None)]:
            try:
                held_in(one.dtype)
            except Unsupported as unheld:
                raise NotImplementedError(
                    f"The 'cntk' backend cannot compute {task.op}() where it is differentiated: {unheld}."
                ) from None
        args = [self.expr(one) for one in symbols]
        results: list[Expr | None] = []
        for place, output in enumerate(task.outputs):
            if output is None:
                results.append(None)
                continue
            active = dtypes.is_float(output.dtype) and any(one.active and dtypes.is_float(one.dtype) for one in symbols)
            params = {
                "forward": self.plan.callback(_forward(task, symbols, place, output)),
                "backward": self.plan.callback(_backward(task, symbols, place, gradient)),
                "active": active,
                "shape": list(output.shape),
                "dtype": held_in(output.dtype),
            }
            results.append(Expr("user", args, output.shape, output.dtype, params))
        return results

    def written(self, outputs: Sequence[tuple[Expr, Place]], gradients: Sequence[tuple[Expr, Place]]) -> dict[str, Any]:
        numbers: dict[int, int] = {}
        nodes: list[list[Any]] = []
        made: dict[int, Expr] = {}
        exprs = _in_order([expr for expr, _ in (*gradients, *outputs)], made)
        for expr in exprs:
            if id(expr) in made:
                numbers[id(expr)] = numbers[id(made[id(expr)])]
                continue
            numbers[id(expr)] = len(nodes)
            args = [numbers[id(arg)] for arg in expr.args]
            nodes.append([expr.op, args, list(expr.shape), expr.precision, self._params(expr)])
        return {
            "nodes": nodes,
            "outputs": [[numbers[id(expr)], place] for expr, place in outputs],
            "gradients": [[numbers[id(expr)], place] for expr, place in gradients],
            "precision": outputs[0][0].precision,
            "threads": gains_by_threads(exprs),
        }

    def _params(self, expr: Expr) -> dict[str, Any]:
        if expr.op == "input":
            symbol = expr.params["of"]
            if symbol.array is None:
                place = self.plan.place(symbol)
            else:
                place = self.plan.constant_place(np.asarray(symbol.array, held_in(symbol.dtype)))
            return {"active": expr.params["active"], "place": place}
        if expr.op == "constant":
            assert expr.array is not None
            flat = expr.array.ravel()
            if flat.size and np.isfinite(flat[0]) and (flat == flat[0]).all():
                return {"value": float(flat[0])}
            return {"place": self.plan.constant_place(expr.array)}
        if expr.op == "cast":
            return {"to": expr.precision}
        return expr.params


def _in_order(roots: Iterable[Expr], made: dict[int, Expr]) -> list[Expr]:
    """Expressions behind their operands; what is made of others is noted in `made`, by the id of what it stands for."""
    found: dict[int, Expr] = {}
    stack = [(expr, False) for expr in reversed(list(roots))]
    while stack:
        expr, done = stack.pop()
        if id(expr) in found:
            continue
        if done:
            found[id(expr)] = expr
            continue
        if expr.op == "permute":
            made[id(expr)] = moved(expr)
        args = (made[id(expr)],) if id(expr) in made else expr.args
        stack.append((expr, True))
        stack += [(arg, False) for arg in reversed(args) if id(arg) not in found]
    return list(found.values())


def lowered(task: Task, expr: Callable[[Symbol], Expr]) -> list[Expr]:
    """The outputs of a task as expressions.

    Raises:
        Unsupported: where functions of CNTK cannot give them.
    """
    rule = LOWERED.get(task.op)
    if rule is None:
        raise Unsupported(f"CNTK has no {task.op}")
    arguments = map_nested(lambda leaf: expr(leaf) if isinstance(leaf, Symbol) else leaf, task.arguments)
    for one in task.outputs:
        if one is not None:
            held_in(one.dtype)
    results = leaves_of(rule(*arguments))
    for one, result in zip(task.outputs, results, strict=True):
        if one is not None and result.shape != one.shape:
            raise Unsupported(f"{task.op} gives shape {result.shape} in place of {one.shape}")
    return results


def _forward(task: Task, symbols: list[Symbol], place: int, output: Symbol) -> Callable[..., list[np.ndarray]]:
    def run(*arrays: np.ndarray) -> list[np.ndarray]:
        given = [array.astype(one.dtype) for array, one in zip(arrays, symbols, strict=True)]
        result = task.computed(given)[place]
        return [np.array(result, held_in(output.dtype), order="C")]

    return run


def _backward(task: Task, symbols: list[Symbol], place: int, gradient: Any) -> Callable[..., list[np.ndarray]]:
    def run(*arrays: np.ndarray) -> list[np.ndarray]:
        if gradient is None:
            raise NotImplementedError(f"The 'cntk' backend has no gradient of {task.op}(), which CNTK does not have.")
        given = [np.array(a).astype(one.dtype) for a, one in zip(arrays, symbols, strict=False)]
        result, root = (np.array(one) for one in arrays[len(symbols) :])
        if task.gradient is not None:
            found = task.gradient(*given, root)
        else:
            filled = iter(given)
            args = map_nested(lambda leaf: next(filled) if isinstance(leaf, Symbol) else leaf, task.arguments)
            found = gradient(args, result, root, place)
        dtype = root.dtype
        return [
            np.zeros(one.shape, dtype) if g is None else np.array(np.broadcast_to(g, one.shape), dtype, order="C")
            for one, g in zip(symbols, found, strict=True)
        ]

    return run


def _phases(tasks: Sequence[Task]) -> list[Phase]:
    """Tasks by when they can run: even numbers are NumPy's phases, odd ones CNTK's."""
    when: dict[Symbol, int] = {}
    phases: dict[int, Phase] = {}
    small: set[Symbol] = set()
    numbers: list[int] = []
    for task in tasks:
        first = max((when.get(one, 0) for one in task.operands), default=0)
        outputs = [one for one in task.outputs if one is not None]
        if task.op in ("argmax", "argmin") or all(_is_small(one, small) for one in task.symbols):
            small |= set(outputs) if task.op in _KEEPS_SMALL else set()
        remote = _is_remote(task, outputs, first, small)
        number = first if first % 2 == remote else first + 1
        when |= dict.fromkeys(outputs, number)
        numbers.append(number)
    for number, task in zip(_updates_behind(tasks, numbers), tasks, strict=True):
        phases.setdefault(number, Phase(bool(number % 2))).tasks.append(task)
    return [phases[number] for number in sorted(phases)]


def _updates_behind(tasks: Sequence[Task], numbers: Sequence[int]) -> list[int]:
    """The numbers of the tasks' phases, with updates by gradients behind the phase that these are of."""
    slopes: set[Symbol] = set()
    for task in tasks:
        if task.op == "gradients":
            slopes |= {one for one in task.outputs[len(task.results) :] if one is not None}
        elif not slopes.isdisjoint(task.operands):
            slopes |= {one for one in task.outputs if one is not None}
    found, needed = list(numbers), dict[Symbol, int]()  # the first phase that takes a value
    for place, task in reversed(list(enumerate(tasks))):
        number = found[place]
        behind = all(needed.get(one, number + 1) > number for one in task.outputs if one is not None)
        if number % 2 and task.op in _UPDATES and behind and not slopes.isdisjoint(task.outputs):
            found[place] = number + 1
        for one in task.operands:
            needed[one] = min(needed.get(one, found[place]), found[place])
    return found


def _is_small(symbol: Symbol, small: set[Symbol]) -> bool:
    """Whether float32 holds an integer without rounding it."""
    if symbol.dtype == "bool" or symbol in small:
        return True
    return symbol.array is not None and bool((np.abs(symbol.array) < LARGEST_INDEX).all())


def _is_remote(task: Task, outputs: Sequence[Symbol], first: int, small: set[Symbol]) -> bool:
    """Whether CNTK computes a task: floats, and what follows from them where it loses nothing as a float."""
    if task.op == "gradients":
        return True
    sizes = [one.size for one in (*task.symbols, *outputs)]
    if (first == 0 and max(sizes, default=1) == 1) or not all(one.size for one in outputs):
        return False
    whole = [one for one in task.symbols if not dtypes.is_float(one.dtype)]
    if task.op in ("take", "take_along_axis"):
        whole = whole[:0] if dtypes.is_float(task.symbols[0].dtype) else whole  # indices are clipped
    elif first == 0 and len(whole) == len(task.symbols):
        return False
    elif task.op in _COMPARES:
        whole = [] if any(_is_small(one, small) for one in whole) else whole
    elif task.op == "cast":
        whole = []
    if not all(_is_small(one, small) for one in whole) or (whole and task.op not in _KEEPS_SMALL | _COMPARES):
        return False
    try:
        lowered(task, _placeholder)
    except Unsupported:
        return False
    return True


def _placeholder(symbol: Symbol) -> Expr:
    if symbol.array is not None:
        return constant(symbol.array, symbol.dtype)
    return Expr("input", (), symbol.shape, symbol.dtype, {"active": False, "of": symbol})
