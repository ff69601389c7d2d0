"""Several backends in one process. A test of a backend that is not installed is skipped, by name."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
import workspace

keras = pytest.importorskip("keras")

from keras_core import backend as backends  # noqa: E402

TRAINERS = workspace.trainers()
EVERY = tuple(workspace.backends())


def need(name: str) -> str:
    """Skips the test if the backend is not installed."""
    if name not in backends.available():
        pytest.skip(f"the {name} backend is not installed")
    return name


@pytest.fixture(params=TRAINERS)
def trainer(request: pytest.FixtureRequest) -> str:
    """Each backend that trains."""
    return need(request.param)


@pytest.fixture(params=EVERY)
def name(request: pytest.FixtureRequest) -> str:
    """Each backend."""
    return need(request.param)


@pytest.fixture
def trainers() -> list[str]:
    """All installed backends that train, of which there must be two."""
    found = [one for one in TRAINERS if one in backends.available()]
    if len(found) < 2:
        pytest.skip("fewer than two backends that train are installed")
    return found


@pytest.fixture(autouse=True)
def restored_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test ends with the settings that it began with."""
    from keras_core.backend import discovery
    from keras_core.config import settings

    monkeypatch.setattr(discovery, "_process_wide", discovery._process_wide)
    monkeypatch.setattr(settings, "_settings", dict(settings._settings))


@pytest.fixture
def problem() -> tuple[np.ndarray, np.ndarray]:
    """70 samples of 6 features, and a linear target with noise."""
    rng = np.random.default_rng(12)
    x = rng.normal(size=(70, 6)).astype("float32")
    y = (x @ rng.normal(size=(6, 1)) + 0.1 * rng.normal(size=(70, 1))).astype("float32")
    return x, y
