"""How a kernel or a pool slides over the spatial axes of a channels-last batch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import dilated_size, same_padding
from numpy.lib.stride_tricks import as_strided

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = np.ndarray[Any, np.dtype[Any]]
Pads = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Window:
    """Size and movement of a window, with one entry per spatial axis.

    Args:
        size: extent of the kernel or pool.
        strides: step between two neighbouring outputs.
        padding: `"valid"`, `"same"` (output length is the input's divided by the stride, rounded
            up; the odd element goes to the end), or pairs (before, after).
        dilation: distance between neighbouring elements of the window.
    """

    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str | Pads = "valid"
    dilation: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "dilation", self.dilation or (1,) * len(self.size))

    @property
    def volume(self) -> int:
        """Number of elements of the window."""
        return int(np.prod(self.size))

    def reach(self) -> tuple[int, ...]:
        """Elements that the dilated window spans along each axis."""
        return tuple(map(dilated_size, self.size, self.dilation))

    def pads(self, sizes: tuple[int, ...]) -> Pads:
        """Padding (before, after) of each axis for inputs of spatial shape `sizes`."""
        if not isinstance(self.padding, str):
            return self.padding
        if self.padding == "valid":
            return ((0, 0),) * len(sizes)
        return tuple(map(same_padding, sizes, self.size, self.strides, self.dilation))

    def output(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """Spatial shape of the output for inputs of spatial shape `sizes`.

        Raises:
            ValueError: when the window does not fit.
        """
        lengths = tuple(
            (n + sum(pad) - r) // s + 1
            for n, pad, r, s in zip(sizes, self.pads(sizes), self.reach(), self.strides, strict=True)
        )
        if min(lengths, default=1) < 1 and min(sizes, default=1) > 0:
            raise ValueError(
                f"A window of {self.reach()} elements (size {self.size}, dilation {self.dilation}) does "
                f"not fit into the spatial shape {sizes} with padding {self.padding!r}; use a smaller "
                "window or padding='same'."
            )
        return lengths

    def pad(self, x: Array, fill: float = 0.0) -> Array:
        """The input with its padding.

        Args:
            x: (batch, *spatial, channels).
            fill: value of the padding.

        Returns:
            The padded input; `x` itself when there is no padding.
        """
        pads = self.pads(x.shape[1:-1])
        if not any(map(any, pads)):
            return x
        shape = [n + sum(pad) for n, pad in zip(x.shape[1:-1], pads, strict=True)]
        padded = np.full((x.shape[0], *shape, x.shape[-1]), fill, x.dtype)
        padded[self._inside(x.shape[1:-1])] = x
        return padded

    def crop(self, padded: Array, sizes: tuple[int, ...]) -> Array:
        """Undo `pad`.

        Args:
            padded: (batch, *padded spatial, channels).
            sizes: spatial shape of the input.
        """
        if padded.shape[1:-1] == sizes:
            return padded
        return np.ascontiguousarray(padded[self._inside(sizes)])

    def _inside(self, sizes: tuple[int, ...]) -> tuple[slice, ...]:
        pads = self.pads(sizes)
        return (slice(None), *(slice(p[0], p[0] + n) for p, n in zip(pads, sizes, strict=True)))

    def taps(self, output: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
        """The slices of a padded input that each element of the window reads.

        Args:
            output: spatial shape of the output.

        Yields:
            A slice for the batch and one for each spatial axis, for the window's elements in row-major order.
        """
        for offsets in itertools.product(*map(range, self.size)):
            yield (
                slice(None),
                *(
                    slice(o * d, o * d + (n - 1) * s + 1, s)
                    for o, d, n, s in zip(offsets, self.dilation, output, self.strides, strict=True)
                ),
            )

    def view(self, padded: Array, output: tuple[int, ...]) -> Array:
        """All windows of a padded input without a copy.

        Args:
            padded: (batch, *padded spatial, channels).
            output: spatial shape of the output.

        Returns:
            (batch, *output, *size, channels), read-only.
        """
        batch, *spatial, channels = padded.strides
        moves = tuple(a * s for a, s in zip(spatial, self.strides, strict=True))
        steps = tuple(a * d for a, d in zip(spatial, self.dilation, strict=True))
        return as_strided(
            padded,
            (padded.shape[0], *output, *self.size, padded.shape[-1]),
            (batch, *moves, *steps, channels),
            writeable=False,
        )


def blocks(batch: int, rows: int, row_bytes: int, budget: int) -> Iterator[tuple[slice, slice]]:
    """Cut a batch into contiguous parts of about a number of bytes.

    A part holds several whole examples or some rows of one.

    Args:
        batch: number of examples.
        rows: rows per example.
        row_bytes: bytes per row.
        budget: bytes per part.

    Yields:
        Slices (examples, rows).
    """
    example_bytes = max(rows * row_bytes, 1)
    if example_bytes <= budget:
        step = max(budget // example_bytes, 1)
        for start in range(0, batch, step):
            yield slice(start, min(start + step, batch)), slice(0, rows)
        return
    step = max(budget // max(row_bytes, 1), 1)
    for example in range(batch):
        for start in range(0, rows, step):
            yield slice(example, example + 1), slice(start, min(start + step, rows))
