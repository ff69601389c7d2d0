"""Calls whose state is an argument and a result."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Variable, backend
from keras_core.staging.stateless import StatelessCall


def test_given_values_stand_in_and_new_ones_come_back() -> None:
    first, second, other = Variable([1.0, 2.0]), Variable(3.0), Variable(4.0)
    of = backend.active()
    with StatelessCall(of, [first, second], [np.array([5.0, 6.0], "float32"), Variable(7.0)]) as call:
        first.assign(first.value + second.value)
        found = [of.numpy(one).tolist() for one in call.values()]
    assert found == [[12.0, 13.0], 7.0]
    assert (first.numpy().tolist(), float(second.numpy()), float(other.numpy())) == ([1.0, 2.0], 3.0, 4.0)


def test_what_is_assigned_beside_reaches_no_variable() -> None:
    first, other = Variable(1.0), Variable(2.0)
    of = backend.active()
    with StatelessCall(of, [first], [of.tensor(np.float32(5))]):
        other.assign(9.0)
        assert float(of.numpy(other.value)) == 9.0
    assert float(other.numpy()) == 2.0


def test_one_value_for_each_variable() -> None:
    with pytest.raises(ValueError, match="Layer 'a' has 1 variables and got 2 values for them"):
        StatelessCall(backend.active(), [Variable(1.0)], [1.0, 2.0], "Layer 'a'")
