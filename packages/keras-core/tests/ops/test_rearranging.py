"""Patterns of axes, against transpose and reshape."""

import numpy as np
import pytest
from keras_core import KerasTensor, ops

X = np.arange(24).reshape(2, 3, 4).astype("int32")


@pytest.mark.parametrize(
    "pattern, lengths, expected",
    [
        ("a b c -> c a b", {}, X.transpose(2, 0, 1)),
        ("a b c -> (a b) c", {}, X.reshape(6, 4)),
        ("a b c -> a (c b)", {}, X.transpose(0, 2, 1).reshape(2, 12)),
        ("a b (c d) -> d a b c", {"c": 2}, X.reshape(2, 3, 2, 2).transpose(3, 0, 1, 2)),
        ("a b (c d)->a d (b c)", {"d": 2}, X.reshape(2, 3, 2, 2).transpose(0, 3, 1, 2).reshape(2, 2, 6)),
        ("... c -> c ...", {}, X.transpose(2, 0, 1)),
        ("a ... -> (...) a", {}, X.transpose(1, 2, 0).reshape(12, 2)),
        ("a b c -> a 1 b () c", {}, X.reshape(2, 1, 3, 1, 4)),
    ],
)
def test_patterns(pattern, lengths, expected):
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.rearrange(X, pattern, **lengths)), expected)


def test_unknown_sizes():
    assert ops.rearrange(KerasTensor((None, 6, 2)), "b (h w) c -> b c h w", h=3).shape == (None, 2, 3, 2)


@pytest.mark.parametrize(
    "pattern, lengths, message",
    [
        ("a b c", {}, "expected two sides"),
        ("a b -> b a", {}, "which has 2 axes"),
        ("a b c -> a b", {}, "each name once on each side"),
        ("a b (c d) -> a b c d", {}, "all but one of c, d"),
        ("a b (c d) -> a b c d", {"c": 3}, r"length 4 for \(c d\)"),
        ("a b c -> a b c", {"d": 3}, "lengths of d"),
        ("a (b (c)) d -> a b c d", {}, "cannot be read"),
    ],
)
def test_errors(pattern, lengths, message):
    with pytest.raises(ValueError, match=message):
        ops.rearrange(X, pattern, **lengths)
