"""These tests run on PyTorch, whatever backend is active."""

from collections.abc import Iterator

import pytest
from keras_core import backend


@pytest.fixture(autouse=True)
def _on_torch() -> Iterator[None]:
    with backend.use_backend("torch"):
        yield
