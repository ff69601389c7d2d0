"""A recording as one Python function that calls PyTorch's kernels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from keras_core.typing import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from keras_backend_torch.framework import torch
from keras_backend_torch.tracing import Block, Call, Recording, Value, living, memory_of

_HOMES = (torch._C._VariableFunctions, torch._C._nn, torch._C.TensorBase)
"""Where PyTorch keeps functions that parse their arguments in C++: they cost half of what a call by overload costs."""

_KERNELS_ONLY = torch._C._AutoDispatchBelowADInplaceOrView
"""A block in which autograd is not even asked whether it wants to follow."""

_DENSE = {"memory_format": torch.contiguous_format}


class _Check(TorchDispatchMode):
    """Whether a function calls one kernel with just these arguments; nothing is computed."""

    def __init__(self, call: Call, args: Any, kwargs: Any, results: Any) -> None:
        super().__init__()
        self._expected = (call.kernel, tree_leaves((args, kwargs)))
        self._results = results
        self.matches = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if self.matches and func.namespace == "prim":
            return func(*args, **(kwargs or {}))  # autograd asks for the device of a view
        kernel, leaves = self._expected
        found = tree_leaves((args, kwargs or {}))
        same = len(found) == len(leaves) and all(_same(a, b) for a, b in zip(found, leaves, strict=True))
        if func is not kernel or not same:
            raise TypeError("another kernel")
        self.matches += 1
        return func(*args, **(kwargs or {})) if func.is_view else self._results


def _same(a: Any, b: Any) -> bool:
    return a is b or (not isinstance(a, torch.Tensor) and type(a) is type(b) and a == b)


_known: dict[Any, Callable[..., Any]] = {}


def _function(call: Call, recording: Recording) -> Callable[..., Any]:
    """The fastest way to call the kernel: found by trying whether a function of its name does just that."""
    key = (call.kernel, tuple(map(type, tree_leaves((call.args, call.kwargs)))), tuple(call.kwargs))
    if key not in _known:
        _known[key] = next((f for f in _candidates(call) if _does(f, call, recording)), call.kernel._op)
    return _known[key]


def _candidates(call: Call) -> list[Callable[..., Any]]:
    name = call.kernel._schema.name.partition("::")[2]
    found = [getattr(home, name, None) for home in _HOMES]
    return [function for function in found if function is not None]


def _does(function: Callable[..., Any], call: Call, recording: Recording) -> bool:
    args, kwargs = tree_map(
        lambda leaf: recording.specs[leaf] if isinstance(leaf, Value) else leaf, (call.args, call.kwargs)
    )
    results = [None if value is None else recording.specs[value] for value in call.results]
    check = _Check(call, args, kwargs, results[0] if call.single else tuple(results))
    try:
        with torch.no_grad(), check:
            function(*args, **kwargs)
    except Exception:
        return False
    return check.matches == 1


class Writer:
    """Python source of a recording.

    Args:
        recording: what to write.
        by_overload: whether kernels are called by their exact names, which `torch.compile` knows.
    """

    def __init__(self, recording: Recording, by_overload: bool = False) -> None:
        self.recording = recording
        self._by_overload = by_overload
        self.names: dict[str, Any] = {"index_select": torch.index_select, "kernels_only": _KERNELS_ONLY}
        self._functions: dict[int, str] = {}
        for value, tensor in recording.constants.items():
            self.names[_name(value)] = tensor.detach()

    def step(self) -> Callable[..., list[Tensor]]:
        """``step(*variables read, *inputs) -> [*values written, *outputs]``."""
        recording = self.recording
        given = [*recording.reads.values(), *recording.inputs]
        results = [*recording.writes.values(), *recording.outputs]
        lines = [*self._body(recording.calls, set(results)), f"return [{_list(results)}]"]
        return self._compiled(_list(given), lines)

    def steps(self) -> Callable[..., list[Tensor]]:
        """``steps(rows, *variables read or written, *arrays) -> [*values written, *outputs of the last step]``.

        What only the outputs need is computed once, after the last step.
        """
        recording = self.recording
        kept = {variable: f"s{k}" for k, variable in enumerate([*recording.reads, *_others(recording)])}
        arrays = [f"d{k}" for k in range(len(recording.inputs))]
        inside = living(recording.calls, list(recording.writes.values()))
        after = [call for call in recording.calls if call not in inside]
        owned = self._owned([*inside, *after])
        start = [f"{kept[variable]} = {kept[variable]}.clone()" for variable in owned]
        step = [f"{_name(value)} = {kept[variable]}" for variable, value in recording.reads.items()]
        step += [
            f"{_name(value)} = index_select({array}, 0, {self._row(value)})"
            for value, array in zip(recording.inputs, arrays, strict=True)
        ]
        results = {*recording.writes.values(), *recording.outputs}
        step += self._body(inside, results.union(*(call.uses() for call in after)), set(owned.values()))
        step += [f"{kept[variable]} = {_name(value)}" for variable, value in recording.writes.items()]
        end = self._body(after, results)
        returned = [*(kept[variable] for variable in recording.writes), *map(_name, recording.outputs)]
        lines = [*start, "for row in rows:", *_indented(step or ["pass"]), *end, f"return [{', '.join(returned)}]"]
        return self._compiled(", ".join(["rows", *kept.values(), *arrays]), lines)

    def _row(self, value: Value) -> str:
        """The row of indices where the data is, see `framework.place_of`."""
        return "row.cpu()" if self.recording.specs[value].dtype is torch.uint32 else "row"

    def _owned(self, calls: Sequence[Call]) -> dict[Any, Value]:
        """Variables that are copied only to be written into, with nobody looking at the old value afterwards.

        Between the steps of one call their tensors belong to the program, which copies them once, at its beginning.
        """
        specs = self.recording.specs
        last = {memory_of(specs[value]): index for index, call in enumerate(calls) for value in call.uses()}
        copied = {call.args[0]: index for index, call in enumerate(calls) if _is_copy(call)}
        return {
            variable: value
            for variable, value in self.recording.reads.items()
            if value in copied and variable in self.recording.writes and last[memory_of(specs[value])] == copied[value]
        }

    def _body(self, calls: Sequence[Call], results: set[Value], owned: Collection[Value] = ()) -> list[str]:
        """A line for each call, and after it the end of the tensors that nobody needs any more.

        Values in `owned` may be written into, so that they need no copy.
        """
        lines = []
        last = _last_uses(calls)
        for index, call in enumerate(calls):
            made = [value for value in call.results if value is not None]
            if _is_copy(call) and call.args[0] in owned:
                lines.append(f"{_name(made[0])} = {_name(call.args[0])}")
            elif isinstance(call, Block):
                lines += self._block(call)
            else:
                lines.append(self._line(call))
            used = {value for value in [*call.uses(), *made] if last.get(value, index) == index}
            over = [value for value in used - results if value not in self.recording.constants]
            if over:
                lines.append("del " + _list(sorted(over, key=lambda value: value.number)))
        return lines

    def _block(self, block: Block) -> list[str]:
        """A choice or a loop; what is made inside ends there, what comes from outside is left alone."""
        outside = {*block.uses(), *block.state}
        bodies = [
            [*self._body(calls, outside | {*results}), *_moved(block.state or block.results, results)]
            for calls, results in block.bodies
        ]
        if not block.state:
            condition = f"if {self._source(block.args[0])}:"
            return [condition, *_indented(bodies[0]), "else:", *_indented(bodies[1])]
        calls, (condition_value,) = block.bodies[0]
        test = [*self._body(calls, outside | {condition_value}), f"if not {_name(condition_value)}:", "    break"]
        start = [f"{_name(a)} = {_name(b)}.clone()" for a, b in zip(block.state, block.args, strict=True)]
        loop = ["while True:", *_indented([*test, *bodies[1]])]
        return [*start, *loop, *_moved(block.results, block.state)]

    def _line(self, call: Call) -> str:
        function = self._name_of(call.kernel if self._by_overload else _function(call, self.recording))
        args = [*map(self._source, call.args), *(f"{k}={self._source(v)}" for k, v in call.kwargs.items())]
        targets = ", ".join("_" if value is None else _name(value) for value in call.results)
        text = f"{function}({', '.join(args)})"
        if not call.results:
            return text
        return f"{targets} = {text}" if call.single else f"{targets}, = {text}"

    def _source(self, argument: Any) -> str:
        if isinstance(argument, Value):
            return _name(argument)
        if isinstance(argument, (list, tuple)):
            parts = ", ".join(map(self._source, argument))
            return f"[{parts}]"
        if argument is None or type(argument) in (bool, int, str):
            return repr(argument)
        return self._name_of(argument)

    def _name_of(self, thing: Any) -> str:
        """A global name for an object."""
        if id(thing) not in self._functions:
            name = f"k{len(self._functions)}_{''.join(filter(str.isalnum, getattr(thing, '__name__', '')))}"
            self._functions[id(thing)] = name
            self.names[name] = thing
        return self._functions[id(thing)]

    def _compiled(self, parameters: str, lines: Sequence[str]) -> Callable[..., list[Tensor]]:
        if not self._by_overload:
            lines = ["with kernels_only():", *_indented(lines)]
        source = "\n".join([f"def program({parameters}):", *_indented(lines)])
        exec(compile(source, "<recorded program>", "exec"), self.names)
        program: Callable[..., list[Tensor]] = self.names["program"]
        program.__doc__ = source
        return program


def _moved(targets: Sequence[Value | None], values: Sequence[Value]) -> list[str]:
    """All values under other names, at once."""
    if not values:
        return ["pass"]
    return [", ".join(_name(one) for one in targets if one) + " = " + _list(values)]


def _is_copy(call: Call) -> bool:
    """Whether it copies a tensor; one whose memory a variable holds is laid out row by row already."""
    return call.kernel is torch.ops.aten.clone.default and call.kwargs in ({}, _DENSE)


def _others(recording: Recording) -> list[Any]:
    """Variables that are written and not read."""
    return [variable for variable in recording.writes if variable not in recording.reads]


def _last_uses(calls: Sequence[Call]) -> dict[Value, int]:
    return {value: index for index, call in enumerate(calls) for value in call.uses()}


def _name(value: Value) -> str:
    return f"v{value.number}"


def _list(values: Sequence[Value]) -> str:
    return ", ".join(map(_name, values))


def _indented(lines: Sequence[str]) -> list[str]:
    return ["    " + line for line in lines]


__all__ = ["Writer"]
