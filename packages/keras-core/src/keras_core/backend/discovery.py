"""Which backends are installed, which is active, and loading the one that is needed."""

from __future__ import annotations

import difflib
import importlib
import json
import os
import threading
import warnings
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from keras_core import config
from keras_core.backend.extension import Interoperates, add_attribute
from keras_core.backend.primitives import PRIMITIVES
from keras_core.backend.protocol import PROTOCOL_VERSION, Backend, BackendSpec
from keras_core.config import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keras_core.typing import ArrayLike, Tensor

GROUP = "keras.backends"
#: Backends that were loaded, by name: one object each, as its storage is compared by identity.
_loaded: dict[str, Backend] = {}
#: Guards loading: two threads that need a backend get one object.
_lock = threading.RLock()
#: What `set_backend` chose.
_process_wide: str | None = None
#: What `use_backend` chose for this context.
_SCOPED: ContextVar[str | None] = ContextVar("keras_backend", default=None)
#: The backend that a type of tensor belongs to, so that an op asks each backend once.
_owner_of_type: dict[type, Backend | None] = {}
#: The classes that backends extend when they are loaded.
_extensible: list[type] = []


@lru_cache(maxsize=1)
def _known() -> dict[str, str | None]:
    """Backend name -> the distribution that provides it, or None where nothing does."""
    return dict(json.loads(Path(__file__).with_name("known.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _installed() -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    seen: set[tuple[str, str, str]] = set()
    for point in entry_points(group=GROUP):
        distribution = point.dist.name if point.dist else "?"
        if (point.name, point.value, distribution) not in seen:
            seen.add((point.name, point.value, distribution))
            found.setdefault(point.name, []).append(point)
    return found


def available() -> list[str]:
    """Names of the installed backends, sorted."""
    return sorted(_installed())


def spec(name: str) -> BackendSpec:
    """The spec of an installed backend; imports no framework.

    Raises:
        ValueError: when the name is unknown, provided by nothing, or by two distributions.
        ModuleNotFoundError: when the package that provides it is not installed.
    """
    if not name:
        commands = "\n".join(f"  pip install ./packages/{d}" for d in _known().values() if d)
        raise ModuleNotFoundError(f"No backend is installed. Install one of these from a checkout:\n{commands}")
    points = _installed().get(name)
    if not points:
        raise _missing(name)
    if len(points) > 1:
        owners = " and ".join(sorted(p.dist.name if p.dist else "?" for p in points))
        raise ValueError(f"Two distributions provide the backend {name!r}: {owners}. Uninstall one of them.")
    loaded: BackendSpec = points[0].load()
    return loaded


def _missing(name: str) -> Exception:
    installed = available()
    there = f"Installed: {', '.join(installed)}." if installed else "No backend is installed."
    if name in _known():
        distribution = _known()[name]
        if distribution is None:
            return ValueError(f"The {name!r} backend no longer exists: no package provides it. {there}")
        return ModuleNotFoundError(
            f"The {name!r} backend is not installed. It is provided by {distribution}; "
            f"from a checkout of Keras: pip install ./packages/{distribution}. {there}"
        )
    near = difflib.get_close_matches(name, dict.fromkeys([*installed, *_known()]), n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return ValueError(f"There is no backend called {name!r}.{hint} {there}")


def load(name: str) -> Backend:
    """The backend object, importing its framework the first time."""
    backend = _loaded.get(name)
    if backend is None:
        with _lock:
            backend = _loaded.get(name)
            if backend is None:
                backend = _import(spec(name))
                register(backend)
    return backend


def loaded(name: str) -> Backend | None:
    """The backend object if its framework is loaded already."""
    return _loaded.get(name)


def _import(found: BackendSpec) -> Backend:
    if found.protocol != PROTOCOL_VERSION:
        raise RuntimeError(
            f"The {found.name!r} backend implements protocol {found.protocol}, this keras-core needs "
            f"{PROTOCOL_VERSION}. Upgrade whichever is older."
        )
    module, attribute = found.target.split(":")
    backend: Backend = getattr(importlib.import_module(module), attribute)
    missing = missing_primitives(backend)
    if missing:
        raise RuntimeError(f"The {found.name!r} backend is incomplete. It lacks the ops: {', '.join(missing)}.")
    return backend


def missing_primitives(backend: Backend) -> list[str]:
    """Names of the primitives that the backend does not implement, sorted."""
    return sorted(name for names in PRIMITIVES.values() for name in names if name not in backend.ops)


def register(backend: Backend) -> None:
    """Make a backend object available for this process, with its `extend` hook run.

    `load` does so for backends with an entry point; for others, such as those of tests, call it yourself.
    """
    with _lock:
        for core_type in _extensible:
            _extend(backend, core_type)
        _loaded[backend.name] = backend
        _owner_of_type.clear()
    if settings.determinism():
        make_deterministic()


@runtime_checkable
class Deterministic(Protocol):
    """Optional: a backend some of whose kernels give other bits in every run."""

    def make_deterministic(self) -> None:
        """Use none of them from now on; called at any time, also several times."""


def make_deterministic() -> None:
    """Rule kernels out that give other bits in every run, in every backend that is loaded (see `Deterministic`)."""
    for backend in list(_loaded.values()):
        if isinstance(backend, Deterministic):
            backend.make_deterministic()


def register_extensible(core_type: type) -> None:
    """Let every backend, loaded already or later, extend a class of the core (see `Interoperates.extend`)."""
    with _lock:
        _extensible.append(core_type)
        for backend in _loaded.values():
            _extend(backend, core_type)


def _extend(backend: Backend, core_type: type) -> None:
    if isinstance(backend, Interoperates):
        for name, attribute in (backend.extend(core_type) or {}).items():
            add_attribute(core_type, name, attribute, backend.name)


@lru_cache(maxsize=1)
def adders() -> dict[str, list[str]]:
    """For each attribute that backends add to classes of the core, the installed backends that do so."""
    found: dict[str, list[str]] = {}
    for name, points in _installed().items():
        with suppress(Exception):  # one that cannot be read is reported when it is asked for
            for attribute in spec(name).adds if len(points) == 1 else ():
                found.setdefault(attribute, []).append(name)
    return found


def active_name() -> str:
    """Name of the active backend, "" where none is installed; loads no framework."""
    return _SCOPED.get() or _process_wide or os.environ.get("KERAS_BACKEND") or _of_settings() or _default()


@lru_cache(maxsize=1)
def _of_settings() -> str:
    """The backend that keras.json names, unless it is not there and others are.

    Upstream Keras writes that file by itself, so that it may name what nobody has chosen.
    """
    name: str = config.keras_json().get("backend") or ""
    if name not in _known() or name in _installed() or not _default():
        return name
    warnings.warn(
        f"{settings.keras_home() / 'keras.json'} names the backend {name!r}, which is not installed: {_default()!r} is "
        "used. To choose one, set KERAS_BACKEND, or write its name into that file.",
        stacklevel=3,
    )
    return ""


@lru_cache(maxsize=1)
def _default() -> str:
    specs = [spec(name) for name, points in _installed().items() if len(points) == 1]
    return max(specs, key=lambda s: (s.trains, s.priority, s.name)).name if specs else ""


def active() -> Backend:
    """The active backend, loaded."""
    return load(active_name())


def set_backend(backend: str) -> None:
    """Make a backend the active one of the process, at any time; existing models keep theirs.

    Args:
        backend: name of an installed backend.

    Raises:
        ValueError, ModuleNotFoundError: when it is not installed; nothing changes then.
    """
    global _process_wide
    if backend not in _loaded:
        spec(backend)
    _process_wide = backend


@contextmanager
def use_backend(name: str) -> Iterator[None]:
    """Make `name` the active backend inside a ``with`` block, for this thread and context."""
    if name and name not in _loaded:
        spec(name)
    token = enter(name)
    try:
        yield
    finally:
        leave(token)


def enter(name: str) -> Token[str | None]:
    """Begin a scope like that of `use_backend`, for a name that is known to be installed."""
    return _SCOPED.set(name)


def leave(token: Token[str | None]) -> None:
    """End a scope that `enter` began."""
    _SCOPED.reset(token)


def owner(value: object) -> Backend | None:
    """The loaded backend whose tensor `value` is; None for plain arrays and numbers."""
    kind = type(value)
    try:
        return _owner_of_type[kind]
    except KeyError:
        found = None
        if not isinstance(value, (np.ndarray, np.generic, int, float, str, type(None))):
            found = next((b for b in list(_loaded.values()) if b.is_tensor(value)), None)
        _owner_of_type[kind] = found
        return found


def common_owner(values: Iterable[Any]) -> Backend | None:
    """The one backend that owns any of `values`.

    Raises:
        ValueError: when two backends own some, naming both.
    """
    found: Backend | None = None
    for value in values:
        mine = value.backend if hasattr(value, "backend_name") else owner(value)
        if mine is None or mine is found:
            continue
        if found is not None:
            raise mixed(found.name, mine.name)
        found = mine
    return found


def mixed(first: str, second: str, where: str = "one operation") -> ValueError:
    """The error for tensors of two backends in one place."""
    return ValueError(
        f"Tensors of two backends meet in {where}: {first!r} and {second!r}. "
        "Convert one with keras.ops.convert_to_numpy first, or move a model with model.to_backend()."
    )


def refuse_foreign(value: object, backend: Backend, where: str = "one operation") -> None:
    """Raise if `value` is a tensor of another backend than `backend`; arrays and numbers are nobody's."""
    found = owner(value)
    if found is not None and found is not backend:
        raise mixed(backend.name, found.name, where)


def as_data(value: ArrayLike, backend: Backend) -> Tensor:
    """`value`, as an array where it is a tensor of another backend: data may come from anywhere."""
    found = owner(value)
    return value if found is None or found is backend else found.numpy(value)


def trainers() -> list[str]:
    """The distributions that provide backends with gradients, for messages."""
    return [_known()[name] or name for name in available() if spec(name).trains] or [
        d for n, d in _known().items() if d and n != active_name()
    ]


def to_numpy(value: ArrayLike) -> np.ndarray:
    """Any tensor, Variable or array as a NumPy array that shares no memory with it."""
    if hasattr(value, "backend_name"):
        array: np.ndarray = value.numpy()
        return array
    backend = owner(value)
    return np.array(value) if backend is None else backend.numpy(value)


def host_view(value: object) -> np.ndarray | None:
    """Values that are in the host's memory, not to be written to; None for those of a device or of a program.

    Args:
        value: an array, or a tensor of any backend.
    """
    if isinstance(value, np.ndarray):
        return value
    view: Callable[[Any], np.ndarray | None] | None = getattr(owner(value), "host_view", None)  # of ShowsValues
    return None if view is None else view(value)
