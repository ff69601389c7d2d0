"""Variables outside of layers."""

import copy
import pickle

import numpy as np
import pytest
from keras_core import Variable, initializers


def test_values_and_callables():
    assert Variable(2).numpy().tolist() == 2
    assert Variable(0, shape=(2, 2)).numpy().tolist() == [[0, 0], [0, 0]]
    made = Variable(initializers.get("ones"), shape=(2,), dtype="float16")
    assert (made.numpy().tolist(), made.dtype, made.shape, made.size) == ([1, 1], "float16", (2,), 2)


@pytest.mark.parametrize(
    "value, dtype", [(1.5, "float32"), (1, "int32"), (True, "bool"), (np.array([1], "int8"), "int8")]
)
def test_the_dtype_is_that_of_the_value(value, dtype):
    assert Variable(value).dtype == dtype


def test_a_name_stands_for_an_initializer():
    assert Variable("ones", shape=(2,)).numpy().tolist() == [1, 1]
    with pytest.raises(ValueError, match=r"Unknown initializer 'oness'.*ones"):
        Variable("oness", shape=(2,), name="v")


@pytest.mark.parametrize("shape, message", [(None, "needs a shape"), ((None, 2), "needs a fully known shape")])
def test_a_callable_needs_a_known_shape(shape, message):
    with pytest.raises(ValueError, match=message):
        Variable(initializers.get("ones"), shape=shape)


def test_assignment():
    v = Variable([1.0, 2.0])
    v.assign_add([1.0, 1.0])
    v.assign_sub(0.5)
    assert v.numpy().tolist() == [1.5, 2.5]
    with pytest.raises(ValueError, match=r"has shape \(2,\) and cannot be assigned a value of shape \(3,\)"):
        v.assign([1.0, 2.0, 3.0])


def test_copies_share_nothing():
    v = Variable([1.0, 2.0], name="v")
    v.assign_add(1.0)
    copies = [copy.deepcopy(v), pickle.loads(pickle.dumps(v))]
    v.assign([0.0, 0.0])
    assert [c.numpy().tolist() for c in copies] == [[2, 3], [2, 3]]
    assert [c.name for c in copies] == ["v", "v"]


def test_numbers_and_arrays():
    assert (float(Variable(1.5)), int(Variable(2)), bool(Variable(0)), len(Variable([1, 2]))) == (1.5, 2, False, 2)
    assert np.asarray(Variable([1.0])).tolist() == [1]
    with pytest.raises(TypeError, match="is a scalar and has no length"):
        len(Variable(1.0))
