"""Loops over the first axis: values, captured variables, unused results, gradients of both orders."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.scan import scan


def loop(xs, w, start, reverse=False):
    def body(carry, rows):
        new = pt.tanh(carry[0] * w + rows[0])
        return [new], [new * rows[0]]

    (last,), (rows,) = scan(body, [start], [xs], reverse=reverse)
    return last, rows


@pytest.mark.parametrize("reverse", [False, True])
def test_values(reverse, normal):
    xs, w, start = normal(4, 3), normal(3), normal(3, seed=1)
    inputs = [pt.tensor(dtype="float64", shape=value.shape) for value in (xs, w, start)]
    last, rows = compile_graph(inputs, list(loop(*inputs, reverse=reverse)))(xs, w, start)
    state, expected = start, np.empty_like(xs)
    for step in range(4)[:: -1 if reverse else 1]:
        state = np.tanh(state * w + xs[step])
        expected[step] = state * xs[step]
    np.testing.assert_allclose(last, state)
    np.testing.assert_allclose(rows, expected)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("order", [1, 2])
def test_gradients(order, reverse, check, normal):
    check(lambda *a: list(loop(*a, reverse=reverse)), [normal(4, 3), normal(3), normal(3, seed=1)], order)


def test_a_number_of_steps_in_the_place_of_rows():
    x = pt.scalar(dtype="float32")
    (last,), rows = scan(lambda carry, _: ([carry[0] * 2], []), [x], [], length=5)
    assert rows == [] and float(compile_graph([x], [last])(np.float32(3))[0]) == 96


def test_no_rows():
    xs = pt.tensor(dtype="float32", shape=(0, 2))
    (last,), (rows,) = scan(lambda carry, row: ([carry[0] + row[0]], [row[0]]), [pt.ones(2, "float32")], [xs])
    found = compile_graph([xs], [last, rows])(np.zeros((0, 2), "float32"))
    assert found[0].tolist() == [1, 1] and found[1].shape == (0, 2)
