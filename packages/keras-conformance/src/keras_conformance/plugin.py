"""The option --keras-backend of pytest; it stands in a plugin since `--pyargs` reads no conftest in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the backend."""
    parser.addoption("--keras-backend", default=None, help="the Keras backend to test; the active one when not given")


def pytest_configure(config: pytest.Config) -> None:
    """Make the backend under test the active one."""
    name = config.getoption("--keras-backend")
    if name:
        from keras_core import backend

        backend.set_backend(name)
