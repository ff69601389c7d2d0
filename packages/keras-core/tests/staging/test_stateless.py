"""Calls whose state is an argument and a result."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Variable, backend
from keras_core.staging.stateless import StatelessCall, StatelessScope


def test_given_values_stand_in_and_new_ones_come_back() -> None:
    first, second, other = Variable([1.0, 2.0]), Variable(3.0), Variable(4.0)
    of = backend.active()
    with StatelessCall(of, ([first], [np.array([5.0, 6.0], "float32")]), ([second], [Variable(7.0)])) as call:
        first.assign(first.value + second.value)
        found = [[of.numpy(one).tolist() for one in group] for group in call.values()]
    assert found == [[[12.0, 13.0]], [7.0]]
    assert (first.numpy().tolist(), float(second.numpy()), float(other.numpy())) == ([1.0, 2.0], 3.0, 4.0)


def test_what_is_assigned_beside_reaches_no_variable() -> None:
    first, other = Variable(1.0), Variable(2.0)
    of = backend.active()
    with StatelessCall(of, ([first], [of.tensor(np.float32(5))])):
        other.assign(9.0)
        assert float(of.numpy(other.value)) == 9.0
    assert float(other.numpy()) == 2.0


def test_one_value_for_each_variable() -> None:
    with pytest.raises(ValueError, match="Layer 'a' has 1 variables and got 2 values for them"):
        StatelessCall(backend.active(), ([Variable(1.0)], [1.0, 2.0]), owner="Layer 'a'")


def test_a_scope_tells_values_and_losses_and_leaves_variables_alone() -> None:
    of = backend.active()
    first, second, other = Variable(1.0), Variable([1.0, 2.0]), Variable(7.0)
    with StatelessScope([(first, np.float32(5)), (second, [3.0, 4.0])], collect_losses=True) as scope:
        first.assign(first.value + 1.0)
        scope.add_update((second, [8.0, 9.0]))
        scope.add_loss(of.tensor(2.0))
        made = Variable([1.0])  # as a layer that is built inside makes them
        assert of.numpy(second.value).tolist() == [8, 9] and of.numpy(made.value).tolist() == [1]
        assert scope.get_current_value(other) is None
    assert float(of.numpy(scope.get_current_value(first))) == 6 and [float(of.numpy(x)) for x in scope.losses] == [2]
    assert (float(first.numpy()), second.numpy().tolist(), made.numpy().tolist()) == (1, [1, 2], [1])


def test_what_is_given_to_a_scope_is_checked() -> None:
    one = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="takes pairs of a Variable and a value, got 5"):
        StatelessScope([5])
    with pytest.raises(ValueError, match=r"has shape \(2,\), and the value that was given for it \(3,\)"):
        StatelessScope([(one, np.zeros(3))])
