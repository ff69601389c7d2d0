import numpy as np
import pytest
from keras_core import Layer, ops
from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encode, encoded_shape


def encoded(indices, depth, mode, weights=None):
    return ops.convert_to_numpy(
        encode(ops.convert_to_tensor(np.array(indices, "int32")), depth, mode, "float32", weights)
    )


@pytest.mark.parametrize(
    ("indices", "mode", "expected"),
    [
        (1, "one_hot", [0, 1, 0]),
        (1, "count", [0, 1, 0]),
        ([1, 2], "one_hot", [[0, 1, 0], [0, 0, 1]]),
        ([[1], [5]], "one_hot", [[0, 1, 0], [0, 0, 0]]),
        ([0, 2, 2], "multi_hot", [1, 0, 1]),
        ([[0, 2, 2], [-1, 1, 1]], "count", [[1, 0, 2], [0, 2, 0]]),
    ],
)
def test_vectors(indices, mode, expected):
    found = encoded(indices, 3, mode)
    np.testing.assert_array_equal(found, np.array(expected, "float32"), strict=True)
    assert encoded_shape(np.shape(indices), 3, mode) == found.shape


def test_weighted_counts():
    assert encoded([[0, 2, 2]], 3, "count", np.array([[1, 0.5, 2]])).tolist() == [[1, 0, 2.5]]


def test_what_is_said_of_a_layer():
    layer = Layer(name="one")
    layer.size = 3
    assert describe(layer) == "Layer 'one' (Layer)" and config_of(layer, "size") == {"size": 3}
    assert check_mode(layer, "binary", ["multi_hot"], False) == "multi_hot"
    with pytest.raises(ValueError, match="output_mode must be one of 'int', got 'ints'"):
        check_mode(layer, "ints", ["int"], False)
    with pytest.raises(ValueError, match="sparse=True is for vectors"):
        check_mode(layer, "int", ["int"], True)
