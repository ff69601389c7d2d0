"""Arrays as arguments of a call that users write."""

import operator

import numpy as np
import pytest
from keras_core import Layer, ops
from keras_core.layers.lent_arrays import LentArray, call_with_lent, lend
from keras_core.layers.masked_array import masked

ASSIGNING = ["iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow"]


@pytest.mark.parametrize("name", ASSIGNING)
def test_assigning_operators_leave_the_array_as_it_was(name):
    given = np.array([3.0, 5.0])
    found = getattr(operator, name)(lend(given), 2)
    np.testing.assert_array_equal(found, getattr(operator, name[1:])(np.array([3.0, 5.0]), 2))
    np.testing.assert_array_equal(given, [3.0, 5.0])
    assert type(found) is np.ndarray and found.flags.writeable


def test_bits_and_matrices():
    given = np.array([3, 5])
    x = lend(given)
    x &= 1
    assert x.tolist() == [1, 1] and given.tolist() == [3, 5]
    y = lend(np.eye(2))
    y @= np.ones((2, 2))
    assert y.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_parts_are_not_assigned():
    x = lend(np.zeros(3))
    with pytest.raises(TypeError, match="slice_update"):
        x[0] = 1.0
    part = x[:2]
    with pytest.raises(ValueError, match="read-only"):
        part += 1.0


def test_what_is_computed_from_it_is_plain():
    x = lend(np.ones((2, 2)))
    for value in (x + 1, np.exp(x), x.T, x.reshape(4), np.concatenate([x, x])):
        assert type(value) is np.ndarray


def test_masks_go_along():
    mask = np.array([True, False])
    assert lend(masked(np.zeros(2), mask))._keras_mask is mask
    assert not hasattr(lend(np.zeros(2)), "_keras_mask")
    assert not hasattr(lend(lend(np.zeros(2))), "_keras_mask")


def test_what_a_call_returns_is_the_original():
    given, other = np.zeros(2), np.ones(2)

    def call(inputs, scale):
        first, second = inputs
        assert type(first) is LentArray and type(scale) is LentArray
        return {"same": first, "new": second + scale}

    found = call_with_lent(call, ([given, other],), {"scale": np.full(2, 3.0)})
    assert found["same"] is given
    assert found["new"].tolist() == [4.0, 4.0]


def test_whose_call_it_is():
    class Mine(Layer):
        def call(self, x):
            return x

    class Kept(Mine):
        pass

    built_in = type("BuiltIn", (Layer,), {"call": lambda self, x: x, "__module__": "keras_layers.core.some"})
    by_others = type("ByOthers", (Layer,), {"call": lambda self, x: x, "__module__": "keras_by_someone_else.layers"})
    found = [cls._calls_code_of_users() for cls in (Mine, Kept, built_in, by_others)]
    assert found == [True, True, False, True]
    given = ops.convert_to_tensor(np.zeros(2))
    assert type(Mine()(x=given)) is type(given)
