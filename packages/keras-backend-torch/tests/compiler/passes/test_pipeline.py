"""All passes together; each one's tests are beside it."""

from __future__ import annotations

from typing import Any

import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import torch
from keras_core import Spec, ops


def test_dead_code_is_removed(recorded: Any, kernels: Any) -> None:
    recording = recorded(lambda x: (ops.exp(x), [ops.sin(x)])[1], (2,))
    assert kernels(recording) == ["sin"]


def test_a_recording_is_not_changed_and_constants_that_are_not_used_are_dropped() -> None:
    recording = record(
        BACKEND, lambda x: [(x.reshape(2, 1).reshape(2) + torch.ones(2) * 2).exp().log()], [], [Spec((2,), "float32")]
    )
    before = list(map(kernel_name, recording.calls))
    found = optimized(recording)
    assert list(map(kernel_name, recording.calls)) == before
    assert list(map(kernel_name, found.calls)) == ["add", "exp", "log"] and len(found.constants) == 1
    assert CodeGenerator(found).step()(torch.ones(2))[0].tolist() == pytest.approx([3, 3])
