"""What the kit's cases draw from: structure by Hypothesis, numbers by NumPy from a drawn seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

Case = Callable[["Inputs"], dict[str, Any]]


class Inputs:
    """Makes one op call's arguments.

    Args:
        draw: Hypothesis's drawing function, or anything that gives a value for a strategy.
    """

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw
        self._rng = np.random.default_rng(draw(st.integers(0, 2**16)))

    def pick(self, *options: Any) -> Any:
        """One of the options."""
        return self._draw(st.sampled_from(options))

    def size(self, low: int = 1, high: int = 4) -> int:
        """An int from low to high."""
        return int(self._draw(st.integers(low, high)))

    def shape(self, low: int = 0, high: int = 3) -> tuple[int, ...]:
        """A shape of that many axes."""
        return tuple(self.size() for _ in range(self.size(low, high)))

    def axis(self, rank: int) -> int:
        """An axis, counted from the front or the end."""
        return self.size(-rank, rank - 1)

    def axes(self, rank: int) -> Any:
        """None, an axis, or a tuple of axes."""
        chosen = self.pick("all", "one", "some")
        if chosen == "all" or rank == 0:
            return None
        if chosen == "one":
            return self.axis(rank)
        return tuple(sorted(self._draw(st.sets(st.integers(0, rank - 1), min_size=1))))

    def floats(self, shape: Sequence[int], low: float = -2.0, high: float = 2.0, dtype: str = "float32") -> Any:
        """Floats between low and high, away from multiples of a half, where functions have kinks."""
        values = self._rng.uniform(low, high, tuple(shape))
        near = np.round(values * 2) / 2
        return np.asarray(np.where(np.abs(values - near) < 0.02, values + 0.04, values), dtype)

    def ints(self, shape: Sequence[int], low: int = -5, high: int = 5, dtype: str = "int32") -> Any:
        """Ints from low to high."""
        return np.asarray(self._rng.integers(low, high + 1, tuple(shape)), dtype)

    def bools(self, shape: Sequence[int]) -> Any:
        """Truth values."""
        return np.asarray(self._rng.random(tuple(shape)) < 0.5)

    def distinct(self, shape: Sequence[int], dtype: str = "float32") -> Any:
        """Numbers that differ by at least a quarter, in random order."""
        count = int(np.prod(shape))
        return np.asarray((self._rng.permutation(count).reshape(tuple(shape)) - count / 2 + 0.3) / 4, dtype)

    def broadcastable(self, shape: Sequence[int]) -> tuple[int, ...]:
        """A shape that broadcasts to `shape`."""
        start = self.size(0, len(shape))
        return tuple(1 if self.pick(False, False, True) else n for n in shape[start:])

    def numbers(self, shape: Sequence[int], low: float = -2, high: float = 2) -> Any:
        """Floats or ints."""
        if self.pick(True, True, False):
            return self.floats(shape, low, high)
        return self.ints(shape, int(np.ceil(low)), int(np.floor(high)))

    def positive_definite(self, batch: Sequence[int], n: int) -> Any:
        """Symmetric matrices with eigenvalues above 1."""
        half = self.floats((*batch, n, n), -1, 1)
        return np.asarray(half @ np.swapaxes(half, -1, -2) + np.eye(n), "float32")

    def key(self) -> Any:
        """A key of the random ops."""
        return self.ints((2,), 0, 1000).astype("uint32")
