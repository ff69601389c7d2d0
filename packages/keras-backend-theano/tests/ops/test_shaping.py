"""Shapes of symbolic values."""

import numpy as np
import pytest
from keras_core import Spec, ops
from keras_core.backend import load, use_backend

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


@pytest.mark.parametrize("known", [True, False])
def test_as_often_as_a_batch_is_long(known):
    row = np.array([[1.0, 2.0]], "float32")

    def body(batch):
        count, x = ops.shape(batch)[0], row if known else ops.convert_to_tensor(row) + batch[0, 0] * 0
        return ops.tile(x, (count, 1)), ops.tile(x, count), ops.repeat(x, count, axis=0), ops.repeat(x, count)

    program = load("theano").stage(body, [], [Spec((None, 1), "float32")])
    for length in (3, 1):
        with use_backend("theano"):
            down, across, rows, flat = program(np.zeros((length, 1), "float32"))
        assert down.tolist() == rows.tolist() == np.tile(row, (length, 1)).tolist()
        assert across.tolist() == np.tile(row, length).tolist()
        assert flat.tolist() == np.repeat(row, length).tolist()
