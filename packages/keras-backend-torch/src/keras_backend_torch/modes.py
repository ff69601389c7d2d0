"""Modes of the running thread: fake tensors, what records, and whether autograd tracks variables."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keras_backend_torch.framework import FakeTensor, fake_tensor_mode, new_fake, owns_memory, torch, without_modes

if TYPE_CHECKING:
    from collections.abc import Iterator


class _ThreadState(threading.local):
    """The modes that are on.

    Attributes:
        detached: above 0 while variables are read as plain values, which autograd does not track.
        depth: how many gradients are being taken, one inside another.
        abstract: above 0 while only shapes and dtypes are computed.
        recorder: the recorder of the function that is being recorded.
        fake_mode: PyTorch's mode in which fake tensors are made.
        fakes: the fake tensors that variables have been read as, by storage; None where values are read.
        reruns: how many functions were begun to be run again for their gradients.
        rerun: the number of the one that is being run again; 0 outside of any.
    """

    detached = 0
    depth = 0
    abstract = 0
    recorder: Any = None
    fake_mode: Any = None
    fakes: dict[Any, torch.Tensor] | None = None
    reruns = 0
    rerun = 0


STATE = _ThreadState()


@contextmanager
def detached() -> Iterator[None]:
    """Inside, variables are read as plain values: the caller differentiates with respect to tensors of its own."""
    STATE.detached += 1
    try:
        yield
    finally:
        STATE.detached -= 1


@contextmanager
def running_again() -> Iterator[None]:
    """Inside, a function is run again for its gradient, and nothing is taken from its first run."""
    STATE.reruns += 1
    outer, STATE.rerun = STATE.rerun, STATE.reruns
    try:
        yield
    finally:
        STATE.rerun = outer


@contextmanager
def second_order() -> Iterator[None]:
    """Inside, ops use only kernels that have second derivatives."""
    STATE.depth += 2
    try:
        yield
    finally:
        STATE.depth -= 2


@contextmanager
def tracking(enabled: bool) -> Iterator[None]:
    """Inside, autograd tracks what is computed from trainable variables, or nothing."""
    if enabled:
        with torch.enable_grad():
            yield
    else:
        with detached(), torch.no_grad():
            yield


@contextmanager
def recording_with(recorder: Any) -> Iterator[None]:
    """Inside, control flow is recorded by `recorder`."""
    outer, STATE.recorder = STATE.recorder, recorder
    try:
        yield
    finally:
        STATE.recorder = outer


@contextmanager
def fake_tensors(mode: Any = None) -> Iterator[None]:
    """Inside, tensors are fake: they have shapes and dtypes, and no data.

    Args:
        mode: PyTorch's mode to use; a new one where it is None.
    """
    outer = STATE.fake_mode
    STATE.fake_mode = mode or fake_tensor_mode()
    try:
        with STATE.fake_mode:
            yield
    finally:
        STATE.fake_mode = outer


@contextmanager
def shapes_only(track: bool) -> Iterator[None]:
    """Inside, only shapes and dtypes are computed, and variables are read as fake tensors.

    Args:
        track: whether autograd tracks what is computed from trainable variables.
    """
    outer, STATE.fakes = STATE.fakes, {}
    STATE.abstract += 1
    try:
        with tracking(track), fake_tensors(STATE.fake_mode):
            yield
    finally:
        STATE.abstract -= 1
        STATE.fakes = outer


def fake_like(tensor: torch.Tensor, requires_grad: bool) -> torch.Tensor:
    """A fake tensor of the same shape, dtype and layout, in the current mode."""
    mode = STATE.fake_mode
    with without_modes():
        fake = new_fake(mode, tensor) if owns_memory(tensor) else mode.from_tensor(tensor)
        return fake.requires_grad_() if requires_grad else fake


def is_fake(value: Any) -> bool:
    """Whether it is a fake tensor, as values are while a function is recorded."""
    return isinstance(value, FakeTensor)


__all__ = [
    "STATE",
    "detached",
    "fake_like",
    "fake_tensors",
    "is_fake",
    "recording_with",
    "second_order",
    "shapes_only",
    "tracking",
]
