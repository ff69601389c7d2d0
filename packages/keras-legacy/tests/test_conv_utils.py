"""Sizes of axes by hand; what layers give is compared in the tests of keras."""

from __future__ import annotations

import pytest
from keras_legacy import conv_utils


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((10, 3, "valid", 1), 8),
        ((10, 3, "same", 3), 4),
        ((10, 3, "causal", 1), 10),
        ((10, 3, "full", 1), 12),
        ((10, 3, "valid", 1, 2), 6),
    ],
)
def test_forth(arguments: tuple[int, int, str, int], expected: int) -> None:
    assert conv_utils.conv_output_length(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((4, 2, 3, "same", 0), 7),
        ((4, 2, 3, "valid", 1), 10),
        ((4, 2, 3, "full", None), 5),
        ((4, 1, 3, "same", None), 4),
    ],
)
def test_back(arguments: tuple[int, int, int, str, int | None], expected: int) -> None:
    assert conv_utils.deconv_length(*arguments) == expected
