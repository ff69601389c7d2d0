"""Slots of one optimizer for several owners."""

import copy

import numpy as np
from keras_core import Variable
from keras_core.optimizers import Optimizer


class Heavy(Optimizer):
    """Keeps its slots in a list that `build` fills, and counts its builds."""

    def __init__(self, **kwargs):
        super().__init__(1.0, **kwargs)
        self.velocities = []
        self.builds = 0

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.builds += 1
        for variable in variables:
            self.velocities.append(self.add_variable_from_reference(variable, "velocity"))

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        self.assign_add(velocity, gradient)
        self.assign_sub(variable, velocity.value * learning_rate)


def test_sets_are_kept_apart():
    optimizer, a, b = Heavy(), Variable([1.0]), Variable([[2.0, 2.0]])
    first = optimizer.slots_of("first", [a])
    optimizer.apply([[1.0]], [a])
    second = optimizer.slots_of("second", [b])
    optimizer.apply([[[1.0, 1.0]]], [b])
    assert [v.shape for v in optimizer.velocities] == [(1, 2)]
    assert optimizer.variables[2:] == optimizer.velocities
    optimizer.select_slots(first, "first")
    optimizer.apply([[1.0]], [a])
    assert optimizer.velocities[0].numpy().tolist() == [2.0]
    assert a.numpy().tolist() == [1.0 - 1.0 - 2.0]
    optimizer.select_slots(second, "second")
    assert optimizer.velocities[0].numpy().tolist() == [[1.0, 1.0]]
    assert int(optimizer.iterations) == 3
    assert optimizer.slots_of("second", [b]) is second


def test_slots_without_an_owner_go_to_who_asks_first():
    optimizer, a = Heavy(), Variable([1.0])
    optimizer.build([a])
    optimizer.build([Variable(3.0)])  # does nothing
    slot = optimizer.velocities[0]
    optimizer.slots_of("first", [a])
    assert optimizer.velocities == [slot]
    optimizer.slots_of("second", [a])
    assert optimizer.velocities[0] is not slot
    assert len(optimizer.velocities) == 1
    assert optimizer.builds == 1


def test_an_owner_without_slots_sees_none():
    optimizer, a = Heavy(), Variable([1.0])
    first = optimizer.slots_of("first", [a])
    optimizer.select_slots(None, "second")
    assert not optimizer.built
    assert len(optimizer.variables) == 2
    optimizer.select_slots(first, "first")
    assert len(optimizer.variables) == 3


def test_attributes_that_build_leaves_alone_are_common():
    optimizer, a, b = Heavy(), Variable([1.0]), Variable([1.0])
    first = optimizer.slots_of("first", [a])
    optimizer.slots_of("second", [b])
    optimizer.clipvalue = 0.5
    optimizer.select_slots(first, "first")
    optimizer.apply([[9.0]], [a])
    np.testing.assert_allclose(a.numpy(), [0.5])


def test_more_variables_than_before():
    optimizer, a, b = Heavy(), Variable([1.0]), Variable([1.0])
    optimizer.slots_of("owner", [a, b])
    slots = list(optimizer.velocities)
    optimizer.slots_of("owner", [b])
    assert optimizer.velocities == slots
    optimizer.slots_of("owner", [b, Variable(1.0)])
    assert [v.shape for v in optimizer.velocities] == [(1,), ()]


def test_copies_are_independent():
    optimizer, a = Heavy(), Variable([1.0])
    optimizer.slots_of("owner", [a])
    copied = copy.deepcopy(optimizer)
    copied.slots_of("other", [Variable([1.0, 2.0])])
    assert [v.shape for v in optimizer.velocities] == [(1,)]
    assert [v.shape for v in copied.velocities] == [(2,)]
