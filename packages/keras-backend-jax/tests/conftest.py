"""These tests run on JAX, whatever backend is active."""

from collections.abc import Iterator

import pytest
from keras_core import backend


@pytest.fixture(autouse=True)
def _on_jax() -> Iterator[None]:
    with backend.use_backend("jax"):
        yield
