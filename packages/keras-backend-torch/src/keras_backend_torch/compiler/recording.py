"""Recording what a function does as a flat list of calls of PyTorch's kernels.

The function runs once on fake tensors, with its gradients taken by autograd as usual. Below autograd every kernel call
passes a dispatch mode, which records it: forward pass, backward pass and optimizer become one list. Dead code is
removed from it, and it is compiled to one Python function, which runs without autograd, modules, or the op table: a
call costs what PyTorch's own costs, and nothing else happens between two of them.

Data-dependent Python (``if loss > 0`` on a tensor, ``.item()``, shapes that depend on values) cannot be recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from keras_core import Spec, Trace, tree

from keras_backend_torch import framework
from keras_backend_torch.devices import device_for
from keras_backend_torch.framework import DEVICE_OF, DispatchMode, FakeTensor, storage_id, torch, torch_dtype
from keras_backend_torch.modes import STATE, fake_like, fake_tensors, recording_with, tracking
from keras_backend_torch.ops.shapes import row_indices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor

aten = torch.ops.aten

_ALIASES = {aten.detach.default, aten.alias.default, aten.lift_fresh.default}
"""Kernels whose result is their argument, below autograd."""


class Untraceable(RuntimeError):
    """A function depends on the values of its arguments, so that it cannot be recorded."""


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor of the program; its number is for names and order."""

    number: int


@dataclass(eq=False)
class Call:
    """One kernel call: arguments are Values, constants, or lists of them.

    Attributes:
        kernel: the kernel.
        args: its arguments.
        kwargs: its arguments by name.
        results: Values of what it returns.
        single: whether that is one tensor and no list.
        rerun: the number of the function that was run again in it; 0 outside of any.
    """

    kernel: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    results: list[Value | None]
    single: bool
    rerun: int = field(default=0, kw_only=True)
    _uses: list[Value] | None = field(default=None, init=False, repr=False)

    @property
    def mutates(self) -> bool:
        """Whether it writes into one of its arguments."""
        return framework.mutates(self.kernel)

    def uses(self) -> list[Value]:
        """The Values among its arguments; found once, since every pass asks."""
        if self._uses is None:
            self._uses = [leaf for leaf in tree.flatten((self.args, self.kwargs)) if isinstance(leaf, Value)]
        return self._uses

    def renamed(self, names: Mapping[Value, Value]) -> Self:
        """The call with other Values in place of some of its arguments; itself where it has none of these."""
        if names.keys().isdisjoint(self.uses()):
            return self

        def plain(leaf: Any) -> Any:
            return names.get(leaf, leaf) if isinstance(leaf, Value) else leaf

        args, kwargs = tree.map_structure(plain, (self.args, self.kwargs))
        return replace(self, args=args, kwargs=kwargs)


@dataclass(eq=False)
class ControlFlow(Call):
    """A branch or a loop: calls that run depending on values.

    A branch takes a condition and has two bodies. A loop takes the first values of its `state` and has two bodies: the
    first computes the condition under which the second computes new values.

    Attributes:
        bodies: calls, and the Values that they result in.
        state: the loop variables; empty for a branch.
    """

    bodies: list[tuple[list[Call], list[Value]]]
    state: list[Value]

    @property
    def mutates(self) -> bool:
        """Whether a body writes into a tensor."""
        return any(call.mutates for calls, _ in self.bodies for call in calls)

    def uses(self) -> list[Value]:
        """What comes from outside: arguments, and what the bodies use."""
        inside = {value for calls, _ in self.bodies for call in calls for value in call.results} | {*self.state}
        used = [value for calls, results in self.bodies for value in [*_all_uses(calls), *results]]
        return [*super().uses(), *(value for value in used if value not in inside)]

    def renamed(self, names: Mapping[Value, Value]) -> Self:
        """The same with other Values in place of some that it takes."""
        bodies = [
            ([call.renamed(names) for call in calls], [names.get(value, value) for value in results])
            for calls, results in self.bodies
        ]
        return replace(super().renamed(names), bodies=bodies)


