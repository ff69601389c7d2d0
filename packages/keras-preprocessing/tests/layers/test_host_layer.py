import numpy as np
import pytest
from keras_core import Input, ops
from keras_preprocessing.layers.host_layer import HostLayer, as_array, encoded, vectors


class Lengths(HostLayer):
    """How long each text is."""

    def call(self, inputs):
        return np.vectorize(len)(inputs)


def test_text_comes_as_str():
    for given in (["a", "bcd"], [b"a", b"bcd"], np.array([b"a", b"bcd"], object), np.array(["a", "bcd"])):
        assert as_array(given).tolist() == ["a", "bcd"]
        found = Lengths()(given)
        assert ops.is_tensor(found) and ops.convert_to_numpy(found).tolist() == [1, 3]
    assert as_array([["é".encode()]]).tolist() == [["é"]]


def test_numbers_in_a_model_are_refused():
    with pytest.raises(TypeError, match=r"\(Lengths\) works on data, before a model"):
        Lengths()(Input((1,)))


def test_rows_as_vectors():
    rows = [[0, 2, 2], [], [5]]
    assert encoded(rows, 3, "count", "float32").tolist() == [[1, 0, 2], [0, 0, 0], [0, 0, 0]]
    assert encoded(rows, 3, "multi_hot", "float32").tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert encoded(rows, 3, "tf_idf", "float32", np.array([0.5, 1.0])).tolist() == [[0.5, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_arrays_as_vectors():
    x = np.array([[0, 2, 2]])
    assert vectors(x, 3, "count", "float32").tolist() == [[1, 0, 2]]
    np.testing.assert_array_equal(vectors(x, 3, "one_hot", "float32"), np.eye(3, dtype="float32")[x], strict=True)
    assert vectors(x.T, 3, "one_hot", "float32").shape == (3, 3)
    assert vectors(np.array(1), 3, "multi_hot", "float32").tolist() == [0, 1, 0]
