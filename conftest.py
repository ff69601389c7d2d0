"""What every test of the repository may use."""

from __future__ import annotations

import os
from importlib.metadata import entry_points

import pytest


def _spec():
    """Spec of the backend that the tests run on, by Keras's own order of discovery; no framework loads."""
    found = {point.name: point for point in entry_points(group="keras.backends")}
    name = os.environ.get("KERAS_BACKEND")
    if name:
        return found[name].load() if name in found else None
    specs = [point.load() for point in found.values()]
    return max(specs, key=lambda spec: (spec.trains, spec.priority), default=None)


@pytest.fixture(scope="session")
def backend_name() -> str:
    """Name of the backend that backend-neutral tests run on."""
    spec = _spec()
    if spec is None:
        pytest.skip("no backend is installed")
    return spec.name


@pytest.fixture
def needs_train() -> None:
    """Skips a test that needs gradients where the backend has none."""
    spec = _spec()
    if spec is None or not spec.trains:
        pytest.skip("the backend has no gradients")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Every test draws the same numbers whenever it runs."""
    from keras_core import set_random_seed

    set_random_seed(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The mark `needs_train` does what the fixture does."""
    for item in items:
        if item.get_closest_marker("needs_train"):
            item.fixturenames.append("needs_train")
