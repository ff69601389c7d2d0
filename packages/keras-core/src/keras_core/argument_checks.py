"""What a class, a method or a plan was given, compared with the annotations of its parameters.

An annotation is read as it is written: the names in `typing.py` and Python's own that stand in the table below are
checked, and one that has any other in it accepts everything.
"""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from keras_core.objects import family
from keras_core.plain_arguments import plain

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

F = TypeVar("F", bound=Callable[..., Any])


class Expected(NamedTuple):
    """What a part of an annotation accepts.

    Args:
        accepts: whether a value is of this kind.
        words: what is expected, for messages.
    """

    accepts: Callable[[Any], bool]
    words: str


def value_of_kind(who: str, name: str, value: Any, annotation: str) -> Any:
    """An argument with NumPy's numbers, and floats that stand for an integer, as Python's.

    Args:
        who: what the argument was given to, for messages.
        name: name of the parameter.
        value: the argument.
        annotation: annotation of the parameter.

    Raises:
        ValueError: if the annotation does not allow the value.

    Example:
        >>> from keras_core.argument_checks import value_of_kind
        >>> value_of_kind("fit()", "epochs", 2.0, "int")
        2
        >>> value_of_kind("fit()", "batch_size", "32", "PositiveInt | None")
        Traceback (most recent call last):
            ...
        ValueError: fit(): batch_size must be a positive integer, got '32'. Give the number 32.
    """
    value = plain(value)
    kinds = kinds_of(annotation)
    if not kinds:
        return value
    if not any(kind.accepts(value) for kind in kinds):
        words = dict.fromkeys(kind.words for kind in kinds if kind is not _KINDS["None"])
        expected = " or ".join(words) or "None"
        raise ValueError(f"{who}: {name} must be {expected}, got {value!r}.{_remedy(value, kinds)}")
    whole = isinstance(value, float) and not _REAL.intersection(kinds) and value.is_integer()
    return int(value) if whole else value


