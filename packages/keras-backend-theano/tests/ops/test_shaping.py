"""Shapes of symbolic values."""

import numpy as np

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
P = np.abs(F) + 0.5
CASES = [
    ("reshape", F, (4, 6)),
    ("reshape", F, (-1, 4)),
    ("reshape", F, (2, -1)),
    ("transpose", F),
    ("transpose", F, (2, 0, 1)),
    ("expand_dims", F, 1),
    ("expand_dims", F, (0, -1)),
    ("squeeze", F[:, :1]),
    ("squeeze", F[:, :1], 1),
    ("broadcast_to", F[:, :1], (5, 2, 3, 4)),
    ("concatenate", [F, P], 1),
    ("stack", [F, P], -1),
    ("split", F, 2, 2),
    ("split", F, [1, 3], -1),
    ("tile", F, (2, 1, 3)),
    ("tile", F, 2),
    ("repeat", F, 2, 1),
    ("repeat", F, 3),
    ("repeat", F, [1, 0, 2], 1),
    ("pad", F, ((1, 0), (0, 2), (1, 1))),
    ("pad", F, 1, "constant", 3.0),
    ("pad", F, ((0, 1), (2, 1), (0, 3)), "reflect"),
    ("pad", F, ((0, 1), (2, 1), (0, 3)), "symmetric"),
    ("getitem", F, (slice(None), -1, None, slice(None, None, -2))),
    ("getitem", F, (Ellipsis, 2)),
    ("getitem", F, 1),
    ("diagonal", F, 1, 1, 2),
    ("flip", F, 1),
    ("roll", F, 1, 1),
]  # fmt: skip
DYNAMIC = {"repeat", "tile", "split", "concatenate", "reshape", "pad"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)
