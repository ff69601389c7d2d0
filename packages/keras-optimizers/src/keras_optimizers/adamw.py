"""AdamW: Adam with decoupled weight decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_optimizers.adam import Adam

if TYPE_CHECKING:
    from keras_core.typing import DecayRate


class AdamW(Adam):
    """Adam with decoupled weight decay: each step also subtracts ``learning_rate * weight_decay * w``.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        weight_decay: factor of the decay, a number. Defaults to 0.004.
        beta_1: decay rate of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: decay rate of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: small number that keeps the division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        amsgrad: whether to divide by the root of the largest moving average of squares so far. Defaults to False.
        **kwargs: the other arguments of every optimizer, see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if `weight_decay` is None, or an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import AdamW
        >>> w = Variable([1.0, 2.0])
        >>> AdamW(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.8996, 2.0992]

    Reference: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, https://arxiv.org/abs/1711.05101
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: DecayRate = 0.9,
        beta_2: DecayRate = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **kwargs: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError("AdamW: weight_decay must be a number; for none use Adam.")
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **kwargs)
