import numpy as np
import pytest
from keras_core import Input, ops
from keras_preprocessing.layers import HashedCrossing

LETTERS, NUMBERS = ["A", "B", "A", "B", "A"], [101, 101, 101, 102, 102]


def called(layer, x):
    return ops.convert_to_numpy(layer(x)).tolist()


def test_the_documented_examples():
    assert called(HashedCrossing(num_bins=5), (np.array(LETTERS), np.array(NUMBERS))) == [1, 4, 1, 1, 3]
    one_hot = HashedCrossing(num_bins=5, output_mode="one_hot")
    assert called(one_hot, [LETTERS, NUMBERS]) == np.eye(5)[[1, 4, 1, 1, 3]].tolist()


def test_buckets_are_tensorflows():
    # of tf.sparse.cross_hashed
    features = [["A", "B", "longer string than sixteen"], [101, -7, 2**40], ["x", "y", ""]]
    assert called(HashedCrossing(1000), features) == [95, 787, 625]
    columns = [np.array(feature, object)[:, None] for feature in features]
    assert called(HashedCrossing(1000), columns) == [[95], [787], [625]]
    assert called(HashedCrossing(5), ["A", 101]) == 1
    layer = HashedCrossing(5, "one_hot", sparse=True)
    found = HashedCrossing.from_config(layer.get_config())([LETTERS, NUMBERS])
    assert found.format == "csr" and found.toarray().argmax(-1).tolist() == [1, 4, 1, 1, 3]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: HashedCrossing(0), ValueError, "num_bins must be at least 1"),
        (lambda: HashedCrossing(3, "count"), ValueError, "output_mode must be one of 'int', 'one_hot'"),
        (lambda: HashedCrossing(3, sparse=True), ValueError, "sparse=True is for vectors"),
        (lambda: HashedCrossing(3)(["a"]), ValueError, "takes a list of two or more features"),
        (lambda: HashedCrossing(3)([["a"], ["b", "c"]]), ValueError, r"got \(1,\), \(2,\)"),
        (lambda: HashedCrossing(3)([[1.5], ["b"]]), TypeError, "takes strings and integers, got float: 1.5"),
        (lambda: HashedCrossing(3)([Input(()), Input(())]), TypeError, "works on data, before a model"),
    ],
)
def test_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
