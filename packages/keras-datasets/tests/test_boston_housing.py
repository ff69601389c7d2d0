import numpy as np
import pytest
from keras_datasets import boston_housing


@pytest.fixture
def data(random, publish, npz):
    x, y = random.normal(size=(20, 13)), random.normal(size=20)
    publish(boston_housing, "FILE", npz(x=x, y=y))
    return x, y


def test_load_data(data):
    x, y = data
    (x_train, y_train), (x_test, y_test) = boston_housing.load_data()
    assert x_train.shape == (16, 13) and y_test.shape == (4,)
    order = np.random.RandomState(113).permutation(20)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), x[order])
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), y[order])


def test_arguments(data):
    (x_train, _), (x_test, _) = boston_housing.load_data("other.npz", test_split=0.5, seed=1)
    assert len(x_train) == len(x_test) == 10
    with pytest.raises(ValueError, match="test_split"):
        boston_housing.load_data(test_split=1.5)
