"""Arrays that carry a mask."""

import copy
import pickle

import numpy as np
import pytest
from keras_core.layers.masked_array import MaskedArray, masked

MASK = np.array([[True, False]])


@pytest.fixture
def array():
    return masked(np.array([[1.5, 2.5]], "float32"), MASK)


def test_the_array_is_an_array_with_a_mask(array):
    assert isinstance(array, np.ndarray) and type(array) is MaskedArray and array._keras_mask is MASK
    assert (array.shape, array.dtype, array.tolist(), len(array)) == ((1, 2), np.float32, [[1.5, 2.5]], 1)
    assert repr(array) == "array([[1.5, 2.5]], dtype=float32)" and f"{array}" == "[[1.5 2.5]]"
    array += 1
    assert array.tolist() == [[2.5, 3.5]]


@pytest.mark.parametrize(
    "compute",
    [
        *(lambda x: x + 1, lambda x: 2 - x, lambda x: -x, lambda x: x > 2, lambda x: x @ np.ones((2, 1))),
        *(lambda x: x[0], lambda x: x[:, :1], lambda x: x[..., None], lambda x: x.T, lambda x: x.sum(axis=1)),
        *(np.exp, np.ravel, np.array, np.asarray, np.copy, copy.copy, copy.deepcopy, lambda x: x.max(axis=0)),
        *(lambda x: np.concatenate([x, x]), lambda x: np.where(x > 2, x, 0), lambda x: np.einsum("ab->ba", x)),
        *(lambda x: x.astype("float64"), lambda x: x.reshape(2, 1), lambda x: x.squeeze(0), lambda x: x.copy()),
        *(lambda x: pickle.loads(pickle.dumps(x)), lambda x: np.take(x, [0], axis=1), lambda x: x.transpose(1, 0)),
    ],
)
def test_what_is_made_of_it_is_plain(array, compute):
    made = compute(array)
    assert type(made) is np.ndarray
    np.testing.assert_array_equal(made, compute(np.asarray(array)))


def test_numbers_made_of_it_are_numbers(array):
    assert type(array[0, 0]) is type(array.sum()) is type(np.max(array)) is np.float32
    assert float(array.mean()) == 2.0
