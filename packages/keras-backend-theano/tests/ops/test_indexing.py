"""Picking, sorting and scattering symbolic values."""

import numpy as np
import pytest
from keras_core import Spec, gradients, ops, stage
from keras_core.backend import load

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
P = np.abs(F) + 0.5
M = F[0]
PAIRS = np.array([[0, 1], [1, 2], [0, 1]], "int32")
CASES = [
    ("take", F, np.array([[0, 2], [1, -1]], "int32"), 1),
    ("take", F, np.array([3, 20], "int64")),
    ("take_along_axis", F, np.argsort(F, 1).astype("int32"), 1),
    ("take_along_axis", F, np.array([[[1], [0], [3]]], "int32"), -1),
    ("slice", F, (0, 1, 2), (2, 2, -1)),
    ("slice_update", F, (0, 1, 2), P[:, :2, :1]),
    *(("scatter_update", F, PAIRS, np.arange(12, dtype="float32").reshape(3, 4), r)
      for r in (None, "add", "max", "min", "mul")),
    *(("sort", F, a) for a in (None, 0, -1)),
    *(("argsort", F, a) for a in (None, 0, -1)),
    ("top_k", F, 2),
    ("segment_sum", M, np.array([1, 0, 1], "int32"), 3),
]  # fmt: skip
DYNAMIC = {"take", "top_k"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)


def test_indices_known_at_run_time(run_symbolic):
    (row,), _ = run_symbolic(("take", F, np.array(1, "int32"), 1))
    np.testing.assert_array_equal(row, F[:, 1])
    program = load("theano").stage(
        lambda x, k: [ops.slice(x, (0, k, 0), (2, 2, 4)), x[:, k]], [], [Spec(F.shape), Spec((), "int32")]
    )
    block, row = program(F, np.array(1, "int32"))
    np.testing.assert_array_equal(block, F[:, 1:3])
    np.testing.assert_array_equal(row, F[:, 1])


@pytest.mark.parametrize(
    ("reduction", "by_inputs", "by_updates"),
    [
        ("max", [1, 0, 1 / 3], [1, 1 / 3, 1 / 3]),  # the tie of 3.0, 3.0 and 3.0 shares its gradient
        ("mul", [1, 5, 9], [2, 3, 3]),
    ],
)
def test_gradient_of_scattering(reduction, by_inputs, by_updates):
    inputs = {"max": [9.0, 2.0, 3.0], "mul": [9.0, 2.0, 1.0]}[reduction]
    updates = {"max": [5.0, 3.0, 3.0], "mul": [5.0, 3.0, 3.0]}[reduction]
    indices = np.array([[1], [2], [2]], "int32")

    def fn(x, y):
        return gradients(lambda x, y: ops.sum(ops.scatter_update(x, indices, y, reduction)), [x, y])

    _, found = stage(fn, [])(np.array(inputs, "float32"), np.array(updates, "float32"))
    np.testing.assert_allclose(found[0], by_inputs, rtol=1e-6)
    np.testing.assert_allclose(found[1], by_updates, rtol=1e-6)
