"""A recording as one Python function that calls PyTorch's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree

from keras_backend_torch.compiler.passes.purity import new_value
from keras_backend_torch.compiler.passes.scalars import without_scalars
from keras_backend_torch.compiler.recording import Call, ControlFlow, Recording, Value, divided, kernel_name
from keras_backend_torch.framework import (
    PARSED_IN_CPP,
    DispatchMode,
    below_autograd,
    builtin_of,
    storage_id,
    torch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from keras_core.typing import Tensor

_CONTIGUOUS = {"memory_format": torch.contiguous_format}


class _Check(DispatchMode):
    """Checks whether a function calls one kernel with exactly these arguments; nothing is computed."""

    def __init__(self, call: Call, args: Any, kwargs: Any, results: Any) -> None:
        super().__init__()
        self._expected = (call.kernel, tree.flatten((args, kwargs)))
        self._results = results
        self.matches = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if self.matches and func.namespace == "prim":
            return func(*args, **(kwargs or {}))  # autograd asks for the device of a view
        kernel, leaves = self._expected
        found = tree.flatten((args, kwargs or {}))
        same = len(found) == len(leaves) and all(_same(a, b) for a, b in zip(found, leaves, strict=True))
        if func is not kernel or not same:
            raise TypeError("another kernel")
        self.matches += 1
        return func(*args, **(kwargs or {})) if func.is_view else self._results


def _same(a: Any, b: Any) -> bool:
    return a is b or (not isinstance(a, torch.Tensor) and type(a) is type(b) and a == b)


#: The cheapest callable for each kernel of PyTorch, looked up once a process.
_fastest: dict[Any, Callable[..., Any]] = {}
"""The fastest function for each kernel and types of arguments; the same for all recordings."""


def _function(call: Call, recording: Recording) -> Callable[..., Any]:
    """The fastest way to call the kernel, found by checking whether a function of its name does just that."""
    converts = kernel_name(call) == "_to_copy" and _changes_dtype(call, recording)
    key = (call.kernel, tuple(map(type, tree.flatten((call.args, call.kwargs)))), tuple(call.kwargs), converts)
    if key not in _fastest:
        name = "to" if converts else kernel_name(call)
        matching = (function for function in _candidates(name) if _calls_kernel(function, call, recording))
        _fastest[key] = next(matching, builtin_of(call.kernel))
    return _fastest[key]


def _changes_dtype(call: Call, recording: Recording) -> bool:
    """Whether a copy has another dtype: then `Tensor.to` copies, too, which else returns the tensor itself."""
    source, result = call.args[0], call.results[0]
    return result is not None and recording.fakes[source].dtype is not recording.fakes[result].dtype


def _candidates(name: str) -> list[Callable[..., Any]]:
    found = [getattr(home, name, None) for home in PARSED_IN_CPP]
    return [function for function in found if function is not None]


def _calls_kernel(function: Callable[..., Any], call: Call, recording: Recording) -> bool:
    def fake(leaf: Any) -> Any:
        return recording.fakes[leaf] if isinstance(leaf, Value) else leaf

    args, kwargs = tree.map_structure(fake, (call.args, call.kwargs))
    results = [None if value is None else recording.fakes[value] for value in call.results]
    check = _Check(call, args, kwargs, results[0] if call.single else tuple(results))
    try:
        with torch.no_grad(), check:
            function(*args, **kwargs)
    except Exception:
        return False
    return check.matches == 1


class CodeGenerator:
    """Python source of a recording.

    Args:
        recording: what the code does.
        by_overload: whether kernels are called by their exact names, which `torch.compile` knows.
    """

    def __init__(self, recording: Recording, by_overload: bool = False) -> None:
        self.recording = recording
        self._by_overload = by_overload
        self.names: dict[str, Any] = {
            "rows_at": _rows_at,
            "rows_on_host_at": _rows_on_host_at,
            "stack": torch.stack,
            "below_autograd": below_autograd,
        }
        self._globals: dict[int, str] = {}
        for value, tensor in recording.constants.items():
            self.names[_name(value)] = tensor.detach()

    def step(self) -> Callable[..., list[Tensor]]:
        """``step(*variables read, *inputs) -> [*values written, *outputs]``."""
        recording = self.recording
        given = [*recording.reads.values(), *recording.inputs]
        results = [*recording.writes.values(), *recording.outputs]
        lines = [*self._body(recording.calls, set(results)), f"return [{_list(results)}]"]
        return self._compiled(_list(given), lines)

    def steps(self, stacked: bool = False) -> Callable[..., list[Tensor]]:
        """``steps(rows, *variables read or written, *arrays) -> [*values written, *outputs]``.

        Rows are indices, or slices where they follow one another.

        What only the outputs of the last step need is computed once, after it. Where those of all steps are wanted,
        what they need of scalars is computed for all together, from the values that these had in each step.

        Args:
            stacked: whether all outputs are wanted, stacked along a new first axis. Defaults to False.
        """
        recording = self.recording
        kept, arrays = self._kept(), self._arrays()
        if stacked:
            inside, after = without_scalars(recording)
        else:
            inside, after = divided(recording, list(recording.writes.values()))
        donated = self._donated([*inside, *after])
        start = [f"{kept[variable]} = {kept[variable]}.clone()" for variable in donated]
        step = [f"{_name(value)} = {kept[variable]}" for variable, value in recording.reads.items()]
        step += [
            f"{_name(value)} = {self._lookup(value)}({array}, row)"
            for value, array in zip(recording.inputs, arrays, strict=True)
        ]
        results = {*recording.writes.values(), *recording.outputs}
        step += self._body(inside, results.union(*(call.uses() for call in after)), set(donated.values()))
        step += [f"{kept[variable]} = {_name(value)}" for variable, value in recording.writes.items()]
        if stacked:
            before, each, end = self._stacked(inside, after, [recording.writes[variable] for variable in donated])
            start, step = [*start, *before], [*step, *each]
        else:
            end = self._body(after, results)
        returned = [*(kept[variable] for variable in recording.writes), *map(_name, recording.outputs)]
        lines = [*start, "for row in rows:", *_indented(step or ["pass"]), *end, f"return [{', '.join(returned)}]"]
        return self._compiled(", ".join(["rows", *kept.values(), *arrays]), lines)

    def _stacked(
        self, inside: Sequence[Call], after: Sequence[Call], reused: Sequence[Value]
    ) -> tuple[list[str], list[str], list[str]]:
        """What is done before all steps, in each and after all, to have the outputs of all.

        Args:
            inside: the calls of each step.
            after: calls for all steps together, see `without_scalars`.
            reused: Values into which the next step may write.
        """
        recording, fakes = self.recording, self.recording.fakes
        later = {value for call in after for value in call.results}
        used = [value for call in after for value in call.uses()]
        wanted = dict.fromkeys(value for value in [*used, *recording.outputs] if value not in later)
        rows = {value: f"r{value.number}" for value in wanted if value not in recording.constants}
        overwritten = {storage_id(fakes[value]) for value in reused}
        before, each, end = [], [], []
        for value, name in rows.items():
            fake, own = fakes[value], _name(value)
            part = value in used and fake.untyped_storage().nbytes() > fake.element_size()
            before.append(f"{name} = []")
            each.append(f"{name}.append({own}{'.clone()' if part or storage_id(fake) in overwritten else ''})")
            end.append(f"{own} = stack({name})")
        wide = {value: new_value(recording, fakes[value]) for value in wanted if value in recording.constants}
        end += [f"{_name(new)} = {_name(value)}.expand(len(rows))" for value, new in wide.items()]
        for call in after:
            call = call.renamed(wide)
            if call.kernel is torch.ops.aten.stack.default:
                end.append(f"{self._source(call.results[0])} = stack({self._source(call.args[0])}, 1)")
            else:
                end.append(self._line(call))
        return before, each, end

    def batches(self, whole: int = 0) -> Callable[..., list[Tensor]]:
        """``batches(starts, size, *variables read or written, *arrays) -> [*values written, *stacked outputs]``.

        Each step runs on `size` rows of the arrays, from one of the starts on.

        Args:
            whole: how many of the last arrays each step takes whole. Defaults to 0.
        """
        recording, kept, arrays = self.recording, self._kept(), self._arrays()
        found = [f"o{k}" for k in range(len(recording.outputs))]
        step = [f"{_name(value)} = {kept[variable]}" for variable, value in recording.reads.items()]
        end = len(arrays) - whole
        step += [
            f"{_name(value)} = {array}{'[start : start + size]' if number < end else ''}"
            for number, (value, array) in enumerate(zip(recording.inputs, arrays, strict=True))
        ]
        step += self._body(recording.calls, {*recording.writes.values(), *recording.outputs})
        step += [f"{kept[variable]} = {_name(value)}" for variable, value in recording.writes.items()]
        step += [f"{one}.append({_name(value)})" for one, value in zip(found, recording.outputs, strict=True)]
        returned = [*(kept[variable] for variable in recording.writes), *(f"stack({one})" for one in found)]
        lines = [*(f"{one} = []" for one in found), "for start in starts:", *_indented(step or ["pass"])]
        lines.append(f"return [{', '.join(returned)}]")
        return self._compiled(", ".join(["starts", "size", *kept.values(), *arrays]), lines)

    def _kept(self) -> dict[Any, str]:
        """Names of the values that go from step to step."""
        return {variable: f"s{k}" for k, variable in enumerate(self.recording.carried)}

    def _arrays(self) -> list[str]:
        """Names of the arrays whose rows are the inputs of steps."""
        return [f"d{k}" for k in range(len(self.recording.inputs))]

    def _lookup(self, value: Value) -> str:
        """What finds the rows of an array, which may be on another device, see `devices.device_for`."""
        return "rows_on_host_at" if self.recording.fakes[value].dtype is torch.uint32 else "rows_at"

    def _donated(self, calls: Sequence[Call]) -> dict[Any, Value]:
        """Variables that are copied only to be written into, with no use of the old value afterwards.

        Between the steps of one call their tensors belong to the program, which copies them once, at its beginning.
        """
        fakes = self.recording.fakes
        last = {storage_id(fakes[value]): index for index, call in enumerate(calls) for value in call.uses()}
        copied = {call.args[0]: index for index, call in enumerate(calls) if _is_copy(call)}
        return {
            variable: value
            for variable, value in self.recording.reads.items()
            if value in copied and variable in self.recording.writes and last[storage_id(fakes[value])] == copied[value]
        }

    def _body(self, calls: Sequence[Call], results: set[Value], donated: Collection[Value] = ()) -> list[str]:
        """A line for each call, and after it the deletion of the tensors that no later call uses.

        Values in `donated` may be written into, so that they need no copy.
        """
        lines = []
        last = _last_uses(calls)
        for index, call in enumerate(calls):
            made = [value for value in call.results if value is not None]
            if _is_copy(call) and call.args[0] in donated:
                lines.append(f"{_name(made[0])} = {_name(call.args[0])}")
            elif isinstance(call, ControlFlow):
                lines += self._control_flow(call)
            else:
                lines.append(self._line(call))
            used = {value for value in [*call.uses(), *made] if last.get(value, index) == index}
            dead = [value for value in used - results if value not in self.recording.constants]
            if dead:
                lines.append("del " + _list(sorted(dead, key=lambda value: value.number)))
        return lines

    def _control_flow(self, block: ControlFlow) -> list[str]:
        """A branch or a loop; what is made inside is deleted there, what comes from outside is kept."""
        outside = {*block.uses(), *block.state}
        bodies = [
            [*self._body(calls, outside | {*results}), *_assigned(block.state or block.results, results)]
            for calls, results in block.bodies
        ]
        if not block.state:
            condition = f"if {self._source(block.args[0])}:"
            return [condition, *_indented(bodies[0]), "else:", *_indented(bodies[1])]
        calls, (condition_value,) = block.bodies[0]
        test = [*self._body(calls, outside | {condition_value}), f"if not {_name(condition_value)}:", "    break"]
        start = [f"{_name(a)} = {_name(b)}.clone()" for a, b in zip(block.state, block.args, strict=True)]
        loop = ["while True:", *_indented([*test, *bodies[1]])]
        return [*start, *loop, *_assigned(block.results, block.state)]

    def _line(self, call: Call) -> str:
        function = self._global(call.kernel if self._by_overload else _function(call, self.recording))
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
        return self._global(argument)

    def _global(self, thing: Any) -> str:
        """The global name of an object."""
        if id(thing) not in self._globals:
            name = f"k{len(self._globals)}_{''.join(filter(str.isalnum, getattr(thing, '__name__', '')))}"
            self._globals[id(thing)] = name
            self.names[name] = thing
        return self._globals[id(thing)]

    def _compiled(self, parameters: str, lines: Sequence[str]) -> Callable[..., list[Tensor]]:
        if not self._by_overload:
            lines = ["with below_autograd():", *_indented(lines)]
        source = "\n".join([f"def program({parameters}):", *_indented(lines)])
        exec(compile(source, "<recorded program>", "exec"), self.names)
        program: Callable[..., list[Tensor]] = self.names["program"]
        program.__doc__ = source
        return program


def _rows_at(array: Tensor, row: Tensor | slice) -> Tensor:
    return array[row] if type(row) is slice else torch.index_select(array, 0, row)


def _rows_on_host_at(array: Tensor, row: Tensor | slice) -> Tensor:
    return _rows_at(array, row if isinstance(row, slice) else row.cpu())


def _assigned(targets: Sequence[Value | None], values: Sequence[Value]) -> list[str]:
    """One assignment of all values."""
    if not values:
        return ["pass"]
    return [", ".join(_name(one) for one in targets if one) + " = " + _list(values)]


def _is_copy(call: Call) -> bool:
    """Whether it copies a tensor; tensors of variables are contiguous already."""
    return call.kernel is torch.ops.aten.clone.default and call.kwargs in ({}, _CONTIGUOUS)


def _last_uses(calls: Sequence[Call]) -> dict[Value, int]:
    return {value: index for index, call in enumerate(calls) for value in call.uses()}


def _name(value: Value) -> str:
    return f"v{value.number}"


def _list(values: Sequence[Value]) -> str:
    return ", ".join(map(_name, values))


def _indented(lines: Sequence[str]) -> list[str]:
    return ["    " + line for line in lines]


__all__ = ["CodeGenerator"]
