"""ELU: exponential linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class ELU(Elementwise):
    """Exponential linear unit: ``x`` where positive, else ``alpha * (exp(x) - 1)``.

    Args:
        alpha: scale of the negative part; the output approaches ``-alpha`` for very negative inputs. Defaults to 1.0.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ELU
        >>> np.asarray(ELU()(np.array([[-100.0, 2.0]], "float32"))).tolist()
        [[-1.0, 2.0]]

    Reference: Clevert et al., 2016, https://arxiv.org/abs/1511.07289
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = float(alpha)

    def call(self, inputs: Tensor) -> Tensor:
        return ops.elu(inputs, self.alpha)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}
