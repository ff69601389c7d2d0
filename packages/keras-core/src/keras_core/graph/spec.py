"""Shape and dtype of a tensor that need not exist yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_core.typing import Shape


@dataclass(frozen=True, slots=True)
class Spec:
    """What is known of a tensor: its shape (None where unknown) and dtype name.

    Args:
        shape: tuple of sizes, None where unknown.
        dtype: dtype name. Defaults to "float32".
    """

    shape: Shape
    dtype: str = "float32"

    @property
    def ndim(self) -> int:
        return len(self.shape)
