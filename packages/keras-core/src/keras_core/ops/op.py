"""Ops: decorators that turn a function into an entry of the op table, and its dispatch."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from keras_core import config, dtypes
from keras_core.backend import discovery
from keras_core.backend.toolkit.axes import AxisError
from keras_core.config.loading_limits import take_steps
from keras_core.graph.keras_tensor import KerasTensor, Node, any_symbolic, fresh, keras_tensors_in
from keras_core.graph.nested import map_nested
from keras_core.graph.operand import OPERANDS, operand_in, without_operands
from keras_core.graph.spec import Spec
from keras_core.naming import open_scope
from keras_core.ops.argument_kinds import Refused, parameter_of
from keras_core.ops.casting import CastKind, common_dtype, convert, is_numeric
from keras_core.ops.properties import argument_dtype, weak_dtype
from keras_core.ops.table import TABLE, find
from keras_core.staging.share import active_share, share_scope
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.staging.share import Share

F = TypeVar("F", bound=Callable[..., Any])
Cast = CastKind | Mapping[CastKind, Sequence[str]] | None

#: The conformance kit runs the bodies of derived ops instead of a backend's own.
_FORCE_BODIES: ContextVar[bool] = ContextVar("keras_force_bodies", default=False)
#: Ops record nodes even where no argument is a KerasTensor.
_SYMBOLIC: ContextVar[bool] = ContextVar("keras_symbolic", default=False)
#: Collects which ops a program used, for backends that choose how to compile by them.
_SEEN: ContextVar[set[str] | None] = ContextVar("keras_ops_seen", default=None)
_REQUIRED = inspect.Parameter.empty

# What is no tensor, nor stands for one.
_NO_TENSORS = frozenset({str, bytes, dict, set, type(None)})
_NO_LISTS = _NO_TENSORS | {int, float, bool, complex}
_NUMBERS_EXPECTED = "a tensor, an array, a number or nested lists of numbers"


class Op:
    """One entry of the table.

    Attributes:
        name: public name.
        family: the file of `keras_core.ops` it stands in, or the folder of files, such as "elementwise" or "nn".
        body: the Python function; None for a primitive.
        tensors: names of the parameters that are tensors or lists of tensors.
        cast: how tensor arguments are brought to one dtype: "promote", "float" (ints and bools become
            floatx), "number" (bools become int32), "sum" (bools and ints below 32 bits get 32), "product"
            (int8 becomes int32), "bool", "given" (what the argument `dtype` says), None, or a mapping of these
            to the parameters each is for.
        spec: shape and dtype rule of a primitive.
        portable: what draws in place of the backend where `config.rng()` is "portable"; of primitive draws only.
        values: what looks at values that are on the host, and raises IndexError for wrong ones.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        tensors: Sequence[str],
        cast: Cast,
        spec: Callable[..., Any] | None,
        portable: Callable[..., Any] | None = None,
        values: Callable[..., None] | None = None,
    ) -> None:
        self.name = function.__name__
        self.family = function.__module__.removeprefix("keras_core.ops.").partition(".")[0]
        self.function = function
        self.body = None if spec else function
        self.cast = cast
        self.spec = spec
        self.portable = portable
        self.values = values
        self.tensors = tuple(tensors)
        self.signature = inspect.signature(function)
        self._defaults = [(p.name, p.default) for p in self.signature.parameters.values()]
        self._names = names = [name for name, _ in self._defaults]
        self._tensor_positions = [names.index(name) for name in self.tensors]
        annotations = [str(p.annotation) for p in self.signature.parameters.values()]
        self._lists = [p for p in self._tensor_positions if annotations[p].startswith("Sequence[Tensor]")]
        taken = [
            parameter_of(p, text, default)
            for p, (text, (_, default)) in enumerate(zip(annotations, self._defaults, strict=True))
            if p not in self._tensor_positions
        ]
        self._plain = [parameter for parameter in taken if parameter is not None]
        required = [p for p in self._tensor_positions if annotations[p] in ("Tensor", "ArrayLike")]
        self._expected = [(p, _NO_TENSORS, _NUMBERS_EXPECTED) for p in required]
        self._expected += [(p, _NO_LISTS, "a list of tensors") for p in self._lists]
        groups = cast if isinstance(cast, Mapping) else {cast: self.tensors} if cast else {}
        self._casts = [(kind, [names.index(name) for name in group]) for kind, group in groups.items()]
        self._uncast = [p for p in self._tensor_positions if not any(p in group for _, group in self._casts)]
        self._draws = self.family == "random"
        self._replaceable = self._draws or self.body is not None
        self.public: Callable[..., Any] = function

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """All arguments by position, defaults filled in."""
        bound = list(args)
        for name, default in self._defaults[len(args) :]:
            value = kwargs.pop(name) if name in kwargs else default
            if value is _REQUIRED:
                raise TypeError(f"{self.name}() needs the argument {name!r}. Signature: {self.name}{self.signature}.")
            bound.append(value)
        if kwargs or len(args) > len(self._defaults):
            extra = ", ".join(kwargs) or f"{len(args)} positional ones"
            raise TypeError(f"{self.name}() does not take {extra}. Signature: {self.name}{self.signature}.")
        return bound

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound = self.bind(args, dict(kwargs))
        self._check(bound)
        if OPERANDS and (operand := operand_in(bound)) is not None:
            found = operand.computed(self.name, bound)
            return self(*map(without_operands, bound)) if found is None else found
        seen = _SEEN.get()
        if seen is not None:
            seen.add(self.name)
        if _SYMBOLIC.get() or any(map(any_symbolic, bound)):
            return self._symbolic(bound)
        trace = active_trace()
        if trace is not None:
            backend: Backend = trace.backend
        else:
            backend = discovery.common_owner(self._leaves(bound)) or discovery.active()
        implementation = backend.ops.get(self.name)
        share = active_share() if self._draws and self.body is None else None
        if share is not None and (axis := _batch_axis(bound[0], share)) is not None:
            return self._drawn_for_batch(bound, axis, share)
        try:
            prepared = self._prepared(bound, backend)
        except Exception:
            self._explain_tensors(bound)
            raise
        if implementation is None or (self._replaceable and self._replaced()):
            return self._in_ops(prepared, backend)
        try:
            return implementation(*prepared)
        except Exception as error:
            self._explain(error, prepared, backend)
            raise

    def _check(self, bound: list[Any]) -> None:
        """Refuse wrong arguments, and make numbers and sizes Python's own."""
        for position, at_once, take in self._plain:
            if type(bound[position]) not in at_once:
                try:
                    bound[position] = take(bound[position])
                except Refused as error:
                    raise self._refusal(position, bound[position], str(error)) from None
        for position, refused, expected in self._expected:
            if type(bound[position]) in refused:
                raise self._refusal(position, bound[position], expected)
        if self.values is not None:
            # Backends' primitives refuse what is wrong in tensors, bodies need not.
            views = self.body is not None and active_trace() is None
            self._check_values(list(map(_viewed, bound)) if views else bound)

    def _refusal(self, position: int, value: Any, expected: str) -> ValueError:
        return ValueError(self._message(f"got {self._names[position]}={value!r}, expected {expected}."))

    def _drawn_for_batch(self, bound: list[Any], axis: int, share: Share) -> Any:
        """What this process has of a draw for all rows of a batch, so that processes together draw what one does."""
        whole = list(bound)
        whole[0] = tuple(share.total if k == axis else size for k, size in enumerate(bound[0]))
        with share_scope(None):
            return self(*whole)[(slice(None),) * axis + (slice(share.start, share.stop),)]

    def _replaced(self) -> bool:
        """Whether the op is to be written in other ops although the backend has it."""
        return (self.body is not None and _FORCE_BODIES.get()) or (self._draws and config.rng() == "portable")

    def _in_ops(self, prepared: list[Any], backend: Backend) -> Any:
        body = self.body
        if body is None and self._draws and config.rng() == "portable":
            body = self.portable
        if body is None:
            raise NotImplementedError(f"The {backend.name!r} backend has no op {self.name!r}.")
        try:
            if active_trace() is not None or backend.name == discovery.active_name():
                return body(*prepared)
            with discovery.use_backend(backend.name):
                return body(*prepared)
        except AxisError as error:
            raise self._own(error) from None

    def _leaves(self, bound: list[Any]) -> Iterator[Any]:
        for position in self._tensor_positions:
            value = bound[position]
            if isinstance(value, (list, tuple)):
                yield from value
            else:
                yield value

    # -- preparing arguments

    def _prepared(self, bound: list[Any], backend: Backend) -> list[Any]:
        """Tensor arguments as the backend's tensors, of one dtype where the op asks for it."""
        prepared = [_values_of(value) for value in bound]
        for position in self._uncast:
            prepared[position] = self._each(convert, position, prepared, backend, None)
        for kind, positions in self._casts:
            dtype = self._cast_to(kind, positions, prepared, backend)
            for position in positions:
                prepared[position] = self._each(convert, position, prepared, backend, dtype)
        return prepared

    def _each(self, function: Callable[..., Any], position: int, values: list[Any], *more: Any) -> Any:
        """The function of a tensor argument, or of each in a list of tensors."""
        value = values[position]
        if isinstance(value, (list, tuple)):
            if position in self._lists:
                return [function(one, *more) for one in value]
            if value and not is_numeric(value):  # tensors where one is expected
                value = find("stack")(list(value))
        return function(value, *more)

    def _is_list(self, position: int, value: Any) -> bool:
        return position in self._lists and isinstance(value, (list, tuple))

    def _cast_to(self, kind: CastKind, positions: list[int], values: list[Any], backend: Backend | None) -> str:
        if kind == "bool":
            return "bool"
        if kind == "given":
            return dtypes.standardize(values[self._names.index("dtype")])
        leaves = [leaf for p in positions for leaf in (values[p] if self._is_list(p, values[p]) else [values[p]])]
        return common_dtype(kind, leaves, backend)

    # -- symbolic calls

    def _symbolic(self, bound: list[Any]) -> KerasTensor | Any:
        take_steps(what=self.name)
        seen_by_rule = [_symbolic_view(value) for value in bound]
        if any(tensor.dtype == "string" for tensor in keras_tensors_in(bound)):
            raise TypeError(
                self._message(
                    "takes numbers, got strings. Put a layer such as StringLookup, TextVectorization or Hashing "
                    "between the input of strings and this one."
                )
            )
        for position in self._uncast:
            seen_by_rule[position] = self._each(_as_symbols, position, seen_by_rule, None)
        for kind, positions in self._casts:
            dtype = self._cast_to(kind, positions, seen_by_rule, None)
            for position in positions:
                seen_by_rule[position] = self._each(_as_symbols, position, seen_by_rule, dtype)
        if self.spec is not None:
            specs = self._ruled(seen_by_rule)
            outputs = map_nested(_to_keras_tensor, specs)
        else:
            outputs = fresh(self._run_on_symbols(seen_by_rule))
        names = [name for name, _ in self._defaults]
        count = len(bound)
        while count and bound[count - 1] is self._defaults[count - 1][1] and names[count - 1] not in self.tensors:
            count -= 1
        Node(self.public, tuple(bound[:count]), {}, outputs)
        return outputs

    def output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """What the op returns for Specs or KerasTensors: nested Specs."""
        bound = self.bind(args, dict(kwargs))
        bound = map_nested(lambda v: KerasTensor(v.shape, v.dtype) if isinstance(v, Spec) else v, bound)
        return map_nested(lambda t: t.spec if isinstance(t, KerasTensor) else t, self._symbolic(bound))

    def _explain_tensors(self, bound: list[Any]) -> None:
        """Refuse a list that holds no numbers, or lists of unequal lengths."""
        for position in self._tensor_positions:
            value = bound[position]
            if isinstance(value, (list, tuple)) and discovery.common_owner(self._leaves(bound)) is None:
                try:
                    numbers = np.asarray(value).dtype.kind in "biufc"
                except (TypeError, ValueError):
                    numbers = position in self._lists
                if not numbers:
                    raise self._refusal(position, value, _NUMBERS_EXPECTED) from None

    def _explain(self, error: Exception, prepared: list[Any], backend: Backend) -> None:
        """Raise the rule's own error, if the arguments break it."""
        if isinstance(error, AxisError):
            raise self._own(error) from None
        if self.values is not None:
            self._check_values([_on_host(value, backend) for value in prepared])

        def view(leaf: Any) -> Any:
            return KerasTensor(backend.shape(leaf), backend.dtype(leaf)) if backend.is_tensor(leaf) else leaf

        symbols = map_nested(view, prepared)
        if self.spec is not None:
            self._ruled(symbols)
            return
        try:
            self._run_on_symbols(symbols)
        except AxisError:
            raise
        except Exception:
            return  # the framework's own error is nearer

    def _run_on_symbols(self, arguments: list[Any]) -> Any:
        assert self.body is not None
        try:
            with SymbolicScope():
                return self.body(*arguments)
        except AxisError as error:
            raise self._own(error) from None

    def _ruled(self, arguments: list[Any]) -> Any:
        assert self.spec is not None
        try:
            return self.spec(**dict(zip((n for n, _ in self._defaults), arguments, strict=True)))
        except AxisError as error:
            raise self._own(error) from None
        except ValueError as error:
            raise ValueError(self._message(error)) from None

    def _own(self, error: AxisError) -> AxisError:
        """The error of this op, of which the one that raised it may be a part."""
        return AxisError(error.fault, self._message("").rstrip())

    def _check_values(self, arguments: list[Any]) -> None:
        assert self.values is not None
        try:
            self.values(*arguments)
        except (IndexError, ValueError) as error:
            raise type(error)(self._message(error)) from None

    def _message(self, error: Exception | str) -> str:
        scope = open_scope()
        where = f"Layer {scope!r}: " if scope else ""
        return f"{where}{self.name}() {error}"


