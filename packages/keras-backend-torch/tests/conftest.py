"""These tests run on PyTorch, whatever backend is active."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from keras_core import backend


@pytest.fixture(autouse=True)
def _on_torch() -> Iterator[None]:
    with backend.use_backend("torch"):
        yield


@pytest.fixture(autouse=True)
def _recorded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings are recorded from their first step on, as what is recorded is tested here."""
    from keras_backend_torch import deferral

    monkeypatch.setattr(deferral, "STEPS_OP_BY_OP", 0)


@pytest.fixture
def alike() -> Callable[[Any, Any, list[Any]], None]:
    """Compares two lists of results, and the gradients of a drawn sum of each by what they were computed from."""
    from keras_backend_torch.framework import torch

    random = np.random.default_rng(0)

    def compare(found: Any, expected: Any, given: list[Any]) -> None:
        weights = [torch.tensor(random.normal(size=tuple(one.shape)).astype("float32")) for one in expected]
        gradients = []
        for results in (found, expected):
            loss = sum((a * b).sum() for a, b in zip(results, weights, strict=True))
            gradients.append(torch.autograd.grad(loss, given))
        for a, b in zip([*found, *gradients[0]], [*expected, *gradients[1]], strict=True):
            np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-4, atol=1e-5)

    return compare
