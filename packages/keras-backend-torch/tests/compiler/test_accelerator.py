"""Programs for a simulated accelerator, see `simulated_device.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("keras_layers")
pytest.importorskip("keras_optimizers")
registration = pytest.importorskip("torch.utils.backend_registration")
if not hasattr(registration, "_setup_privateuseone_for_python_backend"):
    pytest.skip("this PyTorch cannot simulate a device in Python", allow_module_level=True)


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name("simulated_device.py"))]
    settings = {**os.environ, "KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": ""}  # only one accelerator is possible
    done = subprocess.run(command, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


MODELS = ["dense", "convolutional", "random", "LSTM", "LSTM with a mask", "GRU", "GRU with a mask"]
STEPS = [*(f"{model}, float32" for model in MODELS), "convolutional, mixed_float16", "LSTM, mixed_float16"]


@pytest.mark.parametrize("step", STEPS)
def test_a_training_step_is_a_program_of_that_device(step: str, recorded: dict[str, Any]) -> None:
    found = recorded[step]
    assert found.get("error") is None
    assert found["mixed"] == []
    assert found["kernels"].count("_fused_adam_") == 1
    assert set(found["outputs"]) == {"simulated"}
    assert found["alone"] == ("random" not in step)  # else no CUDA graph may be made of it


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_a_sequence_is_one_kernel_forward_and_one_backward(name: str, recorded: dict[str, Any]) -> None:
    for step in (f"{name}, float32", f"{name} with a mask, float32"):
        kernels = recorded[step]["kernels"]
        assert [kernel for kernel in kernels if "rnn" in kernel] == 2 * ["cudnn_rnn"] + 2 * ["cudnn_rnn_backward"]


@pytest.mark.parametrize("rng", ["native", "portable"])
def test_numbers_are_drawn_there_by_a_key_of_the_host(rng: str, recorded: dict[str, Any]) -> None:
    found = recorded[f"drawing, {rng}"]
    assert found.get("error") is None
    assert (found["outputs"], found["writes"]) == (["simulated"], ["cpu"])


def test_unsigned_indices_of_the_host_find_rows_there(recorded: dict[str, Any]) -> None:
    assert recorded["looking up"].get("outputs") == ["simulated"]
