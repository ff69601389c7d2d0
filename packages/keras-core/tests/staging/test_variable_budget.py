"""The limit on new variables while a file is read."""

import numpy as np
import pytest
from keras_core import Variable
from keras_core.staging.variable_budget import take, variable_budget


def test_without_a_budget_nothing_is_counted():
    take((1 << 40,), "float32", "huge")


def test_variables_beyond_what_the_file_holds_are_refused_before_they_are_made():
    made = []

    def zeros(shape, dtype=None):
        made.append(shape)
        return np.zeros(shape, dtype)

    with variable_budget(100):
        Variable(zeros, shape=(10,))
        with pytest.raises(ValueError, match=r"'big' of shape .* needs more memory"):
            Variable(zeros, shape=(1 << 30,), name="big")
    assert made == [(10,)]


def test_variables_share_the_budget():
    with variable_budget(0):
        take((12 << 20,), "float32", "first")
        with pytest.raises(ValueError, match="'second'"):
            take((12 << 20,), "float32", "second")
