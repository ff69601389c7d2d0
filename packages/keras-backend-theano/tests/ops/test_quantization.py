import numpy as np

RNG = np.random.default_rng(0)
MATRIX = RNG.integers(-127, 128, (517, 600)).astype("int8")
ROWS = RNG.integers(-127, 128, (2, 3, 517)).astype("int8")
CASES = [("int8_matmul", ROWS, MATRIX), ("int8_matmul", ROWS[0, :1], MATRIX), ("int8_matmul", ROWS[0, 0], MATRIX)]
DYNAMIC = {"int8_matmul"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)
