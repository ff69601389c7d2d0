import numpy as np
import pytest
from keras_core import data_utils, get_source_inputs, ops
from keras_core.layers import Input


def test_to_categorical():
    np.testing.assert_array_equal(data_utils.to_categorical([1, 0, 2]), np.eye(3)[[1, 0, 2]])
    np.testing.assert_array_equal(data_utils.to_categorical(y=[[1], [0]], num_classes=4), np.eye(4)[[1, 0]])
    assert data_utils.to_categorical(np.zeros((2, 3))).shape == (2, 3, 1)
    assert data_utils.to_categorical([1.0], dtype="int8").dtype == "int8"


def test_to_categorical_of_a_tensor():
    found = data_utils.to_categorical(Input((2,), dtype="int32"), 5)
    assert found.shape == (None, 2, 5)


@pytest.mark.parametrize("labels", [[-1, 2], [0, 3]])
def test_labels_out_of_range(labels):
    with pytest.raises(ValueError, match=rf"labels from {min(labels)} to {max(labels)} for 3 classes; expected 0 to 2"):
        data_utils.to_categorical(labels, 3)


def test_normalize():
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    np.testing.assert_allclose(data_utils.normalize(x), [[0.6, 0.8], [0, 0]])
    np.testing.assert_allclose(data_utils.normalize(x, axis=0, order=1), [[1, 1], [0, 0]])


def test_batches():
    assert data_utils.pack_x_y_sample_weight(1) == 1
    assert data_utils.pack_x_y_sample_weight([1]) == ([1],)
    assert data_utils.pack_x_y_sample_weight(1, 2) == (1, 2)
    assert data_utils.pack_x_y_sample_weight(1, 2, 3) == (1, 2, 3)
    assert data_utils.unpack_x_y_sample_weight(1) == (1, None, None)
    assert data_utils.unpack_x_y_sample_weight([1, 2]) == (1, 2, None)
    assert data_utils.unpack_x_y_sample_weight((1, 2, 3)) == (1, 2, 3)
    with pytest.raises(ValueError, match="a tuple of 4"):
        data_utils.unpack_x_y_sample_weight((1, 2, 3, 4))


def test_source_inputs():
    a, b, c = (Input((2,)) for _ in range(3))
    assert get_source_inputs(ops.add(a, b) * a) == [a, b]
    assert get_source_inputs(c) == [c]
