"""UpSampling1D: repeats time steps."""

from __future__ import annotations

from typing import Any

from keras_layers.old_names import old_names
from keras_layers.reshaping.base_up_sampling import BaseUpSampling


class UpSampling1D(BaseUpSampling):
    """Repeats each time step.

    Args:
        size: how many times.

    Inputs have shape ``(batch, time, channels)``.
    """

    rank = 1

    @old_names(keras1={"length": "size"})
    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(size, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "size": self.size[0]}
        del config["data_format"]
        return config
