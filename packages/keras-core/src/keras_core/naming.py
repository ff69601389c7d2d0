"""Automatic names ("dense", "dense_1", ...) and name scopes."""

from __future__ import annotations

import re
import threading
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextvars import Token
    from typing import Protocol, TypeAlias

    class Named(Protocol):
        """What has a name, such as a layer."""

        @property
        def name(self) -> str: ...

    Scopes: TypeAlias = tuple[tuple[str, Named | None], ...]

#: How often a name was given, for `dense`, `dense_1`.
_counts: Counter[str] = Counter()
#: Two threads get two names.
_lock = threading.Lock()
#: The open name scopes, with the layers whose they are: paths of variables, and the layer that a message names.
_SCOPE: ContextVar[Scopes] = ContextVar("keras_name_scope", default=())


def snake_case(name: str) -> str:
    """A class name as an identifier.

    Example:
        >>> snake_case("Conv2DTranspose"), snake_case("LSTMCell")
        ('conv2d_transpose', 'lstm_cell')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """`prefix` the first time, then `prefix_1`, `prefix_2`, ..."""
    with _lock:
        number = _counts[prefix]
        _counts[prefix] += 1
    return prefix if number == 0 else f"{prefix}_{number}"


def get_uid(prefix: str = "") -> int:
    """A number that grows by one for each call with this prefix, from 1."""
    with _lock:
        _counts[prefix] += 1
        return _counts[prefix]


def reset_names() -> None:
    """Reset automatic names."""
    with _lock:
        _counts.clear()


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Prefix the paths of variables made inside with `name`."""
    token = _SCOPE.set((*_SCOPE.get(), (name, None)))
    try:
        yield name
    finally:
        _SCOPE.reset(token)


def enter_scope_of(layer: Named) -> Token[Scopes] | None:
    """Open the scope of a layer for `leave_scope`, unless it is the innermost one already.

    Args:
        layer: what gives variables made inside its name.
    """
    scopes = _SCOPE.get()
    if scopes and scopes[-1][1] is layer:
        return None
    return _SCOPE.set((*scopes, (layer.name, layer)))


def leave_scope(token: Token[Scopes] | None) -> None:
    """Close the scope that `enter_scope_of` opened.

    Args:
        token: what it returned.
    """
    if token is not None:
        _SCOPE.reset(token)


@contextmanager
def scope_of(layer: Named) -> Iterator[None]:
    """Prefix the paths of variables made inside with the name of a layer, once however often it is entered."""
    token = enter_scope_of(layer)
    try:
        yield
    finally:
        leave_scope(token)


def scoped_path(name: str) -> str:
    """`name` behind the open scopes, joined by slashes."""
    return "/".join([*(scope for scope, _ in _SCOPE.get()), name])


def open_scope() -> str:
    """The open scopes joined by slashes: the layers that are being called or built, for messages."""
    return "/".join([scope for scope, _ in _SCOPE.get()])
