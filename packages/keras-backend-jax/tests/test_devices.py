import jax
import pytest
from keras_backend_jax import BACKEND, devices


def test_devices() -> None:
    assert "cpu:0" in BACKEND.devices()
    with BACKEND.device("cpu:0"):
        assert BACKEND.tensor([1.0]).devices() == {jax.devices("cpu")[0]}
    with pytest.raises(ValueError, match="cpu:0"), BACKEND.device("gpu:77"):
        pass


def test_the_scope_says_what_was_chosen() -> None:
    assert devices.chosen() is None
    with devices.on_device("cpu"):
        assert devices.chosen() == devices.default() == jax.devices("cpu")[0]
    assert devices.chosen() is None


def test_the_default_device_may_be_named_by_its_platform() -> None:
    with jax.default_device("cpu"):
        assert devices.default() == jax.local_devices(backend="cpu")[0]
