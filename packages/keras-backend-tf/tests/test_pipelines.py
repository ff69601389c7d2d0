import numpy as np
from keras_backend_tf.framework import tf
from keras_backend_tf.pipelines import pipeline
from keras_core.data_utils import PyDataset


class Batches(PyDataset):
    """Two batches, of which the last one is smaller, in an order that changes after each pass."""

    batch_size = 3

    def __init__(self):
        super().__init__()
        self.x = np.arange(10.0).reshape(5, 2)

    def __len__(self):
        return 2

    def __getitem__(self, index):
        rows = slice(3 * index, 3 * index + 3)
        return {"x": self.x[rows]}, np.array(["a", "b", "c", "d", "e"], dtype=object)[rows]

    def __iter__(self):
        yield from (self[index] for index in range(2))
        self.x = self.x[::-1]


def test_batches_are_those_of_the_data_set():
    made = pipeline(Batches())
    assert int(made.cardinality()) == 2
    assert made.element_spec == ({"x": tf.TensorSpec((None, 2), tf.float64)}, tf.TensorSpec((None,), tf.string))
    first, second = list(made), list(made)
    np.testing.assert_array_equal(np.concatenate([x["x"] for x, _ in first]), np.arange(10.0).reshape(5, 2))
    np.testing.assert_array_equal(np.concatenate([x["x"] for x, _ in second]), np.arange(10.0).reshape(5, 2)[::-1])
    assert [name for _, names in first for name in names.numpy()] == [b"a", b"b", b"c", b"d", b"e"]


class Samples(Batches):
    batch_size = None

    def __getitem__(self, index):
        return self.x[index], np.int32(index)


def test_samples_have_their_whole_shape():
    made = pipeline(Samples())
    assert [tuple(part.shape) for part in made.element_spec] == [(2,), ()]
    assert [int(y) for _, y in made] == [0, 1]
