import threading

import pytest
from keras_backend_torch import devices
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.framework import torch


def test_devices_and_their_scope() -> None:
    assert BACKEND.devices()[0] == "cpu:0"
    with BACKEND.device("cpu:0"):
        assert BACKEND.tensor(1.0).device.type == "cpu"
    with pytest.raises(ValueError, match="cpu:0"), BACKEND.device("gpu:77"):
        pass


def test_the_scope_of_a_device_is_of_its_thread() -> None:
    seen = []
    with BACKEND.device("cpu:0"):
        thread = threading.Thread(target=lambda: seen.append(devices._DEVICE.get()))
        thread.start()
        thread.join()
        assert devices._DEVICE.get() is not None
    assert seen == [None]


def test_keys_of_random_numbers_stay_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = torch.device("meta")
    monkeypatch.setattr(devices._Own, "device", elsewhere)
    assert devices.device_for(torch.uint32) == torch.device("cpu")
    assert devices.device_for(torch.float32) == elsewhere
    assert devices.device_after_cast(torch.uint32, torch.float32) == elsewhere
    assert devices.device_after_cast(torch.float32, torch.uint32) == torch.device("cpu")
    assert devices.device_after_cast(torch.float32, torch.int32) is None


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_an_unknown_device_is_refused_with_the_known_ones() -> None:
    assert devices.device_of("cpu") == torch.device("cpu")
    with pytest.raises(ValueError, match="cpu:0"):
        devices.device_of("gpu")
