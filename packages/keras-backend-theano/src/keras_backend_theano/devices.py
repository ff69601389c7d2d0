"""The one device: the processor."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from keras_core.backend import standardize_device


def devices() -> list[str]:
    """Names of the devices."""
    return ["cpu:0"]


def device(name: str) -> AbstractContextManager[None]:
    """A scope that does nothing, since there is one device.

    Raises:
        ValueError: for the name of another device.
    """
    standardize_device(name, devices())
    return nullcontext()
