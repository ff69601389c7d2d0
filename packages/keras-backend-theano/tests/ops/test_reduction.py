"""Reductions and running sums of symbolic values."""

import numpy as np
import pytest

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
I = np.random.default_rng(1).integers(-5, 9, (2, 3, 4)).astype("int32")
B = F > 0
REDUCTIONS = ["sum", "prod", "mean", "max", "min", "any", "all", "argmax", "argmin", "logsumexp", "var"]
AXES = ["sum", "prod", "mean", "max", "min", "any", "all"]
CASES = [
    *((n, F) for n in REDUCTIONS),
    *((n, F, {"axis": 1}) for n in REDUCTIONS),
    *((n, F, {"axis": -1, "keepdims": True}) for n in REDUCTIONS),
    *((n, F, {"axis": (0, 2)}) for n in AXES),
    *((n, I, {"axis": (0, 2)}) for n in AXES),
    *((n, B, {"axis": 0}) for n in ["sum", "prod", "mean", "any", "all", "cumsum"]),
    ("mean", F.astype("float16"), {"axis": 0}),
    ("max", F, {"axis": 1, "initial": 0.3}),
    ("min", F, {"initial": 0.3}),
    *((n, F, {"axis": a}) for n in ("cumsum", "cumprod") for a in (None, 1, -1)),
    ("moments", F, (0, 1)),
]  # fmt: skip
DYNAMIC = {"moments", "cumsum", "sum", "mean"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)


def test_an_axis_out_of_range_is_refused(run_symbolic):
    with pytest.raises(ValueError, match="axis"):
        run_symbolic(("sum", F, {"axis": 3}))
