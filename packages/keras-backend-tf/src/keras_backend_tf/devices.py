"""Devices by name, and the scope in which tensors, variables and programs are placed on one."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from keras_core.backend import standardize_device

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The device that a scope chose for new tensors.
_DEVICE: ContextVar[str | None] = ContextVar("keras_tf_device", default=None)


def use_own_gpu(number: int) -> None:
    """Compute on one of the GPUs of this machine, as the one of several processes that it is for.

    Args:
        number: of the process on this machine; nothing happens without a GPU, or where TensorFlow uses them already.
    """
    found = tf.config.list_physical_devices("GPU")
    if found:
        with suppress(RuntimeError):  # said where the process joins the others
            tf.config.set_visible_devices(found[number % len(found)], "GPU")


def known_devices() -> list[str]:
    """Names of the devices, such as "cpu:0" and "gpu:0"; those of other processes are left out."""
    found = [device.name for device in tf.config.list_logical_devices()]
    places = [name.partition("/device:") for name in found]  # TensorFlow names its own devices first
    return [name.lower() for where, _, name in places if where == places[0][0]]


@contextmanager
def on_device(name: str) -> Iterator[None]:
    """A scope of `tf.device`; what is staged inside is placed there, too.

    Args:
        name: as `known_devices` gives it.

    Raises:
        ValueError: when there is no such device.
    """
    full = f"/device:{standardize_device(name, known_devices()).upper()}"
    token = _DEVICE.set(full)
    try:
        with tf.device(full):
            yield
    finally:
        _DEVICE.reset(token)


def chosen() -> str | None:
    """What the innermost `on_device` of this context chose; None outside of one."""
    return _DEVICE.get()


def placed_on(device: str | None) -> AbstractContextManager[Any]:
    """A scope for what `chosen` gave in another thread, since a thread has no device scope of its own."""
    return tf.device(device) if device else nullcontext()
