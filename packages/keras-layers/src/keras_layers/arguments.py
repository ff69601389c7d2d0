"""Forwarding of constructor arguments without listing them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def forwarded(scope: Mapping[str, Any], without: Collection[str] = ()) -> dict[str, Any]:
    """The arguments of an ``__init__`` as keyword arguments of another one.

    Args:
        scope: what ``locals()`` is on the first line of the ``__init__``.
        without: names of arguments that the caller keeps for itself.

    Returns:
        Argument name → value; what came in ``**kwargs`` is among them.

    Example:
        >>> def init(self, units, seed=None, **kwargs):
        ...     return forwarded(locals(), without=("seed",))
        >>> init(None, 3, name="encoder")
        {'units': 3, 'name': 'encoder'}
    """
    kept = {"self", "kwargs", "__class__", *without}
    return {name: value for name, value in scope.items() if name not in kept} | dict(scope["kwargs"])
