"""A function that keeps the values of the variables around it."""

from __future__ import annotations

import dis
from types import CellType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def bound(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its free and global variables as they are now, so that a loop that goes on does not change it.

    It is `function` itself where there is nothing to keep, or where the function assigns such a variable.

    Example:
        >>> made = [bound(lambda: k) for k in range(3)]
        >>> [function() for function in made]
        [0, 1, 2]
    """
    if not isinstance(function, FunctionType) or any(map(_assigns, _codes(function.__code__))):
        return function
    names = {name for code in _codes(function.__code__) for name in code.co_names if not name.startswith("__")}
    scope = {name: function.__globals__[name] for name in names if name in function.__globals__}
    if not function.__closure__ and all(_is_fixed(value) for value in scope.values()):
        return function
    scope |= {name: function.__globals__[name] for name in ("__builtins__", "__name__") if name in function.__globals__}
    cells = tuple(map(_copied, function.__closure__ or ())) or None
    copy = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, cells)
    copy.__kwdefaults__, copy.__qualname__ = function.__kwdefaults__, function.__qualname__
    copy.__module__, copy.__doc__ = function.__module__, function.__doc__
    copy.__dict__.update(function.__dict__)
    return copy


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of the functions made in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _assigns(code: CodeType) -> bool:
    """Whether code assigns a variable from outside of it."""
    return any(
        one.opname == "STORE_GLOBAL" or (one.opname == "STORE_DEREF" and one.argval in code.co_freevars)
        for one in dis.get_instructions(code)
    )


def _is_fixed(value: Any) -> bool:
    return isinstance(value, (ModuleType, FunctionType, type))


def _copied(cell: CellType) -> CellType:
    try:
        return CellType(cell.cell_contents)
    except ValueError:  # not assigned yet
        return cell
