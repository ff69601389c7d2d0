"""Devices: their names, and where new tensors are placed."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from keras_core.backend import standardize_device

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The device that a scope chose for new tensors.
_DEVICE: ContextVar[torch.device | None] = ContextVar("keras_torch_device", default=None)
"""The device of the innermost `device_scope`."""

_CPU = torch.device("cpu")


class _Own:
    """The device that the process computes on unless it is told otherwise."""

    device = torch.device("cuda", 0) if torch.cuda.is_available() else _CPU


def use_own_gpu(number: int) -> None:
    """Compute on one of the GPUs of this machine, as the one of several processes that it is for.

    Args:
        number: of the process on this machine; nothing happens without a GPU.
    """
    if torch.cuda.is_available():
        _Own.device = torch.device("cuda", number % torch.cuda.device_count())
        torch.cuda.set_device(_Own.device)


def known_devices() -> list[str]:
    """Names of the devices: "cpu:0" and "gpu:0", "gpu:1", ... for those of CUDA."""
    return ["cpu:0", *(f"gpu:{index}" for index in range(torch.cuda.device_count()))]


def device_of(name: str) -> torch.device:
    """The device of a name as `known_devices` gives it; the number may be left out.

    Raises:
        ValueError: for any other name; it lists the known ones.
    """
    kind, _, number = standardize_device(name, known_devices()).partition(":")
    return torch.device("cpu") if kind == "cpu" else torch.device("cuda", int(number))


def default_device() -> torch.device:
    """Where tensors are made: on the scope's device, else on the process's GPU, else on the CPU."""
    return _DEVICE.get() or _Own.device


def device_for(dtype: torch.dtype | None) -> torch.device:
    """Where tensors of a dtype are placed: those of uint32 are keys of random numbers, which the CPU has to read."""
    return _CPU if dtype is torch.uint32 else default_device()


def device_after_cast(before: torch.dtype, after: torch.dtype) -> torch.device | None:
    """Where a tensor is placed when it is cast; None where it stays."""
    return device_for(after) if torch.uint32 in (before, after) else None


@contextmanager
def device_scope(name: str) -> Iterator[None]:
    """Make tensors on that device inside the block, in this thread and context."""
    token = _DEVICE.set(device_of(name))
    try:
        yield
    finally:
        _DEVICE.reset(token)


__all__ = [
    "default_device",
    "device_after_cast",
    "device_for",
    "device_of",
    "device_scope",
    "known_devices",
    "use_own_gpu",
]
