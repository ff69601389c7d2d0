import pytest
from keras_applications.blocks import channel_axis, channels_of, halving_padding, rounded_channels, spatial_sizes
from keras_core import Input


def test_axes(data_format):
    first = data_format == "channels_first"
    x = Input((7, 5, 6) if first else (5, 6, 7))
    assert (channel_axis(), channels_of(x), spatial_sizes(x)) == (1 if first else -1, 7, (5, 6))


@pytest.mark.parametrize(
    ("sizes", "kernel_size", "expected"),
    [
        ((8, 8), 3, ((0, 1), (0, 1))),
        ((9, 8), 3, ((1, 1), (0, 1))),
        ((9, 9), 5, ((2, 2), (2, 2))),
        ((8, 9), 5, ((1, 2), (2, 2))),
        ((None, None), 5, ((1, 2), (1, 2))),
        ((None, 9), 3, ((0, 1), (0, 1))),
    ],
)
def test_padding_before_sizes_are_halved(sizes, kernel_size, expected):
    assert halving_padding(Input((*sizes, 3)), kernel_size) == expected


@pytest.mark.parametrize(
    ("channels", "expected"), [(3, 8), (11.2, 16), (12, 16), (16, 16), (19, 24), (20, 24), (33.6, 32), (1792.0, 1792)]
)
def test_channels_are_multiples_of_8(channels, expected):
    assert rounded_channels(channels) == expected
