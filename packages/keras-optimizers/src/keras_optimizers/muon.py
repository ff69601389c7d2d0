"""Muon: steps of matrices are made orthogonal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from keras_core import Variable, ops

from keras_optimizers.adam import Adam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DecayRate, Tensor


class Muon(Adam):
    """Muon: the momentum of each matrix, made orthogonal by a Newton-Schulz iteration; everything else by AdamW.

    ``m = momentum * m + g``; the direction is ``g + momentum * m`` with `nesterov`, else ``m``. Divided by its norm, it
    goes through `ns_steps` times ``x = a * x + (b * y + c * y @ y) @ x`` with ``y = x @ x.T``, which brings all its
    singular values near 1. It is scaled by ``rms_rate * sqrt(max(rows, columns))``, so that its elements are about as
    large as those of Adam's steps, or without `rms_rate` by ``sqrt(max(1, rows / columns))``, and multiplied by the
    learning rate.

    Adam's steps are for variables that are no matrices, for those that `exclude_embeddings` and `exclude_layers` name,
    among which the last layer should be.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        adam_beta_1: Adam's decay rate of the moving average of gradients, in [0, 1). Defaults to 0.9.
        adam_beta_2: Adam's decay rate of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        adam_weight_decay: weight decay of the variables that Adam's steps are for. Defaults to 0.004.
        epsilon: small number that keeps Adam's division finite; None takes `keras.config.epsilon()`. Defaults to 1e-07.
        weight_decay: weight decay of matrices. Defaults to 0.004.
        exclude_layers: regular expressions; a variable whose path contains a match has Adam's steps. Defaults to None.
        exclude_embeddings: whether variables with "embedding" in their path have Adam's steps. Defaults to True.
        muon_a: coefficient ``a`` of the iteration. Defaults to 3.4445.
        muon_b: coefficient ``b`` of the iteration. Defaults to -4.775.
        muon_c: coefficient ``c`` of the iteration. Defaults to 2.0315.
        adam_lr_ratio: what the learning rate is multiplied by in Adam's steps. Defaults to 1.
        momentum: what the momentum keeps from step to step, in [0, 1). Defaults to 0.95.
        ns_steps: number of iterations. Defaults to 5.
        nesterov: whether to take Nesterov's momentum. Defaults to True.
        rms_rate: size of the steps of matrices relative to the learning rate, or None. Defaults to 0.2.
        **kwargs: the other arguments of every optimizer, see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Muon
        >>> w = Variable([[1.0, 0.0], [0.0, 1.0]])
        >>> Muon(0.1, weight_decay=None).apply([[[3.0, 0.0], [0.0, 0.1]]], [w])
        >>> bool((w.numpy().diagonal() < 0.99).all())
        True

    Reference: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024,
        https://kellerjordan.github.io/posts/muon; `rms_rate` and weight decay: Liu et al., "Muon is Scalable for LLM
        Training", 2025, https://arxiv.org/abs/2502.16982
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: DecayRate = 0.9,
        adam_beta_2: DecayRate = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float | None = 1e-7,
        weight_decay: float | None = 0.004,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: DecayRate = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, adam_beta_1, adam_beta_2, epsilon, weight_decay=weight_decay, **kwargs)
        self.adam_weight_decay = adam_weight_decay
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    @property
    def adam_beta_1(self) -> float:
        """Adam's decay rate of the moving average of gradients."""
        return self.beta_1

    @adam_beta_1.setter
    def adam_beta_1(self, value: float) -> None:
        self.beta_1 = value

    @property
    def adam_beta_2(self) -> float:
        """Adam's decay rate of the moving average of squared gradients."""
        return self.beta_2

    @adam_beta_2.setter
    def adam_beta_2(self, value: float) -> None:
        self.beta_2 = value

    def _is_matrix(self, variable: Variable) -> bool:
        path = variable.path
        if len(variable.shape) != 2 or (self.exclude_embeddings and "embedding" in path.lower()):
            return False
        return not any(re.search(pattern, path) for pattern in self.exclude_layers)

    def weight_decay_of(self, variable: Variable) -> float | None:
        """That of matrices, or of what has Adam's steps."""
        if not self._use_weight_decay(variable):
            return None
        return self.weight_decay if self._is_matrix(variable) else self.adam_weight_decay

    def make_slots(self, variables: list[Variable]) -> None:
        for variable in variables:
            first = self.add_variable_from_reference(variable, "momentum")
            self._first_moments.append(first)
            # Matrices have no second moment: the first one only keeps its place in the list.
            matrix = self._is_matrix(variable)
            self._second_moments.append(first if matrix else self.add_variable_from_reference(variable, "velocity"))

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        if not self._is_matrix(variable):
            super().update_step(gradient, variable, ops.multiply(learning_rate, self.adam_lr_ratio))
            return
        average = self._first_moments[self._get_variable_index(variable)]
        moved = ops.add(ops.multiply(average, self.momentum), gradient)
        self.assign(average, moved)
        direction = ops.add(gradient, ops.multiply(moved, self.momentum)) if self.nesterov else moved
        rows, columns = variable.shape
        if self.rms_rate is None:
            scale = max(1.0, rows / columns) ** 0.5
        else:
            scale = self.rms_rate * max(rows, columns) ** 0.5
        rate = ops.multiply(ops.cast(learning_rate, variable.dtype), scale)
        self.assign_sub(variable, ops.multiply(self._orthogonal(direction, rows > columns), rate))

    def _orthogonal(self, x: Tensor, tall: bool) -> Tensor:
        """About ``u @ v.T`` of the singular value decomposition ``u @ s @ v.T`` of a matrix."""
        x = ops.transpose(x) if tall else x
        x = ops.divide(x, ops.add(ops.sqrt(ops.sum(ops.square(x))), 1e-7))
        for _ in range(self.ns_steps):
            square = ops.matmul(x, ops.transpose(x))
            powers = ops.add(ops.multiply(square, self.muon_b), ops.multiply(ops.matmul(square, square), self.muon_c))
            x = ops.add(ops.multiply(x, self.muon_a), ops.matmul(powers, x))
        return ops.transpose(x) if tall else x

    def get_config(self) -> dict[str, Any]:
        found = super().get_config()
        found |= {"adam_beta_1": found.pop("beta_1"), "adam_beta_2": found.pop("beta_2")}
        del found["amsgrad"]
        own = (
            "adam_weight_decay",
            "exclude_layers",
            "exclude_embeddings",
            "muon_a",
            "muon_b",
            "muon_c",
            "adam_lr_ratio",
            "momentum",
            "ns_steps",
            "nesterov",
            "rms_rate",
        )
        return found | {name: getattr(self, name) for name in own}
