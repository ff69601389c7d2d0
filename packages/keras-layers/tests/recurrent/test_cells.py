import numpy as np
from keras_layers import LSTMCell
from keras_layers.recurrent.cells import (
    call_cell,
    cell_dropout,
    initial_states,
    is_cell,
    output_shape,
    size_shape,
    state_sizes,
    zero_states,
)


class Counter:
    """A cell that is no layer: counts steps, and says what it was given."""

    state_size = 1

    def call(self, inputs, states, constants=None):
        (count,) = states
        return inputs + (0 if constants is None else constants[0]), count + 1


def test_a_cell_has_call_and_state_size():
    assert is_cell(Counter())
    assert is_cell(LSTMCell(2))
    assert not is_cell(object())


def test_sizes_and_shapes():
    assert (state_sizes(Counter()), state_sizes(LSTMCell(3))) == ([1], [3, 3])
    assert (output_shape(Counter()), output_shape(LSTMCell(3))) == ((1,), (3,))
    assert (size_shape(4), size_shape([4, 5])) == ((4,), (4, 5))


def test_states_are_nested_as_their_sizes():
    states = zero_states([2, [3, (4, 5)]], 6, "float32")
    assert tuple(states[0].shape) == (6, 2)
    assert [tuple(s.shape) for s in states[1]] == [(6, 3), (6, 4, 5)]
    x = np.zeros((6, 7), "float32")
    for cell in (Counter(), LSTMCell(1)):
        assert all(tuple(s.shape) == (6, 1) for s in initial_states(cell, x, 6, "float32"))


def test_a_cell_gets_only_the_options_that_it_takes():
    x = np.ones((1, 1), "float32")
    output, (count,) = call_cell(Counter(), x, [0], {"training": True, "constants": [x]})
    assert (float(output[0, 0]), count) == (2.0, 1)
    assert cell_dropout(Counter(), x, [0], True) == {}
    assert cell_dropout(LSTMCell(1), x, [x, x], True) == {"masks": (None, None)}
