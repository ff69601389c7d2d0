"""Tests of what users reported, by kind: each runs on every backend that trains."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _trains(needs_train: None) -> None:
    """Skips where the backend has no gradients."""
