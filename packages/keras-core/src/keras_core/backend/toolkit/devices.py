"""The one device of a backend that only uses the CPU."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from keras_core.backend.placement import standardize_device

_CPU = "cpu:0"


def cpu_devices() -> list[str]:
    """The names of the devices: the CPU's."""
    return [_CPU]


def cpu_device(name: str) -> AbstractContextManager[None]:
    """The scope of the only device, which does nothing.

    Args:
        name: "cpu" or "cpu:0".

    Raises:
        ValueError: for any other name.

    Example:
        >>> with cpu_device("cpu"):
        ...     pass
    """
    standardize_device(name, cpu_devices())
    return nullcontext()
