"""ActivityRegularization: a penalty on activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import regularizers

from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class ActivityRegularization(Elementwise):
    """Returns its input, and adds ``l1 * sum(|x|) + l2 * sum(x ** 2)``, averaged over the batch, to the loss.

    Args:
        l1: factor of the absolute values. Defaults to 0.0.
        l2: factor of the squares. Defaults to 0.0.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, ...)``

    Output shape:
        Same shape as the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ActivityRegularization
        >>> layer = ActivityRegularization(l2=0.5)
        >>> _ = layer(np.array([[2.0]], "float32"))
        >>> float(layer.losses[0])
        2.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        kwargs.pop("activity_regularizer", None)
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1 = l1
        self.l2 = l2

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "l1": self.l1, "l2": self.l2}
        config.pop("activity_regularizer", None)
        return config
