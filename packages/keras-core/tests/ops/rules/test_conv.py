"""Shapes of convolutions and pooling."""

import pytest
from keras_core import Spec
from keras_core.ops.rules import conv as conv_rules


@pytest.mark.parametrize(
    "padding, strides, dilation, expected",
    [("valid", 1, 1, 6), ("same", 1, 1, 8), ("same", 3, 1, 3), ("valid", 1, 2, 4)],
)
def test_conv(padding, strides, dilation, expected):
    found = conv_rules.conv(Spec((None, 8, 2)), Spec((3, 2, 5)), strides, padding, "channels_last", dilation)
    assert found == Spec((None, expected, 5))


def test_channels_first_and_groups():
    found = conv_rules.conv(Spec((1, 4, 8)), Spec((3, 2, 6)), 1, "same", "channels_first", 1)
    assert found == Spec((1, 6, 8))


def test_a_kernel_for_other_channels_is_refused():
    with pytest.raises(ValueError, match="channels"):
        conv_rules.conv(Spec((1, 8, 3)), Spec((3, 2, 5)), 1, "same", "channels_last", 1)


def test_pool():
    assert conv_rules.pool(Spec((None, 8, 6, 2)), 2, None, "valid", "channels_last") == Spec((None, 4, 3, 2))
