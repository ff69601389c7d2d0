import numpy as np
import pytest
from keras_backend_theano.kernels.integers import row_product

RNG = np.random.default_rng(0)
MATRIX = RNG.integers(-127, 128, (517, 600)).astype("int8")
ROW = RNG.integers(-127, 128, 517).astype("int8")


@pytest.mark.parametrize("size", [517, 512, 520])
def test_a_row_of_the_largest_numbers(size):
    matrix, row = np.full((size, 600), -128, "int8"), np.full(size, -128, "int8")
    found = row_product(row, matrix)
    assert found.dtype == np.int32
    assert (found == 128**2 * size).all()


def test_the_matrix_may_lie_in_any_order():
    for matrix in (MATRIX, np.asfortranarray(MATRIX)):
        np.testing.assert_array_equal(row_product(ROW, matrix), ROW.astype("int64") @ MATRIX)


def test_loops_are_compiled_for_large_matrices_alone():
    assert row_product(ROW[:8], MATRIX[:8]) is None
