import pytest
from keras_core import backend
from keras_distribution import get_device_count, list_devices


def test_devices_of_one_kind():
    found = list_devices()
    assert found and len({name.partition(":")[0] for name in found}) == 1
    assert get_device_count() == len(found)
    assert "cpu:0" in list_devices("CPU")
    assert set(backend.active().devices()) >= set(found)
    with pytest.raises(ValueError, match="got 'abacus'"):
        list_devices("abacus")
