import numpy as np
import pytest
from keras_core import ops
from keras_preprocessing.layers import Hashing
from keras_preprocessing.layers.fingerprint import fingerprint

X = [["A"], ["B"], ["C"], ["D"], ["E"]]


def called(layer, x):
    return ops.convert_to_numpy(layer(x)).tolist()


def test_the_documented_examples():
    assert called(Hashing(num_bins=3), X) == [[1], [0], [1], [1], [2]]
    masked = Hashing(num_bins=3, mask_value="")
    assert called(masked, [["A"], ["B"], [""], ["C"], ["D"]]) == [[1], [1], [0], [2], [2]]
    assert called(Hashing(num_bins=3, salt=[133, 137]), X) == [[1], [2], [1], [0], [2]]
    assert called(Hashing(num_bins=3, salt=133), X) == [[0], [0], [2], [1], [0]]


def test_integers_are_hashed_as_they_are_written():
    assert called(Hashing(10), np.array([7, -31])) == [fingerprint(b"7") % 10, fingerprint(b"-31") % 10]
    assert called(Hashing(10), ["7", "-31"]) == called(Hashing(10), np.array([7, -31]))
    assert called(Hashing(10, mask_value=7), np.array([7, 7])) == [0, 0]


def test_vectors():
    for mode, expected in (("one_hot", np.eye(3)[[1, 0, 1, 1, 2]]), ("count", np.eye(3)[[1, 0, 1, 1, 2]])):
        np.testing.assert_array_equal(called(Hashing(3, output_mode=mode), X), expected)
    assert called(Hashing(3, output_mode="count"), np.array(X).T) == [[1, 3, 1]]
    assert called(Hashing(3, output_mode="binary"), np.array(X).T) == [[1, 1, 1]]
    layer = Hashing(3, mask_value="", salt=5, output_mode="count")
    assert called(Hashing.from_config(layer.get_config()), X) == called(layer, X)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Hashing(0), ValueError, "num_bins must be at least 1"),
        (lambda: Hashing(1, mask_value=0), ValueError, "or 2 with a mask_value"),
        (lambda: Hashing(3, salt=[1]), ValueError, "salt must be an int or two of them"),
        (lambda: Hashing(3, salt="x"), ValueError, "salt must be an int or two of them"),
        (lambda: Hashing(3)([1.5]), TypeError, "takes strings and integers, got float: 1.5"),
    ],
)
def test_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