def primitive(
    *,
    spec: Callable[..., Any],
    tensors: Sequence[str] = ("x",),
    cast: Cast = None,
    portable: Callable[..., Any] | None = None,
    values: Callable[..., None] | None = None,
) -> Callable[[F], F]:
    """An op that every backend implements; the function's body is not used.

    Args:
        spec: its rule: takes the arguments by name, returns nested `Spec`s, raises ValueError for wrong ones.
        tensors: names of the parameters that are tensors or lists of tensors.
        cast: how these are brought to one dtype, see `Op`.
        portable: a draw written in other ops, used where `config.rng()` is "portable".
        values: a rule for values on the host: takes the arguments in order, raises IndexError for wrong ones.
    """
    return lambda function: _register(Op(function, tensors, cast, spec, portable, values), function)


def derived(
    *, tensors: Sequence[str] = ("x",), cast: Cast = None, values: Callable[..., None] | None = None
) -> Callable[[F], F]:
    """An op whose body is written in other ops; a backend may override it.

    Args:
        tensors: names of the parameters that are tensors or lists of tensors.
        cast: how these are brought to one dtype, see `Op`.
        values: a rule for values on the host, as of a primitive; it also sees tensors in the host's memory.
    """
    return lambda function: _register(Op(function, tensors, cast, None, values=values), function)


