import numpy as np
import pytest
from color_layer_contract import ColorLayerContract
from keras_preprocessing.layers import ContrastLimitedAdaptiveHistogramEqualization


class TestContrastLimitedAdaptiveHistogramEqualization(ColorLayerContract):
    layer = ContrastLimitedAdaptiveHistogramEqualization
    arguments = {"tile_grid_size": (3, 2), "clip_limit": 40.0}
    always = True
    tolerance = 1e-2

    def reference(self, images, drawn):
        expected = np.empty_like(images)
        for picture, channel in np.ndindex(images.shape[0], images.shape[-1]):
            expected[picture, ..., channel] = one_channel(images[picture, ..., channel].astype(int), (3, 2), 40.0)
        return expected


def one_channel(values, tiles, limit):
    """Each pixel by the tables of the tiles around it, pixel by pixel."""
    height, width = values.shape
    high, wide = -(-height // tiles[0]), -(-width // tiles[1])
    whole = np.pad(values, ((0, high * tiles[0] - height), (0, wide * tiles[1] - width)), "symmetric")
    tables = {}
    for row, column in np.ndindex(*tiles):
        part = whole[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
        bars = np.bincount(part.ravel(), minlength=256).astype(float)
        most = limit * part.size / 256
        excess = np.maximum(bars - most, 0).sum()
        reached = np.cumsum(np.minimum(bars, most) + excess / 256)
        tables[row, column] = np.clip((reached - reached[0]) / (part.size - reached[0]) * 255, 0, 255)
    found = np.zeros((height, width))
    for y, x in np.ndindex(height, width):
        v, u = y / high - 0.5, x / wide - 0.5
        for row, by_row in ((np.floor(v), 1 - v % 1), (np.floor(v) + 1, v % 1)):
            for column, by_column in ((np.floor(u), 1 - u % 1), (np.floor(u) + 1, u % 1)):
                tile = (int(np.clip(row, 0, tiles[0] - 1)), int(np.clip(column, 0, tiles[1] - 1)))
                found[y, x] += tables[tile][values[y, x]] * by_row * by_column
    return found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tile_grid_size": (0, 2)}, "tile_grid_size must be two positive ints"),
        ({"clip_limit": -1.0}, "clip_limit must not be negative"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        ContrastLimitedAdaptiveHistogramEqualization(**options)