def check_arguments(
    who: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call, as the annotations of a function's parameters say.

    Args:
        who: what is called, for messages.
        function: the function, not bound to an object.
        args: positional arguments.
        kwargs: keyword arguments.

    Returns:
        Both, with NumPy's numbers and floats that stand for an integer as Python's where they were checked.

    Raises:
        ValueError: for one that its annotation does not allow.
    """
    positions, annotations = _checked_parameters(function)
    positional, named = list(args), dict(kwargs)
    for index, (name, annotation) in positions.items():
        if index < len(args):
            positional[index] = value_of_kind(who, name, args[index], annotation)
    for name in kwargs:
        if name in annotations:
            named[name] = value_of_kind(who, name, kwargs[name], annotations[name])
    return positional, named


def checked(function: F) -> F:
    """A function or method whose arguments are compared with its annotations before it runs.

    Args:
        function: the function, all of whose annotations are written out.

    Example:
        >>> from keras_core.argument_checks import checked
        >>> @checked
        ... def repeat(what: str, times: int) -> str:
        ...     return what * times
        >>> repeat("a", "3")
        Traceback (most recent call last):
            ...
        ValueError: repeat(): times must be an integer, got '3'. Give the number 3.
    """

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        positional, named = check_arguments(f"{function.__name__}()", function, args, kwargs)
        return function(*positional, **named)

    return wrapped  # type: ignore[return-value]


def check_fields(plan: DataclassInstance, who: str) -> None:
    """Compare the fields of a frozen dataclass with their annotations, and make its numbers Python's.

    Args:
        plan: the instance.
        who: the method whose arguments it holds, for messages.

    Raises:
        ValueError: for a field whose annotation does not allow its value.
    """
    for field in fields(plan):
        if kinds_of(str(field.type)):
            value = value_of_kind(who, field.name, getattr(plan, field.name), str(field.type))
            object.__setattr__(plan, field.name, value)


class CheckedArguments:
    """Base of classes whose `__init__`, and those of subclasses, get Python's numbers where NumPy's were given.

    Those that Keras itself defines have their arguments compared with their annotations, and ``name=None`` is the
    default. A base class names in `_set_by_init` an attribute that its own `__init__` sets: a subclass that forgets to
    call it is told so.
    """

    _set_by_init: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            init = vars(cls)["__init__"]
            ours = cls.__module__.partition(".")[0] in family()
            if ours and not hasattr(init, "checks_arguments"):
                init = checked_init(init)
            cls.__init__ = _taking_plain(init, ours)  # type: ignore[method-assign]


def checked_init(init: F) -> F:
    """An ``__init__`` whose arguments are compared with its annotations, for a decorator that translates them before.

    Args:
        init: the method.
    """

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        named = kwargs.get("name")
        who = f"{type(self).__name__} {named!r}" if isinstance(named, str) else type(self).__name__
        positional, by_name = check_arguments(who, init, (self, *args), kwargs)
        init(*positional, **by_name)

    wrapped.checks_arguments = True  # type: ignore[attr-defined]
    return wrapped  # type: ignore[return-value]


def _taking_plain(init: Callable[..., None], ours: bool) -> Callable[..., None]:
    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if ours and kwargs.get("name", "") is None and isinstance(_default_name(init), str):
            del kwargs["name"]
        init(self, *map(plain, args), **{name: plain(value) for name, value in kwargs.items()})
        if not ours and type(self).__init__ is wrapped and self._set_by_init not in (None, *vars(self)):
            raise RuntimeError(
                f"{type(self).__name__}.__init__() did not call super().__init__(). Call it first, and pass on what "
                "your class does not use itself: super().__init__(**kwargs)."
            )

    return wrapped


def _default_name(init: Callable[..., None]) -> Any:
    name = inspect.signature(init).parameters.get("name")
    return None if name is None else name.default


@functools.cache
def kinds_of(annotation: str) -> tuple[Expected, ...]:
    """What the parts of an annotation accept; nothing where one of them accepts anything."""
    kinds: list[Expected] = []
    for part in _parts(ast.parse(annotation, mode="eval").body):
        kind = _kind(part)
        if kind is None:
            return ()
        kinds.append(kind)
    return tuple(kinds)


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return _parts(node.left) + _parts(node.right)
    return [node]


def _kind(node: ast.expr) -> Expected | None:
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        chosen = ast.literal_eval(node.slice)
        choices = chosen if isinstance(chosen, tuple) else (chosen,)
        words = " or ".join(map(repr, choices))
        return Expected(lambda value: isinstance(value, (str, int)) and value in choices, words)
    name = ast.unparse(node.value if isinstance(node, ast.Subscript) else node)
    return _KINDS.get(name)


@functools.cache
def _checked_parameters(function: Callable[..., Any]) -> tuple[dict[int, tuple[str, str]], dict[str, str]]:
    """The parameters that accept not everything: by position with names, and by name."""
    annotations = {
        parameter.name: parameter.annotation
        for parameter in inspect.signature(function).parameters.values()
        if isinstance(parameter.annotation, str)
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        and kinds_of(parameter.annotation)
    }
    places = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    positions = {i: (name, annotations[name]) for i, name in enumerate(places) if name in annotations}
    return positions, annotations


def _remedy(value: Any, kinds: tuple[Expected, ...]) -> str:
    if not _REAL.intersection(kinds) and isinstance(value, float):
        return " Round it, or divide with //." if any("integer" in kind.words for kind in kinds) else ""
    if isinstance(value, str) and value.strip().isdecimal() and any("integer" in kind.words for kind in kinds):
        return f" Give the number {int(value)}."
    return ""


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    try:
        operator.index(value)
    except TypeError:
        return False
    except Exception:  # a tensor that has no value now
        return True
    return True


def _is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):  # those of NumPy that hold one number are Python's by now
        return False
    return hasattr(value, "__float__") or hasattr(value, "__index__")


def _is_decay_rate(value: Any) -> bool:
    return _is_number(value) and not (isinstance(value, (int, float)) and not 0 <= value < 1)


def _at_least(least: int) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, bool) and _is_whole(value) and bool(value >= least)


def _is_switch(value: Any) -> bool:
    if isinstance(value, (int, float)):
        return value in (0, 1)
    # A tensor may stand for it, which has a dtype.
    return value is None or (hasattr(value, "dtype") and not isinstance(value, np.ndarray))


def _may_be_callbacks(value: Any) -> bool:
    hooks = ("set_params", "set_model", "on_epoch_end")
    return isinstance(value, (list, tuple)) or any(hasattr(value, name) for name in hooks)


_LISTS = (list, tuple, set, frozenset, range, np.ndarray)
_NUMBER = Expected(_is_number, "a number")
_DECAY_RATE = Expected(_is_decay_rate, "a number of at least 0 and below 1")
_REAL = {_NUMBER, _DECAY_RATE}
_KINDS = {
    "None": Expected(lambda value: value is None, "None"),
    "bool": Expected(_is_switch, "True or False"),
    "int": Expected(_is_whole, "an integer"),
    "float": _NUMBER,
    "str": Expected(lambda value: isinstance(value, str), "a string"),
    "PathLike": Expected(lambda value: isinstance(value, (str, os.PathLike)), "a path"),
    "os.PathLike": Expected(lambda value: isinstance(value, os.PathLike), "a path"),
    "Callable": Expected(callable, "callable"),
    "PositiveInt": Expected(_at_least(1), "a positive integer"),
    "NonNegativeInt": Expected(_at_least(0), "an integer of at least 0"),
    "PositiveInts": Expected(
        lambda value: isinstance(value, _LISTS) and all(map(_at_least(1), value)), "a list of positive integers"
    ),
    "Numbers": Expected(
        lambda value: isinstance(value, _LISTS) and not any(isinstance(one, (str, *_LISTS)) for one in value),
        "a list of numbers",
    ),
    "DecayRate": _DECAY_RATE,
    "Verbosity": Expected(
        lambda value: isinstance(value, bool) or (value == "auto" if isinstance(value, str) else _at_least(0)(value)),
        "0, 1, 2 or 'auto'",
    ),
    "Callbacks": Expected(
        lambda value: value is None or _may_be_callbacks(value), "Callback objects, one or a list of them"
    ),
}
