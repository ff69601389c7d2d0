"""AdamW: Adam with decoupled weight decay."""

from __future__ import annotations

from typing import Any

from keras_optimizers.adam import Adam


class AdamW(Adam):
    """Adam whose every step also shrinks the weights by `learning_rate * weight_decay`.

    Args:
        learning_rate: a number, a schedule or a function without arguments.
        weight_decay: how fast the weights shrink; required.
        beta_1, beta_2, epsilon, amsgrad: as for `Adam`.
        kwargs: what every optimizer takes, see `keras.optimizers.Optimizer`.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **kwargs: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError("AdamW: weight_decay must be a number; for none use Adam.")
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **kwargs)
