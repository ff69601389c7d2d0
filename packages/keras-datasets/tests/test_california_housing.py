import numpy as np
import pytest
from keras_datasets import california_housing


@pytest.fixture
def data(random, publish, npz):
    x, y = random.normal(size=(700, 8)).astype("float32"), np.arange(700, dtype="float32")
    publish(california_housing, "FILE", npz(x=x, y=y))
    return x, y


@pytest.mark.parametrize(("version", "rows"), [("large", 700), ("small", 600)])
def test_versions(data, version, rows):
    x, _ = data
    (x_train, y_train), (x_test, y_test) = california_housing.load_data(version)
    y = np.concatenate([y_train, y_test]).astype(int)
    assert len(y_test) == rows // 5 and sorted(y) == list(range(rows))
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), x[y])
    np.testing.assert_array_equal(y, np.random.RandomState(113).permutation(rows))


def test_arguments(data):
    (x_train, _), (x_test, _) = california_housing.load_data(path="own.npz", test_split=0, seed=None)
    assert (len(x_train), len(x_test)) == (700, 0)
    with pytest.raises(ValueError, match="version must be 'small' or 'large'; got 'medium'"):
        california_housing.load_data("medium")
    with pytest.raises(ValueError, match="test_split"):
        california_housing.load_data(test_split=-1)
