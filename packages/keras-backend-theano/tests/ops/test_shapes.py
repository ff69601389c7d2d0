"""Sizes as ints where they are known, and as int64 scalars of the graph where not."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.ops.shapes import lengths, sizes
from pytensor.graph.basic import Variable


@pytest.mark.parametrize("shape", [(2, 3), [np.int32(2), 3], np.array([2, 3])])
def test_known_sizes_are_ints(shape):
    found = sizes(shape)
    assert found == [2, 3] and all(type(n) is int for n in found)
    assert sizes(4) == [4]


def test_unknown_sizes_are_scalars():
    first, second = sizes((pt.scalar(dtype="int32"), 5))
    assert isinstance(first, Variable) and first.type.dtype == "int64" and second == 5
    assert len(sizes(pt.tensor(dtype="int32", shape=(3,)))) == 3


def test_lengths():
    x = pt.tensor(dtype="float32", shape=(None, 4))
    batch, features = lengths(x)
    assert features == 4 and batch.eval({x: np.zeros((7, 4), "float32")}) == 7
