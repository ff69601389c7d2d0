"""The op table: every op by its name.

It knows no op. The families put their ops into it when they are imported, and whatever stands below them calls an
op by its name: the operators of Variables and KerasTensors, or an op of another family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: Every op by name; ops enter themselves when their module is imported.
TABLE: dict[str, Any] = {}
"""Name → `Op`. Complete once `keras_core.ops.all_families` is imported."""

#: Imports the module that defines an op; set by the package of ops, which the table does not know.
_import_family: Callable[[str], Any] | None = None


def set_importer(importer: Callable[[str], Any]) -> None:
    """Let `importer(name)` import the family of an op that is not in the table yet."""
    global _import_family
    _import_family = importer


def find(name: str) -> Callable[..., Any]:
    """The function that calls an op; its family is imported the first time.

    Args:
        name: the op's public name.

    Raises:
        AttributeError: when there is no such op.

    Example:
        >>> from keras_core.ops import table
        >>> table.find("add").__name__
        'add'
    """
    op = TABLE.get(name)
    if op is None:
        assert _import_family is not None
        function: Callable[..., Any] = _import_family(name)
        return function
    public: Callable[..., Any] = op.public
    return public
