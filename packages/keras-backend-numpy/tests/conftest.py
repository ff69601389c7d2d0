from collections.abc import Iterator

import pytest
from keras_core.backend import use_backend


@pytest.fixture(autouse=True)
def _numpy() -> Iterator[None]:
    with use_backend("numpy"):
        yield
