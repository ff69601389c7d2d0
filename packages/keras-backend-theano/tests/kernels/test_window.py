"""Padding and output lengths against the formulas of the convolution arithmetic."""

import numpy as np
import pytest
from keras_backend_theano.kernels.window import Window, blocks


@pytest.mark.parametrize(
    ("length", "size", "stride", "dilation", "pads", "output"),
    [
        (5, 3, 1, 1, (1, 1), 5),
        (5, 2, 1, 1, (0, 1), 5),
        (6, 3, 2, 1, (0, 1), 3),
        (7, 3, 2, 1, (1, 1), 4),
        (7, 3, 1, 2, (2, 2), 7),
        (4, 1, 3, 1, (0, 0), 2),
    ],
)
def test_same(length, size, stride, dilation, pads, output):
    window = Window((size,), (stride,), "same", (dilation,))
    assert window.pads((length,)) == (pads,)
    assert window.output((length,)) == (output,)


def test_valid_and_explicit():
    assert Window((3, 2), (1, 2)).output((7, 7)) == (5, 3)
    assert Window((3, 2), (1, 2), ((2, 0), (1, 1))).output((7, 7)) == (7, 4)


def test_pad_and_crop():
    x = np.arange(6.0).reshape(1, 6, 1)
    window = Window((4,), (1,), "same")
    padded = window.pad(x, -1.0)
    assert padded.ravel().tolist() == [-1, 0, 1, 2, 3, 4, 5, -1, -1]
    np.testing.assert_array_equal(window.crop(padded, (6,)), x)
    assert Window((4,), (1,)).pad(x) is x


@pytest.mark.parametrize(("batch", "rows", "budget"), [(5, 4, 100), (3, 10, 45), (2, 3, 1), (0, 3, 10)])
def test_blocks_cover_once(batch, rows, budget):
    seen = np.zeros((batch, rows), int)
    for part in blocks(batch, rows, 10, budget):
        seen[part] += 1
        assert seen[part].size == 1 or seen[part].size * 10 <= budget
    assert (seen == 1).all()
