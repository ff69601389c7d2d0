import sys

import numpy as np
import pytest
from keras_datasets import digits


def test_load_data():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert x_train.shape == (1433, 8, 8) and x_test.shape == (364, 8, 8)
    assert x_train.dtype == y_train.dtype == np.uint8 and x_train.max() == 16
    counts = np.bincount(y_train) + np.bincount(y_test)
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # In the mean, a nought is empty in its middle and a one is not.
    assert (
        x_train[y_train == 0].mean(axis=0)[3:5, 3:5].mean()
        < 2
        < 10
        < x_train[y_train == 1].mean(axis=0)[3:5, 3:5].mean()
    )


def test_one_seed_one_order():
    first, again, other = (digits.load_data(seed=seed)[0][1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ModuleNotFoundError, match="pip install scikit-learn"):
        digits.load_data()
