"""Filling a backend's op mapping from its `ops/<family>.py` modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras_core.ops.all_families  # noqa: F401  (fills the table)
from keras_core.ops.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

CONTROL_FLOW = frozenset({"cond", "while_loop", "scan", "custom_gradient"})
"""What a backend's `ops/control.py` implements: control flow over pure bodies, which the core's ops of these names
call after they have turned variables into arguments and results."""


def op_table(
    modules: Iterable[ModuleType], wrap: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None
) -> dict[str, Callable[..., Any]]:
    """The implementations that modules named after op families define.

    A module's public name counts when the op table has an op of that name in the family the module is named
    after: a function, or an assignment such as ``exp = np.exp``. Public functions that are no such op are refused,
    so that a misspelled op or one in the wrong file is found when the backend is loaded.

    Args:
        modules: a backend's ``ops.elementwise``, ``ops.conv`` and so on.
        wrap: applied to each implementation, such as a decorator that sets a numeric mode.

    Returns:
        Implementation by op name.

    Raises:
        ValueError: for a module that is not named after a family, and for a public function that is no op of its
            family.

    Example:
        >>> import math
        >>> from types import ModuleType
        >>> elementwise = ModuleType("my_backend.ops.elementwise")
        >>> elementwise.exp = math.exp
        >>> list(op_table([elementwise]))
        ['exp']
    """
    families = _ops_by_family()
    table: dict[str, Callable[..., Any]] = {}
    for module in modules:
        family = module.__name__.rpartition(".")[2]
        if family not in families:
            raise ValueError(f"{module.__name__} is named after no op family. The families: {', '.join(families)}.")
        known = families[family]
        _refuse_strangers(module, family, known)
        table |= {name: value for name, value in vars(module).items() if name in known and callable(value)}
    return table if wrap is None else {name: wrap(function) for name, function in table.items()}


def _ops_by_family() -> dict[str, set[str]]:
    families: dict[str, set[str]] = {"control": set(CONTROL_FLOW)}
    for name, op in TABLE.items():
        families.setdefault(op.family, set()).add(name)
    return families


def _refuse_strangers(module: ModuleType, family: str, known: set[str]) -> None:
    for name, value in vars(module).items():
        own = callable(value) and getattr(value, "__module__", None) == module.__name__
        if own and not name.startswith("_") and name not in known:
            where = f"It is an op of the family {TABLE[name].family!r}." if name in TABLE else "There is no such op."
            raise ValueError(
                f"{module.__name__} defines {name}(), expected only ops of the family {family!r}. {where} "
                "Helpers begin with an underscore or are in other modules."
            )


def op_body(name: str) -> Callable[..., Any]:
    """How a derived op is written in other ops, for calls that the backend's own kernel does not cover.

    Args:
        name: of a derived op, such as "lstm".

    Raises:
        ValueError: for a primitive, which has no body.
    """
    body: Callable[..., Any] | None = TABLE[name].body
    if body is None:
        raise ValueError(f"The op {name!r} is a primitive, expected a derived op: it has no body in other ops.")
    return body
