"""What iterators ask of the object that changes their pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np


class ChangesPictures(Protocol):
    """Changes pictures at random and standardizes them."""

    @property
    def validation_split(self) -> float:
        """The part of the data that is for validation."""

    def changed(
        self, batch: np.ndarray, seeds: Sequence[int | None], pictures: Sequence[np.ndarray] | None = None
    ) -> np.ndarray:
        """Pictures in a batch, which is overwritten, each changed by its seed."""