def _all_uses(calls: Sequence[Call]) -> list[Value]:
    return [value for call in calls for value in call.uses()]


class Recorder(DispatchMode):
    """Records every kernel call; the tensors that pass through are fake."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.constants: dict[Value, Tensor] = {}
        self.fakes: dict[Value, Tensor] = {}
        self._values: dict[int, Value] = {}
        self._kept: list[Tensor] = []
        self._detached: set[int] = set()

    def new(self, tensor: Tensor) -> Value:
        """The Value of a tensor that is seen for the first time."""
        value = Value(len(self._kept))
        self._kept.append(tensor)  # so that its id is not used again
        self._values[id(tensor)] = value
        self.fakes[value] = tensor
        return value

    def of(self, tensor: Tensor) -> Value:
        """The Value of a tensor; a real one is a constant of the program."""
        found = self._values.get(id(tensor))
        if found is None:
            if isinstance(tensor, FakeTensor):
                raise Untraceable("A tensor of another trace is used.")
            found = self.new(tensor)
            self.constants[found] = tensor
        return found

    def own(self, tensor: Tensor) -> Tensor:
        """A tensor of this program; a real one that `fn` returns becomes a copy of a constant."""
        return tensor if id(tensor) in self._values else torch.clone(tensor)

    def has_gradients(self, results: Sequence[Tensor]) -> bool:
        """Whether autograd may have anything to track in results: floats that were not detached."""
        return any(one.is_floating_point() and id(one) not in self._detached for one in results)

    # -- control flow

    def cond(self, condition: Tensor, functions: Sequence[Callable[..., Any]], given: Sequence[Tensor]) -> list[Tensor]:
        """Record both of two functions; which of them runs is decided when the program does.

        Args:
            condition: a scalar.
            functions: what to do where it is true, and where it is false.
            given: their arguments.
        """
        bodies = [self._body(function, given) for function in functions]
        results = self._results_like(bodies[0][1], bodies[1][1])
        values = [self.of(one) for one in results]
        self.calls.append(ControlFlow(None, (self.of(condition),), {}, [*values], False, bodies, []))
        return results

    def while_loop(
        self, condition: Callable[..., Tensor], body: Callable[..., Any], given: Sequence[Tensor]
    ) -> list[Tensor]:
        """Record the condition and the body of a loop, once.

        Args:
            condition: from the loop variables to a scalar.
            body: from the loop variables to their next values.
            given: their first values.
        """
        start = [self.of(one) for one in given]
        state = self._fresh(given)
        bodies = [self._body(lambda *now: [condition(*now)], state), self._body(body, state)]
        results = self._results_like(start, bodies[1][1])
        values, variables = [self.of(one) for one in results], [self.of(one) for one in state]
        self.calls.append(ControlFlow(None, tuple(start), {}, [*values], False, bodies, variables))
        return results

    def _body(self, function: Callable[..., Any], given: Sequence[Tensor]) -> tuple[list[Call], list[Value]]:
        """The calls of a function and its results, which share no memory with tensors from outside."""
        taken = set(map(storage_id, self.fakes.values()))
        outer, self.calls = self.calls, []
        try:
            found = []
            for result in function(*given):
                result = self.own(result)
                if result.requires_grad:
                    raise Untraceable("A branch or loop cannot be differentiated.")
                found.append(torch.clone(result) if storage_id(result) in taken else result)
                taken.add(storage_id(found[-1]))
            results = [self.of(one) for one in found]
            return live_calls(self.calls, results), results
        finally:
            self.calls = outer

    def _results_like(self, first: Sequence[Value], second: Sequence[Value]) -> list[Tensor]:
        pairs = [(self.fakes[a], self.fakes[b]) for a, b in zip(first, second, strict=True)]
        if any(a.shape != b.shape or a.dtype != b.dtype for a, b in pairs):
            raise Untraceable("The shapes of the results of a branch or loop differ.")
        return self._fresh([a for a, _ in pairs])

    def _fresh(self, like: Sequence[Tensor]) -> list[Tensor]:
        """New tensors, made by no call."""
        count = len(self.calls)
        made = [torch.empty(one.shape, dtype=one.dtype, device=one.device) for one in like]
        del self.calls[count:]
        return made

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Not asked for: `torch.compile` never runs inside, and each call would pass a wrapper that keeps it out."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is DEVICE_OF and isinstance(args[0], FakeTensor):
            return args[0].device  # autograd asks so often that these are more than half of all calls
        kwargs = kwargs or {}
        if func in _ALIASES and isinstance(args[0], FakeTensor):
            result = func(*args, **kwargs)
            self._values[id(result)] = self.of(args[0])
            self._kept.append(result)
            if func is aten.detach.default:
                self._detached.add(id(result))
            return result
        if func is aten.lift_fresh.default:
            func = aten.lift_fresh_copy.default
        result = func(*args, **kwargs)
        plain_args, plain_kwargs = tree.map_structure(self._plain, (args, kwargs))
        single = isinstance(result, torch.Tensor)
        results = [result] if single else list(result) if isinstance(result, (list, tuple)) else []
        if not results and result is not None:
            return result
        values = [None if one is None else self._result(one) for one in results]
        self.calls.append(Call(func, tuple(plain_args), plain_kwargs, values, single, rerun=STATE.rerun))
        return result

    def _plain(self, leaf: Any) -> Any:
        return self.of(leaf) if isinstance(leaf, torch.Tensor) else leaf

    def _result(self, tensor: Tensor) -> Value:
        """A result's Value: that of the argument where the kernel wrote into it."""
        return self._values.get(id(tensor)) or self.new(tensor)


