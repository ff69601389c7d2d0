import pytest
from keras_core.backend.toolkit import cpu_device, cpu_devices


def test_the_cpu_is_the_only_device():
    assert cpu_devices() == ["cpu:0"]
    for name in ("cpu", "CPU:0"):
        with cpu_device(name):
            pass


def test_other_devices_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"'gpu:0'.*cpu:0"):
        cpu_device("gpu:0")
