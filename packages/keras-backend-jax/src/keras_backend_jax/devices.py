"""Devices by name, and the one that new values are put on."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import jax
from keras_core.backend import standardize_device

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The device that a scope chose for new arrays.
_CHOSEN: ContextVar[Any] = ContextVar("keras_jax_device", default=None)


def known_devices() -> dict[str, Any]:
    """Devices of this process by name, such as "cpu:0" and "gpu:0"."""
    found = list(jax.local_devices())
    if all(device.platform != "cpu" for device in found):
        try:
            found += jax.local_devices(backend="cpu")
        except RuntimeError:  # JAX_PLATFORMS leaves it out
            pass
    return {f"{device.platform}:{device.id}": device for device in found}


def chosen() -> Any:
    """The device of the innermost `on_device`, None outside of it: there JAX chooses."""
    return _CHOSEN.get()


def default() -> Any:
    """The device that JAX chooses."""
    device = jax.config.jax_default_device
    if device is None:
        return jax.local_devices()[0]
    return jax.local_devices(backend=device)[0] if isinstance(device, str) else device


@contextmanager
def on_device(name: str) -> Iterator[None]:
    """A scope; what is created inside is placed on the device of this name.

    Args:
        name: as `known_devices` gives it.

    Raises:
        ValueError: when there is no such device.
    """
    devices = known_devices()
    device = devices[standardize_device(name, list(devices))]
    token = _CHOSEN.set(device)
    try:
        with jax.default_device(device):
            yield
    finally:
        _CHOSEN.reset(token)
