"""Recording what a function does as a flat list of calls of PyTorch's kernels.

The function runs once on fake tensors, with its gradients taken by autograd as usual. Below autograd every
kernel that is called passes a dispatch mode, which notes it: forward pass, backward pass and optimizer become one
list. It is cleaned of what nobody uses and written as one Python function, which runs without autograd, modules, or the
op table: a call costs what PyTorch's own costs, and nothing else happens between two of them.

What depends on numbers (``if loss > 0`` on a tensor, ``.item()``, shapes that depend on values) cannot be recorded and
raises `Untraceable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keras_core import Spec, Trace, Variable
from keras_core.typing import Tensor
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    UnsupportedOperatorException,
)
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from keras_backend_torch.framework import (
    FakeTensor,
    FakeTensorMode,
    default_device,
    followed,
    kind_of,
    recorded_by,
    symbol_of,
    torch,
)

aten = torch.ops.aten

DEPENDS_ON_NUMBERS = (DataDependentOutputException, DynamicOutputShapeException, UnsupportedOperatorException)
_ALIASES = {aten.detach.default, aten.alias.default, aten.lift_fresh.default}
"""Calls whose result is their argument, below autograd."""


class Untraceable(Exception):
    """What a function does depends on the numbers that it is given."""


@dataclass(frozen=True)
class Value:
    """A tensor of the program, by number."""

    number: int


@dataclass(eq=False)
class Call:
    """One kernel call: arguments are Values, constants, or lists of them."""

    kernel: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    results: list[Value | None]
    single: bool

    @property
    def mutates(self) -> bool:
        """Whether it writes into one of its arguments."""
        return bool(self.kernel._schema.is_mutable)

    def uses(self) -> list[Value]:
        """The Values among its arguments."""
        return [leaf for leaf in tree_flatten((self.args, self.kwargs))[0] if isinstance(leaf, Value)]

    def renamed(self, names: Mapping[Value, Value]) -> Call:
        """The call with other Values in place of some of its arguments."""

        def plain(leaf: Any) -> Any:
            return names.get(leaf, leaf) if isinstance(leaf, Value) else leaf

        return replace(self, args=tree_map(plain, self.args), kwargs=tree_map(plain, self.kwargs))


@dataclass(eq=False)
class Block(Call):
    """A choice or a loop: calls that run depending on numbers.

    A choice takes a condition and has two bodies. A loop takes the first values of its `state` and has two bodies, the
    first of which gives the condition under which the second gives new values.

    Attributes:
        bodies: calls, and the Values that they give.
        state: what the bodies of a loop start from; empty for a choice.
    """

    bodies: list[tuple[list[Call], list[Value]]]
    state: list[Value]

    @property
    def mutates(self) -> bool:
        """Whether a body writes into something."""
        return any(call.mutates for calls, _ in self.bodies for call in calls)

    def uses(self) -> list[Value]:
        """What comes from outside: arguments, and what the bodies use."""
        inside = {value for calls, _ in self.bodies for call in calls for value in call.results} | {*self.state}
        used = [value for calls, results in self.bodies for value in [*_all_uses(calls), *results]]
        return [*super().uses(), *(value for value in used if value not in inside)]

    def renamed(self, names: Mapping[Value, Value]) -> Block:
        """The block with other Values in place of some that it takes."""
        changed = super().renamed(names)
        bodies = [
            ([call.renamed(names) for call in calls], [names.get(value, value) for value in results])
            for calls, results in self.bodies
        ]
        return replace(changed, bodies=bodies)  # type: ignore[call-arg, return-value]


def _all_uses(calls: Sequence[Call]) -> list[Value]:
    return [value for call in calls for value in call.uses()]


class Recorder(TorchDispatchMode):
    """Notes every kernel call; the tensors that flow through have no numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.constants: dict[Value, Tensor] = {}
        self._values: dict[int, Value] = {}
        self._kept: list[Tensor] = []
        self.specs: dict[Value, Tensor] = {}
        self._detached: set[int] = set()

    def new(self, tensor: Tensor) -> Value:
        """The Value of a tensor that is seen for the first time."""
        value = Value(len(self._kept))
        self._kept.append(tensor)  # its id stays its own
        self._values[id(tensor)] = value
        self.specs[value] = tensor
        return value

    def of(self, tensor: Tensor) -> Value:
        """The Value of a tensor; one with numbers is a constant of the program."""
        found = self._values.get(id(tensor))
        if found is None:
            if isinstance(tensor, FakeTensor):
                raise Untraceable("A tensor of another trace is used.")
            found = self.new(tensor)
            self.constants[found] = tensor
        return found

    def own(self, tensor: Tensor) -> Tensor:
        """A tensor of this program; one with numbers that `fn` returns becomes a copy of a constant."""
        return tensor if id(tensor) in self._values else torch.clone(tensor)

    def follows(self, results: Sequence[Tensor]) -> bool:
        """Whether autograd has anything to follow in results: floats that are not cut off from what they come from."""
        return any(one.is_floating_point() and id(one) not in self._detached for one in results)

    # -- control flow

    def choice(
        self, condition: Tensor, functions: Sequence[Callable[..., Any]], given: Sequence[Tensor]
    ) -> list[Tensor]:
        """Note both of two functions; which of them runs is decided when the program does."""
        bodies = [self._body(function, given) for function in functions]
        results = self._results_like(bodies[0][1], bodies[1][1])
        numbers = [self.of(one) for one in results]
        self.calls.append(Block(None, (self.of(condition),), {}, [*numbers], False, bodies, []))
        return results

    def loop(self, condition: Callable[..., Tensor], body: Callable[..., Any], given: Sequence[Tensor]) -> list[Tensor]:
        """Note the condition and the body of a loop, once."""
        start = [self.of(one) for one in given]
        state = self._fresh(given)
        bodies = [self._body(lambda *now: [condition(*now)], state), self._body(body, state)]
        results = self._results_like(start, bodies[1][1])
        numbers, variables = [self.of(one) for one in results], [self.of(one) for one in state]
        self.calls.append(Block(None, tuple(start), {}, [*numbers], False, bodies, variables))
        return results

    def _body(self, function: Callable[..., Any], given: Sequence[Tensor]) -> tuple[list[Call], list[Value]]:
        """The calls of a function and its results, which share memory with nothing outside."""
        taken = set(map(memory_of, self.specs.values()))
        outer, self.calls = self.calls, []
        try:
            found = []
            for result in function(*given):
                result = self.own(result)
                if result.requires_grad:
                    raise Untraceable("The gradient of a choice or loop is wanted.")
                found.append(torch.clone(result) if memory_of(result) in taken else result)
                taken.add(memory_of(found[-1]))
            results = [self.of(one) for one in found]
            return living(self.calls, results), results
        finally:
            self.calls = outer

    def _results_like(self, first: Sequence[Value], second: Sequence[Value]) -> list[Tensor]:
        pairs = [(self.specs[a], self.specs[b]) for a, b in zip(first, second, strict=True)]
        if any(a.shape != b.shape or a.dtype != b.dtype for a, b in pairs):
            raise Untraceable("The shapes of a choice's or loop's results differ.")
        return self._fresh([a for a, _ in pairs])

    def _fresh(self, like: Sequence[Tensor]) -> list[Tensor]:
        """New tensors, made by no call."""
        count = len(self.calls)
        made = [torch.empty(one.shape, dtype=one.dtype, device=one.device) for one in like]
        del self.calls[count:]
        return made

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
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
        plain_args, plain_kwargs = tree_map(self._plain, (args, kwargs))
        single = isinstance(result, torch.Tensor)
        results = [result] if single else list(result) if isinstance(result, (list, tuple)) else []
        if not results and result is not None:
            return result
        numbers = [None if one is None else self._result(one, func) for one in results]
        self.calls.append(Call(func, tuple(plain_args), plain_kwargs, numbers, single))
        return result

    def _plain(self, leaf: Any) -> Any:
        return self.of(leaf) if isinstance(leaf, torch.Tensor) else leaf

    def _result(self, tensor: Tensor, func: Any) -> Value:
        """A result's Value: that of the argument where the kernel wrote into it."""
        return self._values.get(id(tensor)) or self.new(tensor)


