"""These tests run on TensorFlow, whatever backend is active."""

from collections.abc import Iterator

import pytest
from keras_core import backend


@pytest.fixture(autouse=True)
def _on_tensorflow() -> Iterator[None]:
    with backend.use_backend("tensorflow"):
        yield
