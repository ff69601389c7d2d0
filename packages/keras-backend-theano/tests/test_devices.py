import pytest
from keras_backend_theano import devices


def test_the_processor_is_the_only_device():
    assert devices.devices() == ["cpu:0"]
    with devices.device("cpu:0"):
        pass
    with pytest.raises(ValueError, match=r"gpu:0.*cpu:0"):
        devices.device("gpu:0")
