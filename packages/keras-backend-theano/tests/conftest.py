import pytest
from keras_core.backend import use_backend


@pytest.fixture(autouse=True)
def _theano():
    with use_backend("theano"):
        yield
