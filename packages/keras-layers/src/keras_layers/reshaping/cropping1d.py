"""Cropping1D: shortens sequences."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_cropping import BaseCropping


class Cropping1D(BaseCropping):
    """Cuts steps off both ends of sequences.

    Args:
        cropping: number of steps at each end, or a pair (at the start, at the end).

    Inputs have shape ``(batch, time, channels)``.
    """

    rank = 1

    def __init__(self, cropping: int | tuple[int, int] = (1, 1), **kwargs: Any) -> None:
        both = (cropping,) if isinstance(cropping, (list, tuple)) else cropping
        super().__init__(both, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "cropping": self.cropping[0]}
        del config["data_format"]
        return config
