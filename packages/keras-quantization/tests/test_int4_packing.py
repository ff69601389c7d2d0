import numpy as np
import pytest
from keras_core import ops
from keras_quantization import pack_int4, unpack_int4


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


# Bytes of upstream Keras 3.15.1.
@pytest.mark.parametrize(
    ("axis", "packed"),
    [
        (0, [[-72, -55, -38], [30, 47, 48], [4, 5, 6]]),
        (1, [[-104, 10], [-53, 13], [-2, 0], [33, 3], [84, 6]]),
        (-1, [[-104, 10], [-53, 13], [-2, 0], [33, 3], [84, 6]]),
    ],
)
def test_two_neighbours_share_a_byte(axis, packed):
    values = np.arange(-8, 7).reshape(5, 3).astype("int8")
    found, shape, length = pack_int4(values, axis=axis)
    assert array(found).tolist() == packed
    assert (shape, length) == (np.shape(packed), values.shape[axis])
    np.testing.assert_array_equal(array(unpack_int4(found, length, axis=axis)), values)


def test_without_a_sign():
    values = np.arange(15).reshape(5, 3).astype("uint8")
    found, _, length = pack_int4(values, dtype="uint8")
    assert array(found).tolist() == [[48, 65, 82], [150, 167, 184], [12, 13, 14]]
    np.testing.assert_array_equal(array(unpack_int4(found, length, dtype="uint8")), values)


def test_what_does_not_fit_four_bits_is_refused():
    with pytest.raises(ValueError, match="takes -8 to 7, got -3 to 8"):
        pack_int4(np.array([-3, 8], "int8"))
    with pytest.raises(ValueError, match="'int8' or 'uint8', got dtype='int16'"):
        pack_int4(np.array([1], "int16"), dtype="int16")
    with pytest.raises(ValueError, match="got a tensor of float32"):
        pack_int4(np.array([1.0], "float32"))
    with pytest.raises(ValueError, match="hold 3 or 4 integers, got orig_len=7"):
        unpack_int4(np.zeros(2, "int8"), 7)
