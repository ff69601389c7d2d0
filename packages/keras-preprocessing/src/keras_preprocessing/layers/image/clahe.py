"""ContrastLimitedAdaptiveHistogramEqualization: pictures with contrast in each of their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.base_color_layer import BaseColorLayer
from keras_preprocessing.layers.image.histograms import histograms, in_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


_LEVELS = 256


class ContrastLimitedAdaptiveHistogramEqualization(BaseColorLayer):
    """CLAHE: spreads values by the histograms of tiles of a picture, with training and without.

    What is above a limit in a tile's histogram is spread over all its bars, so that noise is not amplified. A pixel
    is mapped by the four nearest tiles, and the results are interpolated.

    Args:
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        clip_limit: the limit, as a multiple of a bar's mean height; 0 for none. Defaults to 4.
        tile_grid_size: number of tiles along height and width. Defaults to (8, 8).
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and of "labels", "bounding_boxes" and "segmentation_masks", which stay as
            they are.
        training: makes no difference. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input. Height and width are known.

    Raises:
        ValueError: for a range, limit or number of tiles that is none, and pictures of unknown size.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import ContrastLimitedAdaptiveHistogramEqualization
        >>> layer = ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(1, 1), clip_limit=0)
        >>> x = np.array([10.0, 20.0, 20.0, 21.0], "float32").reshape(1, 2, 2, 1)
        >>> np.asarray(layer(x)).round().ravel().tolist()
        [64.0, 191.0, 191.0, 255.0]

    Reference: Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", 1994.
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Sequence[int] = (8, 8),
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range=value_range, data_format=data_format, **kwargs)
        tiles = tuple(tile_grid_size)
        if len(tiles) != 2 or not all(isinstance(one, int) and one > 0 for one in tiles):
            raise ValueError(f"{describe(self)}: tile_grid_size must be two positive ints, got {tile_grid_size!r}.")
        if clip_limit < 0:
            raise ValueError(f"{describe(self)}: clip_limit must not be negative, got {clip_limit!r}.")
        self.clip_limit = clip_limit
        self.tile_grid_size = tiles

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        channels = self.channels_apart(images)
        sizes = ops.shape(channels)[2:]
        if not all(isinstance(size, int) for size in sizes):
            raise ValueError(f"{describe(self)} takes pictures of known height and width, got {sizes}.")
        values = ops.clip(self.whole_values(ops.cast(channels, "float32")), 0, _LEVELS - 1)
        pixels = ops.cast(values, "int32")
        tiles, lengths = self.tile_grid_size, []
        whole = pixels
        for axis, (size, count) in enumerate(zip(sizes, tiles, strict=True), 2):
            length = -(-size // count)
            lengths.append(length)
            if length * count > size:
                whole = ops.take(whole, np.pad(np.arange(size), (0, length * count - size), "symmetric"), axis=axis)
        split = ops.reshape(whole, (-1, tiles[0], lengths[0], tiles[1], lengths[1]))
        rows = ops.reshape(ops.transpose(split, (0, 1, 3, 2, 4)), (-1, lengths[0] * lengths[1]))
        table = ops.reshape(self._tables(histograms(in_rows(rows, _LEVELS), _LEVELS), lengths[0] * lengths[1]), (-1,))
        found = self._interpolated(table, ops.reshape(pixels, (-1, sizes[0] * sizes[1])), sizes, lengths)
        found = ops.reshape(ops.cast(self.scaled_back(found, 255.0), self.compute_dtype), ops.shape(channels))
        return self.channels_back(found)

    def _tables(self, bars: Tensor, number: int) -> Tensor:
        """What each value becomes in a tile."""
        if self.clip_limit:
            kept = ops.minimum(bars, self.clip_limit * number / _LEVELS)
            excess = ops.sum(ops.subtract(bars, kept), axis=1, keepdims=True)
            bars = ops.add(kept, ops.divide(excess, _LEVELS))
        reached = ops.cumsum(bars, axis=1)
        first = reached[:, :1]
        rest = ops.subtract(number, first)
        shares = ops.divide(ops.subtract(reached, first), ops.where(ops.equal(rest, 0), 1, rest))
        return ops.clip(ops.multiply(shares, 255), 0, 255)

    def _interpolated(self, table: Tensor, pixels: Tensor, sizes: Sequence[int], lengths: Sequence[int]) -> Tensor:
        """Pixels (pictures and channels, places) by the tables of the four tiles around each."""
        near = [_neighbouring(*each) for each in zip(sizes, lengths, self.tile_grid_size, strict=True)]
        places = in_rows(pixels, self.tile_grid_size[0] * self.tile_grid_size[1] * _LEVELS)
        total: Any = None
        for row, row_weight in near[0]:
            for column, column_weight in near[1]:
                tile = (row[:, None] * self.tile_grid_size[1] + column).ravel() * _LEVELS
                weight = (row_weight[:, None] * column_weight).ravel().astype("float32")
                part = ops.multiply(ops.take(table, ops.add(places, tile.astype("int32"))), weight)
                total = part if total is None else ops.add(total, part)
        return total

    def get_config(self) -> dict[str, Any]:
        mine = {"clip_limit": self.clip_limit, "tile_grid_size": self.tile_grid_size}
        return {**super().get_config(), **mine}


def _neighbouring(size: int, length: int, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each place along an axis the tile before and the tile after it, and how much each counts."""
    at = np.arange(size) / length - 0.5
    before = np.floor(at).astype(int)
    share = at - before
    return [(np.clip(before, 0, count - 1), 1 - share), (np.clip(before + 1, 0, count - 1), share)]
