"""The inputs behind a symbolic tensor."""

from keras_core import Input, get_source_inputs, ops


def test_each_input_once_in_order():
    a, b, unused = Input((2,)), Input((2,)), Input((2,))
    assert get_source_inputs(ops.add(ops.multiply(a, b), a)) == [a, b]
    assert get_source_inputs(unused) == [unused]
