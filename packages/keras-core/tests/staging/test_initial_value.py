"""What variables hold in the beginning: values, and what initializers give."""

import numpy as np
import pytest
from keras_core import Variable, initializers
from keras_core.staging.initial_value import initial_value


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


def test_what_may_wait_is_drawn_when_it_is_needed():
    found = initial_value("random_normal", (2, 3), None, "v")
    assert (found.shape, found.dtype, found.array) == ((2, 3), "float32", None)
    assert found.draw is not None and found.draw().shape == (2, 3)
    with pytest.raises(ValueError, match=r"of 'v' returned an array of shape \(2, 2\), expected shape \(3,\)"):
        initial_value(lambda shape, dtype=None: np.ones((2, 2)), (3,), None, "v")
