"""Gradients of what CNTK has not, against finite differences in float64."""

import numpy as np
import pytest
from keras_backend_cntk.tasks import numpy_op
from keras_backend_cntk.vjps import VJPS

RANDOM = np.random.default_rng(0)
A = RANDOM.normal(size=(3, 3))
POSITIVE = A @ A.T + 3 * np.eye(3)
V = RANDOM.normal(size=(3, 4))
INDICES = np.array([[0], [2], [0]])
CASES = [
    ("arctan2", [V, V[:1] + 2.0], 0),
    ("cholesky", [POSITIVE, True], 0),
    ("cumprod", [V, 1], 0),
    ("cumprod", [np.where(V < 0.5, 0, V), None], 0),
    ("cumsum", [V, 0], 0),
    ("det", [A], 0),
    ("eigh", [POSITIVE], 0),
    ("scatter_update", [V, INDICES, V[::-1] + 1, "add"], 0),
    ("scatter_update", [V, INDICES, V[::-1] + 1, "mul"], 0),
    ("scatter_update", [V, INDICES, V[::-1] + 1, "max"], 0),
    ("scatter_update", [V, INDICES[:2], V[:2] + 1, None], 0),
    ("slice_update", [V, (1, 1), V[:2, :2] + 1], 0),
    ("solve", [A, V], 0),
    ("solve", [A, V[:, 0]], 0),
    ("sort", [V, 1], 0),
    ("svd", [V.T, False, True], 1),
    ("qr", [V.T, "reduced"], 1),
    ("take", [V, np.array([2, 0, 2]), 0], 0),
    ("top_k", [V, 2], 0),
]


@pytest.mark.parametrize(("op", "args", "place"), CASES, ids=[f"{op}-{n}" for n, (op, *_) in enumerate(CASES)])
def test_by_finite_differences(op, args, place):
    def result(arguments):
        found = numpy_op(op)(*arguments)
        return np.asarray(found[place] if isinstance(found, (tuple, list)) else found)

    value = result(args)
    root = RANDOM.normal(size=value.shape)
    gradients = iter(VJPS[op](args, value, root, place))
    symmetric = op in ("cholesky", "eigh")
    for number, arg in enumerate(args):
        if not isinstance(arg, np.ndarray):
            continue
        gradient = next(gradients)
        if gradient is None or arg.dtype.kind != "f":
            continue
        direction = RANDOM.normal(size=arg.shape)
        direction = direction + direction.T if symmetric else direction
        step = 1e-6
        ends = [result([*args[:number], arg + sign * step * direction, *args[number + 1 :]]) for sign in (1, -1)]
        slope = ((ends[0] - ends[1]) / (2 * step) * root).sum()
        assert (gradient * direction).sum() == pytest.approx(slope, rel=1e-4, abs=1e-7)


def test_what_has_steps_has_no_slope_and_what_prints_passes_on():
    assert VJPS["round"]([V], V, V, 0) == [None]
    assert VJPS["print_tensor"]([V], V, V, 0)[0] is V
