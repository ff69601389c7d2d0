"""Assignments that wait for their values."""

from keras_core import Variable
from keras_core.graph.update import Update


def test_its_own_values_or_those_given():
    v = Variable([1.0, 2.0])
    update = Update(v.assign, [[3.0, 4.0]], [v])
    update.run()
    assert v.numpy().tolist() == [3, 4]
    update.run([[5.0, 6.0]])
    assert v.numpy().tolist() == [5, 6]
    assert update.writes == [v]
