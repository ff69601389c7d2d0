"""Fixtures of the kit, and the known gaps as strict expected failures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from keras_core import backend as backends
from keras_core import set_random_seed

from keras_conformance import gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    from hypothesis import HealthCheck, settings
except ModuleNotFoundError:  # the files of tests that generate inputs say so themselves
    settings = None  # type: ignore[assignment,misc]
else:
    settings.register_profile(
        "keras",
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=settings is not None)
def _settings() -> Iterator[None]:
    settings.load_profile("keras")
    yield
    settings.load_profile("default")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Every test draws the same numbers whenever it runs."""
    set_random_seed(1)


@pytest.fixture(scope="session")
def backend() -> backends.Backend:
    """The backend under test."""
    return backends.active()


@pytest.fixture(scope="session")
def backend_name(backend: backends.Backend) -> str:
    """Its name."""
    return backend.name


@pytest.fixture
def needs_train(backend: backends.Backend) -> None:
    """Skips a test of gradients where the backend has none."""
    if "train" not in backend.capabilities:
        pytest.skip(f"the {backend.name} backend has no gradients")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that the backend's gaps.toml lists."""
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    if not here:
        return
    known = gaps.of_backend(backends.active_name())
    names = {gaps.short_name(item.path, item.nodeid): item for item in here}
    for gap in known:
        for name, item in names.items():
            if gap.covers(name):
                item.add_marker(pytest.mark.xfail(strict=True, reason=gap.reason))
    left = gaps.stale(known, list(names))
    if left:
        listed = ", ".join(gap.test for gap in left)
        raise pytest.UsageError(f"gaps.toml of the {backends.active_name()!r} backend names no test: {listed}.")
