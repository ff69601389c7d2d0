"""Where things are made: the backend and, where the user chose one, the device."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from keras_core.backend import discovery, distribution

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What `device` chose: backend and device name.
_DEVICE: ContextVar[tuple[str, str] | None] = ContextVar("keras_device", default=None)


def standardize_device(name: str, known: Sequence[str]) -> str:
    """A device's name as a backend lists it: "GPU" and "gpu" stand for "gpu:0".

    Args:
        name: what the user wrote.
        known: what `Backend.devices` returns.

    Raises:
        ValueError: for a device that is not there; it lists those that are.

    Example:
        >>> standardize_device("CPU", ["cpu:0", "gpu:0"])
        'cpu:0'
    """
    text = str(name).lower()
    full = text if ":" in text else f"{text}:0"
    if full not in known:
        raise ValueError(f"There is no device {name!r} here. The devices are: {', '.join(known)}.")
    return full


def list_devices(device_type: str | None = None) -> list[str]:
    """Names of the active backend's devices, such as "cpu:0" and "gpu:0".

    Args:
        device_type: "cpu", "gpu" or "tpu" to get only these.
    """
    found = discovery.active().devices()
    return found if device_type is None else [name for name in found if name.startswith(f"{device_type.lower()}:")]


def active_device() -> str | None:
    """The device that `device` chose for the active backend; None where the backend may choose."""
    chosen = _DEVICE.get()
    return chosen[1] if chosen is not None and chosen[0] == discovery.active_name() else None


@contextmanager
def device(device_name: str) -> Iterator[None]:
    """Let tensors, variables and models made inside the ``with`` block live on a device of the active backend.

    A model made inside keeps its device: data given to it later goes there too.

    Args:
        device_name: "cpu", "gpu:0", ...; see `list_devices`. "gpu" is the first one.

    Raises:
        ValueError: for a device that the active backend does not see.

    Example:
        >>> from keras_core import Variable
        >>> with device("cpu"):
        ...     Variable(0.0).device_name
        'cpu:0'
    """
    backend = discovery.active()
    full = standardize_device(device_name, backend.devices())
    token = _DEVICE.set((backend.name, full))
    try:
        with backend.device(full):
            yield
    finally:
        _DEVICE.reset(token)


class on_device_of:
    """Inside ``with on_device_of(owner):`` backend, device and distribution of a layer or variable are active.

    Args:
        owner: has `backend_name` and `device_name`, and `distributed_by` where it is on several devices.
    """

    __slots__ = ("_distributed", "_owner", "_stack", "_token")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __enter__(self) -> None:
        self._stack: ExitStack | None = None
        self._token = discovery.enter(self._owner.backend_name)
        if self._owner.device_name is not None and self._owner.device_name != active_device():
            self._stack = ExitStack()
            self._stack.enter_context(device(self._owner.device_name))
        own = getattr(self._owner, "distributed_by", None)
        self._distributed = None if own is None else distribution.enter(own)

    def __exit__(self, *error: Any) -> None:
        if self._distributed is not None:
            distribution.leave(self._distributed)
        if self._stack is not None:
            self._stack.close()
        discovery.leave(self._token)
