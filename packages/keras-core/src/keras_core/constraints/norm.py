"""Constraints on the sign and the length of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.constraints.constraint import Constraint
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class NonNeg(Constraint):
    """Replaces negative weights by 0.

    Example:
        >>> import numpy as np
        >>> from keras_core import constraints, ops
        >>> ops.convert_to_numpy(constraints.NonNeg()(np.array([[3.0], [-4.0]], "float32"))).tolist()
        [[3.0], [0.0]]
    """

    def __call__(self, w: Tensor) -> Tensor:
        return ops.maximum(w, 0)


class _NormConstraint(Constraint):
    """Scales vectors to another length; a subclass says which.

    `axis` (an int or several) are the axes that one vector extends over: 0 for the incoming weights
    of each unit of a Dense kernel (input, output), ``[0, 1, 2]`` for each filter of a Conv2D.
    """

    axis: int | Sequence[int]

    def _scaled(self, w: Tensor, norms: Tensor, wanted: Tensor | float) -> Tensor:
        return ops.multiply(w, ops.divide(wanted, ops.add(norms, config.epsilon())))

    def _norms(self, w: Tensor) -> Tensor:
        axis = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


class MaxNorm(_NormConstraint):
    """Shortens vectors that are longer than `max_value`.

    Args:
        max_value: greatest length. Defaults to 2.
        axis: axis, or axes, that one vector extends over; 0 for a Dense kernel. Defaults to 0.

    Example:
        >>> import numpy as np
        >>> from keras_core import constraints, ops
        >>> ops.convert_to_numpy(constraints.MaxNorm(2.0)(np.array([[3.0], [-4.0]], "float32"))).tolist()
        [[1.2000], [-1.6000]]

    Reference: Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html
    """

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        self.max_value = max_value
        self.axis = listed(axis)

    def __call__(self, w: Tensor) -> Tensor:
        norms = self._norms(w)
        return self._scaled(w, norms, ops.clip(norms, 0, self.max_value))

    def get_config(self) -> dict[str, Any]:
        """Length and axes."""
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(_NormConstraint):
    """Makes every vector one long.

    Args:
        axis: axis, or axes, that one vector extends over; 0 for a Dense kernel. Defaults to 0.

    Example:
        >>> import numpy as np
        >>> from keras_core import constraints, ops
        >>> ops.convert_to_numpy(constraints.UnitNorm()(np.array([[3.0], [-4.0]], "float32"))).tolist()
        [[0.6000], [-0.8000]]
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = listed(axis)

    def __call__(self, w: Tensor) -> Tensor:
        return self._scaled(w, self._norms(w), 1.0)

    def get_config(self) -> dict[str, Any]:
        """The axes."""
        return {"axis": self.axis}


class MinMaxNorm(_NormConstraint):
    """Brings the length of vectors towards an interval.

    Args:
        min_value: least length. Defaults to 0.0.
        max_value: greatest length. Defaults to 1.0.
        rate: how much of the way is gone at each step; 1 goes all of it. Defaults to 1.0.
        axis: axis, or axes, that one vector extends over; 0 for a Dense kernel. Defaults to 0.

    Example:
        >>> import numpy as np
        >>> from keras_core import constraints, ops
        >>> ops.convert_to_numpy(constraints.MinMaxNorm(0.0, 1.0)(np.array([[3.0], [-4.0]], "float32"))).tolist()
        [[0.6000], [-0.8000]]
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = listed(axis)

    def __call__(self, w: Tensor) -> Tensor:
        norms = self._norms(w)
        inside = ops.clip(norms, self.min_value, self.max_value)
        wanted = ops.add(ops.multiply(inside, self.rate), ops.multiply(norms, 1 - self.rate))
        return self._scaled(w, norms, wanted)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


maxnorm = max_norm = MaxNorm
nonneg = non_neg = NonNeg
unitnorm = unit_norm = UnitNorm
min_max_norm = MinMaxNorm
