"""The devices that values can be spread over."""

from __future__ import annotations

from keras_core import backend
from keras_core.backend import Distributes

_FASTEST_FIRST = ("tpu", "gpu", "cpu")


def list_devices(device_type: str | None = None) -> list[str]:
    """Names of the active backend's devices of one type, in all processes.

    Args:
        device_type: "cpu", "gpu" or "tpu". By default "tpu" or "gpu" where there are such, else "cpu".

    Returns:
        Names such as "gpu:0".

    Raises:
        ValueError: for another type.

    Example:
        >>> from keras_distribution import list_devices
        >>> list_devices("cpu")[0]
        'cpu:0'
    """
    kind = None if device_type is None else device_type.lower()
    if kind is not None and kind not in _FASTEST_FIRST:
        raise ValueError(f'`device_type` is "cpu", "gpu", "tpu" or None, got {device_type!r}.')
    active = backend.active()
    if isinstance(active, Distributes):
        return active.all_devices(kind)
    found = active.devices()
    if kind is None:
        kind = next(one for one in _FASTEST_FIRST if any(name.startswith(f"{one}:") for name in found))
    return [name for name in found if name.startswith(f"{kind}:")]


def get_device_count(device_type: str | None = None) -> int:
    """How many devices `list_devices` lists.

    Args:
        device_type: "cpu", "gpu" or "tpu"; by default the fastest that is there.

    Raises:
        ValueError: for another type.

    Example:
        >>> from keras_distribution import get_device_count
        >>> get_device_count("cpu") >= 1
        True
    """
    return len(list_devices(device_type))
