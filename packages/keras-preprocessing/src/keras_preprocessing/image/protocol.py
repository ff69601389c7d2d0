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

    def changed(self, batch: np.ndarray, seeds: Sequence[int | None]) -> np.ndarray:
        """The pictures of a batch, which may be overwritten, each changed by its seed."""