@dataclass
class Recording:
    """A function as a list of kernel calls.

    Attributes:
        inputs: its arguments.
        reads: Values of the variables that it reads, by variable.
        writes: Values that variables are assigned in the end.
        outputs: what it returns.
        calls: what it does, in order.
        constants: real tensors that it uses.
        fakes: a fake tensor for each Value.
        has_gradients: whether autograd may have to track what it returns.
        tables: variables of which it computes new rows, and whether these are added to what is there. The last outputs
            are, for each, the rows (int64) and their values.
    """

    inputs: list[Value]
    reads: dict[VariableLike, Value]
    writes: dict[VariableLike, Value]
    outputs: list[Value]
    calls: list[Call]
    constants: dict[Value, Tensor]
    fakes: dict[Value, Tensor]
    has_gradients: bool
    tables: list[tuple[VariableLike, bool]] = field(default_factory=list)

    @property
    def carried(self) -> list[VariableLike]:
        """The variables whose values go from step to step: those that are read, and the others that are written."""
        return list(dict.fromkeys([*self.reads, *self.writes]))


def record(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    track: bool = False,
) -> Recording:
    """Run `fn` on fake tensors and record what it does.

    Args:
        backend: the backend.
        fn: flat and pure.
        variables: those that it may write.
        signature: specs of its arguments.
        track: whether autograd tracks the trainable variables, for a `fn` that calls ``loss.backward()`` itself.

    Raises:
        RuntimeError: when `fn` depends on the values of tensors, or PyTorch cannot record.
    """
    if not framework.CAN_RECORD:
        raise Untraceable("This release of PyTorch has no fake tensors or dispatch modes where they are expected.")
    recorder = Recorder()
    reads: dict[VariableLike, Value] = {}

    def fetch(variable: VariableLike) -> Tensor:
        cell = variable.storage
        tensor = fake_like(cell.value, track and cell.trainable)
        reads[variable] = recorder.new(tensor)
        return tensor

    with tracking(track), fake_tensors():
        given = [_fake_of(spec) for spec in signature]
        inputs = [recorder.new(tensor) for tensor in given]
        collecting = Trace(backend, variables, fetch=fetch, whole=True, rows_from=0)
        with collecting as trace, recording_with(recorder), recorder:
            results = list(fn(*given))
            has_gradients = recorder.has_gradients(results)
            for variable, update in trace.row_updates.items():
                results += [row_indices(update.indices, variable.shape[0]).reshape(-1), update.values.detach()]
            results = [recorder.own(result) for result in results]
            written = {variable: recorder.own(_stored(variable, value)) for variable, value in trace.written.items()}
        torch.set_grad_enabled(False)
        _separate(recorder, results, written, [*given, *(recorder.fakes[value] for value in reads.values())])
        outputs = [recorder.of(result) for result in results]
        writes = {variable: recorder.of(value) for variable, value in written.items()}
        inputs = [_unmodified(value, recorder) for value in inputs]
    calls = live_calls(recorder.calls, [*outputs, *writes.values()])
    tables = [(variable, update.adds) for variable, update in trace.row_updates.items()]
    return Recording(inputs, reads, writes, outputs, calls, recorder.constants, recorder.fakes, has_gradients, tables)


