import numpy as np
from keras_backend_numpy.ops.creation import full, sequence


def test_full_takes_sizes_as_arrays() -> None:
    found = full((np.int32(2), 3), 1.5, "float32")
    assert found.shape == (2, 3) and found.dtype == "float32" and (found == 1.5).all()
    assert full(np.array([2, 1]), 7, "int8").tolist() == [[7], [7]]


def test_sequence_has_the_dtype_asked_for() -> None:
    found = sequence(1, 8, 3, "float32")
    assert found.tolist() == [1, 4, 7] and found.dtype == "float32"
