import pytest
from keras_backend_cntk import devices


def test_there_is_the_processor():
    assert devices.devices() == ["cpu:0"]
    with devices.device("cpu:0"):
        pass
    with pytest.raises(ValueError, match="gpu"):
        devices.device("gpu:0")
