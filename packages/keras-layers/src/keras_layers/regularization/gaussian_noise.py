"""GaussianNoise: additive Gaussian noise in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, random

from keras_layers.checks import describe
from keras_layers.old_names import old_names
from keras_layers.regularization.base_noise import BaseNoise

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class GaussianNoise(BaseNoise):
    """Adds Gaussian noise of mean 0 in training.

    Args:
        stddev: standard deviation of the noise, at least 0.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: whether to apply it; otherwise the input is returned.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `stddev` is not a number of at least 0.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GaussianNoise
        >>> np.asarray(GaussianNoise(0.1)(np.ones((1, 2), "float32"))).tolist()
        [[1.0, 1.0]]
    """

    @old_names(keras1={"sigma": "stddev"})
    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        if not isinstance(stddev, (int, float)) or stddev < 0:
            raise ValueError(f"{describe(self)}: stddev must be a number of at least 0, got {stddev!r}.")
        self.stddev = stddev

    def _strength(self) -> float:
        return self.stddev

    def _perturb(self, inputs: Tensor) -> Tensor:
        noise = random.normal(ops.shape(inputs), stddev=self.stddev, dtype=self.compute_dtype, seed=self.seed_generator)
        return ops.add(inputs, noise)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}
