"""Where things are made: the backend and the device."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from keras_core import Variable, backend
from keras_core.backend.placement import active_device, device, list_devices, on_device_of, standardize_device


@pytest.mark.parametrize(("name", "full"), [("GPU", "gpu:0"), ("gpu:1", "gpu:1"), ("cpu", "cpu:0"), ("CPU:0", "cpu:0")])
def test_names_of_devices(name: str, full: str) -> None:
    assert standardize_device(name, ["cpu:0", "gpu:0", "gpu:1"]) == full


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"There is no device 'tpu' here\. The devices are: cpu:0, gpu:0\."):
        standardize_device("tpu", ["cpu:0", "gpu:0"])
    with pytest.raises(ValueError, match="no device 'abacus:3'"), device("abacus:3"):
        pass
    assert active_device() is None


def test_devices_by_type() -> None:
    found = list_devices()
    assert found == backend.active().devices() and "cpu:0" in found
    assert list_devices("CPU") == [name for name in found if name.startswith("cpu:")]
    assert list_devices("abacus") == []


def test_a_block_on_a_device() -> None:
    assert active_device() is None
    with device("cpu"):
        assert active_device() == "cpu:0" and Variable(0.0).device_name == "cpu:0"
    assert active_device() is None and Variable(0.0).device_name is None


def test_a_device_is_that_of_one_backend() -> None:
    other = "numpy" if backend.active_name() != "numpy" else None
    if other is None:
        pytest.skip("NumPy is the active backend")
    with device("cpu"), backend.use_backend(other):
        assert active_device() is None


def test_inside_a_block_backend_and_device_are_those_of_an_owner() -> None:
    owner = SimpleNamespace(backend_name="numpy", device_name="cpu:0")
    before = backend.active_name()
    with on_device_of(owner):
        assert (backend.active_name(), active_device()) == ("numpy", "cpu:0")
        with on_device_of(SimpleNamespace(backend_name="numpy", device_name=None)):
            assert active_device() == "cpu:0"
    assert backend.active_name() == before and active_device() is None


def test_the_block_ends_with_an_exception() -> None:
    before = backend.active_name()
    with pytest.raises(RuntimeError), on_device_of(SimpleNamespace(backend_name="numpy", device_name="cpu:0")):
        raise RuntimeError
    assert backend.active_name() == before and active_device() is None