def _register(op: Op, function: F) -> F:
    TABLE[op.name] = op

    @functools.wraps(function)
    def public(*args: Any, **kwargs: Any) -> Any:
        return op(*args, **kwargs)

    public.op = op  # type: ignore[attr-defined]
    op.public = public
    return public  # type: ignore[return-value]


def _batch_axis(shape: Any, share: Share) -> int | None:
    """Which axis of a draw is that of the samples: the first or second one, if it has as many rows."""
    sizes = tuple(shape[:2]) if isinstance(shape, (tuple, list)) else ()
    return sizes.index(share.rows) if share.rows in sizes else None


def _viewed(value: Any) -> Any:
    view = discovery.host_view(value)
    return value if view is None else view


def _on_host(value: Any, backend: Backend) -> Any:
    return backend.numpy(value) if backend.is_tensor(value) and backend.is_concrete(value) else value


@contextmanager
def force_bodies() -> Iterator[None]:
    """Use the bodies of derived ops even where the backend overrides them."""
    token = _FORCE_BODIES.set(True)
    try:
        yield
    finally:
        _FORCE_BODIES.reset(token)


class SymbolicScope:
    """Shapes only: inside, an op gives KerasTensors even when its arguments have values.

    So the shapes of what a function returns are found without computing it, and without loading a backend.

    Example:
        >>> import numpy as np
        >>> from keras_core import SymbolicScope, ops
        >>> with SymbolicScope():
        ...     ops.matmul(np.ones((2, 3)), np.ones((3, 4))).shape
        (2, 4)
    """

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def __enter__(self) -> Self:
        self._tokens.append(_SYMBOLIC.set(True))
        return self

    def __exit__(self, *exc: object) -> None:
        _SYMBOLIC.reset(self._tokens.pop())


