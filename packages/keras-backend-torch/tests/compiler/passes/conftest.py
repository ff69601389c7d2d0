"""Recordings, and the names of their kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import Recording, kernel_name, record
from keras_core import Spec

if TYPE_CHECKING:
    from collections.abc import Callable


def _recorded(fn: Callable[..., list[Any]], *shapes: tuple[int, ...]) -> Recording:
    return optimized(record(BACKEND, fn, [], [Spec(shape, "float32") for shape in shapes]))


def _kernels(recording: Recording) -> list[str]:
    return [kernel_name(call) for call in recording.calls]


@pytest.fixture
def recorded() -> Callable[..., Recording]:
    """Records a function of float32 tensors of some shapes, and applies all passes."""
    return _recorded


@pytest.fixture
def kernels() -> Callable[[Recording], list[str]]:
    """The names of the kernels that a recording calls."""
    return _kernels
