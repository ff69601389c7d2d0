import numpy as np
import pytest
from keras_datasets._splits import shuffled, split_at_end, split_by_class

X, Y = np.arange(50).reshape(25, 2), np.repeat([0, 1, 2], [5, 10, 10])


def test_split_at_end():
    (x_train, y_train), (x_test, y_test) = split_at_end(X, Y, 0.2)
    assert (len(x_train), len(x_test)) == (20, 5)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), X)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), Y)
    assert len(split_at_end(X, Y, 0)[1][0]) == 0


def test_shuffled():
    """The order is that of NumPy's legacy generator, which is the same in all its versions."""
    x, y = shuffled(X, Y, 113)
    np.testing.assert_array_equal(x[:, 0] // 2, np.random.RandomState(113).permutation(25))
    np.testing.assert_array_equal(y, Y[x[:, 0] // 2])
    assert sorted(x[:, 0]) == sorted(X[:, 0])
    random = np.random.RandomState(113)
    first, _ = shuffled(X, Y, random)
    second, _ = shuffled(X, Y, random)
    np.testing.assert_array_equal(first, x)
    assert (first != second).any()


def test_split_by_class():
    (x_train, y_train), (x_test, y_test) = split_by_class(X, Y, 0.2, 0)
    assert np.bincount(y_train).tolist() == [4, 8, 8] and np.bincount(y_test).tolist() == [1, 2, 2]
    both = np.concatenate([x_train, x_test])
    np.testing.assert_array_equal(np.sort(both[:, 0]), X[:, 0])
    np.testing.assert_array_equal(Y[both[:, 0] // 2], np.concatenate([y_train, y_test]))


@pytest.mark.parametrize("share", [-0.1, 1, 20])
def test_shares(share):
    with pytest.raises(ValueError, match=f"at least 0 and below 1; got {share}"):
        split_at_end(X, Y, share)
    with pytest.raises(ValueError, match=f"at least 0 and below 1; got {share}"):
        split_by_class(X, Y, share, 0)
