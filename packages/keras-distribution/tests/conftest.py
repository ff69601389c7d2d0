"""A mesh and the smallest engine: one process whose devices hold whole values."""

import keras_core.backend
import pytest
from keras_distribution import DeviceMesh


@pytest.fixture
def mesh():
    """2 by 4 devices, which need not be there."""
    return DeviceMesh((2, 4), ["batch", "model"], [f"cpu:{k}" for k in range(8)])


@pytest.fixture
def without_engine(monkeypatch):
    """The active backend, which says that it has no engine."""
    active = keras_core.backend.active()
    monkeypatch.setattr(type(active), "capabilities", active.capabilities - {"distributes"})
    return active
