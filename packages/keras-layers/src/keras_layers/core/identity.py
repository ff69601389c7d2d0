"""Identity: returns its input."""

from __future__ import annotations

from typing import Any

from keras_layers.elementwise import Elementwise


class Identity(Elementwise):
    """Returns its input unchanged, of any structure; a placeholder in a model.

    Args:
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape, or any structure of them.

    Output shape:
        Same shape as the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Identity
        >>> np.asarray(Identity()(np.array([1.0, 2.0], "float32"))).tolist()
        [1.0, 2.0]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def call(self, inputs: Any) -> Any:
        return inputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return mask