@dataclass
class Recording:
    """A function as a list of kernel calls.

    Attributes:
        inputs: its arguments.
        reads: Values of the variables that it reads, by variable.
        writes: Values that variables are given in the end.
        outputs: what it returns.
        calls: what it does, in order.
        constants: tensors that it holds.
        specs: a tensor without numbers for each Value.
        follows: whether autograd may have to follow what it returns.
    """

    inputs: list[Value]
    reads: dict[Variable, Value]
    writes: dict[Variable, Value]
    outputs: list[Value]
    calls: list[Call]
    constants: dict[Value, Tensor]
    specs: dict[Value, Tensor]
    follows: bool


def record(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[Variable],
    signature: Sequence[Spec],
    follow: bool = False,
) -> Recording:
    """Run `fn` without numbers and note what it does.

    Args:
        backend: the backend.
        fn: flat and pure.
        variables: those that it may write.
        signature: specs of its arguments.
        follow: whether autograd follows the trained variables, for a `fn` that calls ``loss.backward()`` itself.

    Raises:
        Untraceable: when that depends on numbers.
    """
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    recorder = Recorder()
    reads: dict[Variable, Value] = {}

    def fetch(variable: Variable) -> Tensor:
        cell = variable.storage
        tensor = symbol_of(cell.value, follow and cell.trainable)
        reads[variable] = recorder.new(tensor)
        return tensor

    with followed(follow), mode:
        given = [_symbol(spec) for spec in signature]
        inputs = [recorder.new(tensor) for tensor in given]
        try:
            with Trace(backend, variables, fetch=fetch) as trace, recorded_by(recorder), recorder:
                results = list(fn(*given))
                follows = recorder.follows(results)
                results = [recorder.own(result) for result in results]
                written = {variable: recorder.own(value) for variable, value in trace.written.items()}
        except DEPENDS_ON_NUMBERS as error:
            raise Untraceable(str(error)) from error
        torch.set_grad_enabled(False)
        _separate(recorder, results, written, [*given, *(recorder.specs[value] for value in reads.values())])
        outputs = [recorder.of(result) for result in results]
        writes = {variable: recorder.of(value) for variable, value in written.items()}
        inputs = [_left_alone(value, recorder) for value in inputs]
    constants = recorder.constants
    calls = living(recorder.calls, [*outputs, *writes.values()])
    return Recording(inputs, reads, writes, outputs, calls, constants, recorder.specs, follows)


