"""PyTorch's names of dtypes, its devices, and whether a program is being traced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from keras_core import dtypes
from keras_core.backend import standardize_device
from torch._guards import detect_fake_mode
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._python_dispatch import _disable_current_modes

from keras_backend_torch import libraries as libraries  # before the first trace

DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in dtypes.ALL if hasattr(torch, name)}
NAMES: dict[torch.dtype, str] = {kind: name for name, kind in DTYPES.items()}

_DEVICE: ContextVar[torch.device | None] = ContextVar("keras_torch_device", default=None)


class _ThreadState(threading.local):
    """What this thread is about.

    Attributes:
        detached: above 0 while variables are read as plain values, which autograd does not follow.
        depth: how many gradients are being taken, one inside another.
        abstract: above 0 while only shapes are asked for.
        recorder: what records the program that is being traced.
        symbols: what variables have been read as meanwhile.
    """

    detached = 0
    depth = 0
    abstract = 0
    recorder: Any = None
    symbols: dict[Any, torch.Tensor] | None = None


STATE = _ThreadState()


@contextmanager
def detached() -> Iterator[None]:
    """Inside, variables are read as plain values: whoever differentiates says by what."""
    STATE.detached += 1
    try:
        yield
    finally:
        STATE.detached -= 1


@contextmanager
def differentiated_twice() -> Iterator[None]:
    """Inside, ops use only what has second derivatives."""
    STATE.depth += 2
    try:
        yield
    finally:
        STATE.depth -= 2


@contextmanager
def followed(yes: bool) -> Iterator[None]:
    """Inside, autograd follows what is read from trained variables, or leaves it alone."""
    if yes:
        with torch.enable_grad():
            yield
    else:
        with detached(), torch.no_grad():
            yield


@contextmanager
def recorded_by(recorder: Any) -> Iterator[None]:
    """Inside, control flow is noted by `recorder`."""
    outer, STATE.recorder = STATE.recorder, recorder
    try:
        yield
    finally:
        STATE.recorder = outer


@contextmanager
def abstractly(follow: bool) -> Iterator[None]:
    """Inside, tensors have shapes and dtypes only; variables are read as such, too."""
    mode = detect_fake_mode() or FakeTensorMode(allow_non_fake_inputs=True)
    outer = STATE.symbols
    STATE.symbols = {}
    STATE.abstract += 1
    try:
        with followed(follow), mode:
            yield
    finally:
        STATE.abstract -= 1
        STATE.symbols = outer


def symbol_of(tensor: torch.Tensor, follow: bool) -> torch.Tensor:
    """A tensor without numbers like this one, for the program that is traced now."""
    mode = detect_fake_mode()
    with outside_tracing():
        symbol = mode.from_tensor(tensor)
        return symbol.requires_grad_() if follow else symbol


def kind_of(dtype: Any) -> torch.dtype:
    """PyTorch's dtype of that name (or None, the configured float type).

    Raises:
        ValueError: when PyTorch has no such dtype.
    """
    name = dtypes.standardize(dtype)
    kind = DTYPES.get(name)
    if kind is None:
        raise ValueError(f"PyTorch has no dtype {name!r}. It has: {', '.join(DTYPES)}.")
    return kind


# -- devices


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
    """Where tensors are made: the scope's device, else the first GPU, else the processor."""
    return _DEVICE.get() or _FIRST


_HOST = torch.device("cpu")
_FIRST = torch.device("cuda", 0) if torch.cuda.is_available() else _HOST


def place_of(kind: torch.dtype) -> torch.device:
    """Where tensors of a dtype live: those of uint32 are keys of random numbers, which the host has to read."""
    return _HOST if kind is torch.uint32 else default_device()


def place_after(before: torch.dtype, kind: torch.dtype) -> torch.device | None:
    """Where a tensor goes when its dtype changes; None where it stays."""
    return place_of(kind) if torch.uint32 in (before, kind) else None


@contextmanager
def on_device(name: str) -> Iterator[None]:
    """Make tensors on that device inside the block, in this thread and context."""
    token = _DEVICE.set(device_of(name))
    try:
        yield
    finally:
        _DEVICE.reset(token)


# -- tracing


def is_symbolic(value: Any) -> bool:
    """Whether it is a tensor without numbers, as they stand for values while a program is traced."""
    return isinstance(value, FakeTensor)


def outside_tracing() -> Any:
    """A block in which operations run at once, even while a program is traced."""
    return _disable_current_modes()


__all__ = [
    "DTYPES",
    "NAMES",
    "STATE",
    "FakeTensor",
    "FakeTensorMode",
    "abstractly",
    "default_device",
    "detached",
    "device_of",
    "differentiated_twice",
    "followed",
    "is_symbolic",
    "kind_of",
    "known_devices",
    "on_device",
    "outside_tracing",
    "place_after",
    "place_of",
    "recorded_by",
    "symbol_of",
    "torch",
]
