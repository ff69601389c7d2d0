import numpy as np
import pytest
from keras_core import ops
from keras_legacy import backend as K
from keras_legacy.backend.sizes import is_known_size, sizes


def test_what_a_shape_may_be():
    assert sizes(3) == sizes(np.int32(3)) == sizes((3,)) == sizes([np.array(3)]) == (3,)
    assert sizes(np.array([2, -1])) == sizes(ops.convert_to_tensor([2, -1])) == (2, -1)
    assert sizes([2, ops.convert_to_tensor(5)]) == (2, 5)


def test_sizes_of_a_graph():
    x = K.placeholder((None, 3))
    stacked = sizes(K.stack([K.shape(x)[0], 3]))
    assert stacked[1] == 3 and K.int_shape(stacked[0]) == ()
    assert len(sizes(K.placeholder((2,), dtype="int32"))) == 2
    with pytest.raises(ValueError, match="known number of sizes"):
        sizes(K.placeholder((None,), dtype="int32"))


def test_known_sizes():
    assert all(map(is_known_size, [1, np.int64(2), np.array(3)]))
    assert not any(map(is_known_size, [1.5, np.ones(2, int), K.placeholder(())]))