def _stored(variable: VariableLike, value: Tensor) -> Tensor:
    """What is stored of a variable's new value: this process's part where it is split."""
    part = variable.part
    whole = part is not None and tuple(value.shape) == variable.shape
    return part.of(value).contiguous() if part is not None and whole else value


def _unmodified(value: Value, recorder: Recorder) -> Value:
    """The input itself, or, if the program writes into it, a new input of which it is a copy."""
    fake = recorder.fakes[value]
    mutating = [call for call in all_calls(recorder.calls) if call.mutates]
    if storage_id(fake) not in {storage_id(recorder.fakes[used]) for call in mutating for used in call.uses()}:
        return value
    given = recorder.new(torch.empty_like(fake))
    recorder.calls.insert(0, Call(aten.clone.default, (given,), {}, [value], True))
    return given


def _fake_of(spec: Spec) -> Tensor:
    dtype = torch_dtype(spec.dtype)
    return torch.empty([int(n or 1) for n in spec.shape], dtype=dtype, device=device_for(dtype))


def _separate(
    recorder: Recorder, results: list[Tensor], written: dict[VariableLike, Tensor], given: list[Tensor]
) -> None:
    """Copy what would share memory with an argument, a variable, a constant, or another result.

    New values of variables are made contiguous.
    """
    taken = {storage_id(tensor) for tensor in given}
    with recorder:
        for variable, value in written.items():
            if storage_id(value) in taken or not value.is_contiguous():
                value = written[variable] = torch.clone(value, memory_format=torch.contiguous_format)
            taken.add(storage_id(value))
        for position, result in enumerate(results):
            if storage_id(result) in taken:
                results[position] = torch.clone(result)
            taken.add(storage_id(results[position]))


def all_calls(calls: Sequence[Call]) -> Iterator[Call]:
    """The calls and those in the bodies of control flow."""
    for call in calls:
        yield call
        for inner, _ in call.bodies if isinstance(call, ControlFlow) else ():
            yield from all_calls(inner)


def live_calls(calls: Sequence[Call], live_out: Sequence[Value]) -> list[Call]:
    """The calls without dead code: those on which a Value of `live_out` depends, and those that write into an argument.

    Args:
        calls: calls in order.
        live_out: Values that are used in the end.
    """
    needed = set(live_out)
    live = []
    for call in reversed(calls):
        if call.mutates or not needed.isdisjoint(call.results):
            needed.update(call.uses())
            live.append(call)
    return live[::-1]


def divided(recording: Recording, live_out: Sequence[Value]) -> tuple[list[Call], list[Call]]:
    """The calls of a recording that are live, see `live_calls`, and the others.

    Args:
        recording: whose calls.
        live_out: Values that are used in the end.
    """
    live = live_calls(recording.calls, live_out)
    known = {*live}
    return live, [call for call in recording.calls if call not in known]


def kernel_name(call: Call) -> str:
    """The name of a call's kernel without namespace and overload, such as "add"."""
    return str(call.kernel.name()).partition("::")[2].partition(".")[0]


__all__ = [
    "Call",
    "ControlFlow",
    "Recorder",
    "Recording",
    "Untraceable",
    "Value",
    "all_calls",
    "divided",
    "kernel_name",
    "live_calls",
    "record",
]