def _left_alone(value: Value, recorder: Recorder) -> Value:
    """The input in place of this one: another, of which this is a copy, if the program writes into it."""
    spec = recorder.specs[value]
    mutating = [call for call in every_call(recorder.calls) if call.mutates]
    if memory_of(spec) not in {memory_of(recorder.specs[used]) for call in mutating for used in call.uses()}:
        return value
    given = recorder.new(torch.empty_like(spec))
    recorder.calls.insert(0, Call(aten.clone.default, (given,), {}, [value], True))
    return given


def _symbol(spec: Spec) -> Tensor:
    kind = kind_of(spec.dtype)
    place = "cpu" if kind is torch.uint32 else default_device()
    return torch.empty([int(n or 1) for n in spec.shape], dtype=kind, device=place)


def _separate(recorder: Recorder, results: list[Tensor], written: dict[Variable, Tensor], given: list[Tensor]) -> None:
    """Copy what would share memory with an argument, a variable, a constant, or another result.

    What a variable is given is also laid out as the variable's old value was.
    """
    taken = {memory_of(tensor) for tensor in given}
    with recorder:
        for variable, value in written.items():
            if memory_of(value) in taken or not value.is_contiguous():
                value = written[variable] = torch.clone(value, memory_format=torch.contiguous_format)
            taken.add(memory_of(value))
        for position, result in enumerate(results):
            if memory_of(result) in taken:
                results[position] = torch.clone(result)
            taken.add(memory_of(results[position]))


def memory_of(tensor: Tensor) -> int:
    """What tensors that share memory have in common."""
    return int(tensor.untyped_storage()._cdata)


def every_call(calls: Sequence[Call]) -> Iterator[Call]:
    """The calls and those in the bodies of blocks."""
    for call in calls:
        yield call
        for inner, _ in call.bodies if isinstance(call, Block) else ():
            yield from every_call(inner)


def living(calls: Sequence[Call], wanted: Sequence[Value]) -> list[Call]:
    """The calls on which a wanted Value depends. One that writes into its argument stays."""
    needed = set(wanted)
    living = []
    for call in reversed(calls):
        if call.mutates or not needed.isdisjoint(call.results):
            needed.update(call.uses())
            living.append(call)
    return living[::-1]
