"""Layers of strings and integers where a data set of TensorFlow is mapped; on every backend."""

import numpy as np
import pytest
from keras_core import ops
from keras_preprocessing.layers import (
    CategoryEncoding,
    Discretization,
    HashedCrossing,
    Hashing,
    IntegerLookup,
    Rescaling,
    StringLookup,
    TextVectorization,
)

tf = pytest.importorskip("tensorflow")
TEXTS = np.array(["the cat", "", "a cat sat", "Dog", "the the é"])
COLORS = np.array(["red", "blue", "red", "green", "blue"])
NUMBERS = np.array([3, 4, 4, 50, 3])
LAYERS = {
    "text": (lambda: TextVectorization(vocabulary=["the", "cat", "é"], output_sequence_length=4), TEXTS),
    "text of any length": (lambda: TextVectorization(vocabulary=["the", "cat"]), TEXTS),
    "text counted": (lambda: TextVectorization(vocabulary=["the", "cat"], output_mode="count"), TEXTS),
    "lookup": (lambda: StringLookup(vocabulary=["blue", "red"]), COLORS),
    "lookup as vectors": (lambda: StringLookup(vocabulary=["blue", "red"], output_mode="one_hot"), COLORS),
    "hashing": (lambda: Hashing(7), COLORS),
    "hashing of integers": (lambda: Hashing(7, salt=3), NUMBERS),
    "integer lookup": (lambda: IntegerLookup(vocabulary=[3, 4]), NUMBERS),
    "integer lookup by hashes": (
        lambda: IntegerLookup(vocabulary=[3], num_oov_indices=3, oov_method="farmhash"),
        NUMBERS,
    ),
    "categories": (lambda: CategoryEncoding(51, output_mode="one_hot"), NUMBERS),
    "bins": (lambda: Discretization(bin_boundaries=[3.5, 10.0]), NUMBERS.astype("float32")),
    "scale": (lambda: Rescaling(0.5), NUMBERS.astype("float32")),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("batched", [True, False])
def test_a_data_set_gives_what_the_layer_gives(name, batched):
    make, data = LAYERS[name]
    layer = make()
    source = tf.data.Dataset.from_tensor_slices(data)
    found = list((source.batch(5) if batched else source).map(layer, num_parallel_calls=2))
    wanted = [layer(data)] if batched else [layer(one) for one in data]
    for one, expected in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one.numpy(), ops.convert_to_numpy(expected))


def test_shapes_and_dtypes_are_known_before():
    layer = TextVectorization(vocabulary=["the"], output_sequence_length=4)
    spec = tf.data.Dataset.from_tensor_slices(TEXTS).batch(2).map(layer).element_spec
    assert tuple(spec.shape) == (None, 4) and spec.dtype == tf.int64
    vectors = StringLookup(vocabulary=["a"], output_mode="multi_hot", dtype="float16")
    spec = tf.data.Dataset.from_tensor_slices(TEXTS[:, None]).batch(2).map(vectors).element_spec
    assert tuple(spec.shape) == (None, 2) and spec.dtype == tf.float16


def test_indices_back_as_strings():
    layer = StringLookup(vocabulary=["é", "b"], invert=True)
    found = next(iter(tf.data.Dataset.from_tensor_slices([[0, 1], [2, 9]]).batch(2).map(layer)))
    assert [[one.decode() for one in row] for row in found.numpy()] == [["[UNK]", "é"], ["b", "[UNK]"]]


def test_columns_of_a_table():
    layer = HashedCrossing(50)
    rows = tf.data.Dataset.from_tensor_slices((COLORS, NUMBERS)).batch(5)
    found = next(iter(rows.map(lambda color, number: layer((color, number)))))
    np.testing.assert_array_equal(found.numpy(), ops.convert_to_numpy(layer([COLORS, NUMBERS])))


def test_ragged_and_sparse_results():
    ragged = TextVectorization(vocabulary=["the", "cat"], ragged=True)
    source = tf.data.Dataset.from_tensor_slices(TEXTS).batch(5)
    found = next(iter(source.map(ragged)))
    assert found.to_list() == [one.tolist() for one in ragged(TEXTS)]
    pytest.importorskip("scipy")
    sparse = TextVectorization(vocabulary=["the", "cat"], output_mode="count", sparse=True)
    found = tf.sparse.to_dense(next(iter(source.map(sparse)))).numpy()
    np.testing.assert_array_equal(found, sparse(TEXTS).toarray())


def test_a_tensor_of_unknown_rank():
    layer = StringLookup(vocabulary=["a"], name="words")
    unknown = tf.data.Dataset.from_generator(lambda: iter([["a"]]), output_signature=tf.TensorSpec(None, tf.string))
    with pytest.raises(ValueError, match=r"'words' \(StringLookup\) got a tensor of unknown rank in a data set"):
        unknown.map(layer)
