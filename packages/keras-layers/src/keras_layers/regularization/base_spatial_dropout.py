"""Base of the spatial dropout layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec

from keras_layers.checks import data_format as checked_data_format
from keras_layers.old_names import DIM_ORDERING, old_names
from keras_layers.regularization.dropout import P_IS_RATE, Dropout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class BaseSpatialDropout(Dropout):
    """Dropout of whole channels: `rank` spatial axes share one mask."""

    rank: int

    @old_names(keras1={**P_IS_RATE, **DIM_ORDERING})
    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        self.data_format = checked_data_format(self, data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _noise_shape(self, inputs: Tensor) -> Sequence[int | None]:
        ones = (1,) * self.rank
        return (None, None, *ones) if self.data_format == "channels_first" else (None, *ones, None)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "data_format": self.data_format}
        del config["noise_shape"]
        if self.trainable:  # upstream's layer does not take it
            del config["trainable"]
        return config
