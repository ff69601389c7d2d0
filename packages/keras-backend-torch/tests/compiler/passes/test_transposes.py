"""Transposes of weights are computed when the weights change, and at no other time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_backend_torch.framework import torch
from keras_core import Variable, ops, stage

if TYPE_CHECKING:
    import pytest


def program_of(*weights: Variable, writes: bool = False) -> Any:
    """x through an LSTM without a bias, from zeros; its last output."""

    def fn(x: Any) -> Any:
        state = torch.zeros(x.shape[0], weights[1].shape[0])
        h = ops.lstm(x, state, state, *weights)[1]
        if writes:
            weights[0].assign(weights[0] * 2.0)
        return h

    return stage(fn, list(weights))


def expected(x: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray) -> np.ndarray:
    """The same by NumPy."""
    h = c = np.zeros((len(x), len(recurrent)))
    for step in x.transpose(1, 0, 2):
        i, f, g, o = np.split(step @ kernel + h @ recurrent, 4, -1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    return h


def made(size: int = 16) -> tuple[np.ndarray, Variable, Variable]:
    random = np.random.default_rng(0)
    x = random.normal(size=(3, 5, size)).astype("float32")
    kernel, recurrent = (Variable(random.normal(0, 0.3, (size, 4 * size)).astype("float32")) for _ in range(2))
    return x, kernel, recurrent


def clones(program: Any, x: np.ndarray) -> int:
    """How many tensors one call copies."""
    with torch.profiler.profile() as seen:
        program(x)
    return sum(event.count for event in seen.key_averages() if event.key == "aten::clone")


def test_weights_are_transposed_once() -> None:
    x, kernel, recurrent = made()
    program = program_of(kernel, recurrent)
    program(x)
    kernel.assign(kernel * 2.0)
    recurrent.assign(recurrent * 2.0)
    changed, again = (clones(program, x) for _ in range(2))
    assert changed == again + 2
    np.testing.assert_allclose(program(x).detach(), expected(x, kernel.numpy(), recurrent.numpy()), atol=1e-5)


def test_weights_are_transposed_again_when_they_are_assigned_or_written_into() -> None:
    x, kernel, recurrent = made()
    program = program_of(kernel, recurrent)
    program(x)
    kernel.assign(kernel.numpy() * 0.5)
    np.testing.assert_allclose(program(x).detach(), expected(x, kernel.numpy(), recurrent.numpy()), atol=1e-5)
    recurrent.value.data.mul_(0.5)
    np.testing.assert_allclose(program(x).detach(), expected(x, kernel.numpy(), recurrent.numpy()), atol=1e-5)


def test_a_program_that_writes_them_transposes_them_itself() -> None:
    x, kernel, recurrent = made()
    program = program_of(kernel, recurrent, writes=True)
    for _ in range(2):
        before = kernel.numpy()
        np.testing.assert_allclose(program(x), expected(x, before, recurrent.numpy()), atol=1e-5)
        np.testing.assert_allclose(kernel.numpy(), 2 * before)


def test_gradients_reach_the_weights() -> None:
    x, kernel, recurrent = made()
    program = program_of(kernel, recurrent)
    for factor in (1.0, 0.5):
        kernel.assign(kernel.numpy() * factor)
        program(x).sum().backward()
        found = kernel.value.grad.numpy()
        nudge = np.zeros_like(found)
        nudge[2, 7] = 1e-4
        low, high = (expected(x, kernel.numpy() + s * nudge, recurrent.numpy()).sum() for s in (-1, 1))
        np.testing.assert_allclose(found[2, 7], (high - low) / 2e-4, rtol=1e-3)


def test_weights_that_were_handed_out_are_compared() -> None:
    x, kernel, recurrent = made()
    program = program_of(kernel, recurrent)
    held, array = kernel.value, recurrent.value.detach().numpy()
    for _ in range(3):
        program(x)
        held.data.mul_(0.9)
        array *= 0.9
        np.testing.assert_allclose(program(x).detach(), expected(x, kernel.numpy(), recurrent.numpy()), atol=1e-5)
    with torch.no_grad():
        plain = kernel.value
    for _ in range(3):
        program(x)
        plain.data.mul_(0.9)
        np.testing.assert_allclose(program(x).detach(), expected(x, kernel.numpy(), recurrent.numpy()), atol=1e-5)


def test_weights_without_other_references_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    x, kernel, recurrent = made()
    program = program_of(kernel, recurrent)
    with torch.no_grad():
        program(x)
    assert kernel.value.requires_grad  # which nobody holds afterwards
    recurrent.numpy()
    compared: list[int] = []
    equal = np.array_equal
    monkeypatch.setattr(np, "array_equal", lambda a, b: compared.append(1) or equal(a, b))
    with torch.no_grad():
        for _ in range(3):
            program(x)
    assert len(compared) == 1
