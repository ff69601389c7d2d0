"""ZeroPadding1D: lengthens sequences by zeros."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_zero_padding import BaseZeroPadding


class ZeroPadding1D(BaseZeroPadding):
    """Adds zeros before and behind sequences.

    Args:
        padding: number of zeros at each end, or a pair (before, behind).
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, time, channels)``, or channels second.
    """

    rank = 1

    def __init__(self, padding: int | tuple[int, int] = 1, data_format: str | None = None, **kwargs: Any) -> None:
        both = (padding,) if isinstance(padding, (list, tuple)) else padding
        super().__init__(both, data_format, **kwargs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding[0]}