@contextmanager
def record_ops() -> Iterator[set[str]]:
    """Collect the names of the ops called inside, symbolic ones included."""
    seen: set[str] = set()
    token = _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(token)
        outer = _SEEN.get()
        if outer is not None:
            outer |= seen


# -- symbolic arguments and results


def _as_symbols(value: Any, dtype: str | None) -> Any:
    """Tensor arguments of a symbolic call as KerasTensors of `dtype`, so rules see one kind."""
    if value is None:
        return value
    if isinstance(value, KerasTensor):
        return value if dtype in (None, value.dtype) else KerasTensor(value.shape, dtype)
    found = discovery.owner(value)
    shape = found.shape(value) if found is not None else np.shape(value)
    own = dtype or argument_dtype(value, None) or weak_dtype(value)
    return KerasTensor(shape, own)


def _symbolic_view(value: Any) -> Any:
    """Variables as KerasTensors, so that derived bodies stay symbolic."""
    if isinstance(value, Variable):
        return KerasTensor(value.shape, value.dtype)
    if isinstance(value, (list, tuple)) and any(isinstance(v, (Variable, list, tuple)) for v in value):
        return type(value)(_symbolic_view(v) for v in value)
    return value


def _values_of(value: Any) -> Any:
    if isinstance(value, Variable):
        return value.value
    if isinstance(value, (list, tuple)) and any(isinstance(v, Variable) for v in value):
        return type(value)(_values_of(v) for v in value)
    return value


def _to_keras_tensor(spec: Any) -> Any:
    return KerasTensor(spec.shape, spec.dtype) if isinstance(spec, Spec) else spec
