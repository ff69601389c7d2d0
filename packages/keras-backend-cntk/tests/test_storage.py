import numpy as np
import pytest
from keras_backend_cntk import storage


def test_values_are_copied_and_read_only():
    value = np.ones(2, "float32")
    cell = storage.create(value, "v")
    value[0] = 5
    assert cell.value.tolist() == [1, 1] and not cell.value.flags.writeable


def test_all_are_written_or_none():
    a, b = storage.create(np.zeros(2, "float32"), "a"), storage.create(np.zeros(3, "float32"), "b")
    with pytest.raises(ValueError, match="'b'"):
        storage.write([(a, np.ones(2, "float32")), (b, np.ones(2, "float32"))])
    assert a.value.tolist() == [0, 0]
    storage.write([(a, np.ones(2, "float32"))])
    assert a.value.tolist() == [1, 1]
