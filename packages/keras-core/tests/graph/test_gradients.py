"""Gradients as nodes of a graph."""

import numpy as np
import pytest
from keras_core import Function, Input, backend, ops, symbolic_gradients


def test_shapes_are_those_of_what_is_differentiated_by():
    x = Input((3,))
    (found,) = symbolic_gradients(ops.sum(ops.square(x)), [x])
    assert (found.shape, found.dtype) == (x.shape, x.dtype)


def test_a_loss_with_a_value_is_refused():
    with pytest.raises(TypeError, match="need a symbolic loss"):
        symbolic_gradients(np.float32(1), [])


@pytest.mark.needs_train
def test_values_also_where_one_target_depends_on_another():
    x = Input((2,))
    y = ops.square(x)
    by_x, by_y = symbolic_gradients(ops.sum(ops.multiply(y, 3.0)), [x, y])
    values = Function([x], [by_x, by_y])(np.array([[1.0, 2.0]], "float32"))
    assert [backend.to_numpy(value).tolist() for value in values] == [[[6, 12]], [[3, 3]]]
