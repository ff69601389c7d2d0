"""The order of nodes between tensors."""

import pytest
from keras_core import Input, ops
from keras_core.graph.keras_tensor import Node
from keras_core.graph.topology import depends_beyond, nodes_between


def test_each_node_comes_after_those_it_depends_on():
    x = Input((2,))
    a = ops.exp(x)
    b = ops.add(a, x)
    c = ops.multiply(b, a)
    order = nodes_between([x], [c])
    assert [node.outputs for node in order] == [a, b, c]


def test_it_stops_at_the_inputs():
    x = Input((2,))
    a = ops.exp(x)
    b = ops.log(a)
    assert [node.outputs for node in nodes_between([a], [b])] == [b]


def test_an_output_behind_another_input_is_refused():
    x, y = Input((2,), name="x"), Input((2,), name="y")
    with pytest.raises(ValueError, match=r"Graph disconnected.*among the inputs \['x'\]"):
        nodes_between([x], [ops.add(x, y)])


def test_depends_beyond():
    a, b = Input((2,)), Input((2,))
    code = a * 2.0
    since = Node.next_order()
    newer = code + 1.0
    assert not depends_beyond(newer, [a])
    assert depends_beyond(newer + b, [a])
    assert depends_beyond(newer, [a], since)
    assert not depends_beyond(newer, [code], since)
    assert not depends_beyond(newer + b, [code, b], since)
