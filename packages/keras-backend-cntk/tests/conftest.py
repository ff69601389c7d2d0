"""Tests that need a worker ask for the fixture `worker`; without CNTK they are skipped."""

import pytest
from keras_backend_cntk.framework import NotSetUp, worker_environment
from keras_core.backend import use_backend


@pytest.fixture
def worker():
    """The backend is active, and CNTK is there."""
    try:
        worker_environment()
    except NotSetUp as error:
        pytest.skip(str(error))
    with use_backend("cntk"):
        yield
