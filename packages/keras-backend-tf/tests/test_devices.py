import pytest
from keras_backend_tf import BACKEND, devices


def test_devices() -> None:
    assert "cpu:0" in BACKEND.devices()


def test_a_scope_places_tensors_and_is_known_to_other_threads() -> None:
    assert devices.chosen() is None
    with devices.on_device("cpu"):
        assert devices.chosen() == "/device:CPU:0"
        assert BACKEND.tensor([1.0]).device.endswith("CPU:0")
        with devices.placed_on(devices.chosen()):
            assert BACKEND.tensor([1.0]).device.endswith("CPU:0")
    assert devices.chosen() is None


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'tpu:7'.*cpu:0"), devices.on_device("tpu:7"):
        pass
