"""Penalties on the size of the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.regularizers.regularizer import Regularizer, factor

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class L1L2(Regularizer):
    """``l1 * sum(|x|) + l2 * sum(x²)``.

    Args:
        l1: factor of the absolute values.
        l2: factor of the squares.

    Example:
        >>> import numpy as np
        >>> from keras_core import regularizers
        >>> float(regularizers.L1L2(l1=1.0, l2=0.5)(np.array([1.0, -2.0])))
        5.5
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = factor(type(self).__name__, "l1", l1)
        self.l2 = factor(type(self).__name__, "l2", l2)

    def __call__(self, x: Tensor) -> Tensor:
        penalties = []
        if self.l1:
            penalties.append(ops.multiply(ops.sum(ops.absolute(x)), self.l1))
        if self.l2:
            penalties.append(ops.multiply(ops.sum(ops.square(x)), self.l2))
        if not penalties:
            return ops.zeros((), ops.convert_to_tensor(x).dtype)
        return penalties[0] if len(penalties) == 1 else ops.add(*penalties)

    def get_config(self) -> dict[str, Any]:
        """Both factors."""
        return {"l1": self.l1, "l2": self.l2}


class L1(L1L2):
    """``l1 * sum(|x|)``, which drives values to exactly zero.

    Args:
        l1: factor of the sum of absolute values. Defaults to 0.01.
        l: Keras 2's name of `l1`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import regularizers
        >>> round(float(regularizers.L1(0.1)(np.array([1.0, -2.0], "float32"))), 4)
        0.3
    """

    def __init__(self, l1: float = 0.01, *, l: float | None = None) -> None:
        super().__init__(l1=l1 if l is None else l)

    @property
    def l(self) -> float:  # noqa: E743
        """Keras 2's name of `l1`."""
        return self.l1

    def get_config(self) -> dict[str, Any]:
        """The factor."""
        return {"l1": self.l1}


class L2(L1L2):
    """``l2 * sum(x²)``, which keeps values small.

    Args:
        l2: factor of the sum of squares. Defaults to 0.01.
        l: Keras 2's name of `l2`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import regularizers
        >>> round(float(regularizers.L2(0.1)(np.array([1.0, -2.0], "float32"))), 4)
        0.5
    """

    def __init__(self, l2: float = 0.01, *, l: float | None = None) -> None:
        super().__init__(l2=l2 if l is None else l)

    @property
    def l(self) -> float:  # noqa: E743
        """Keras 2's name of `l2`."""
        return self.l2

    def get_config(self) -> dict[str, Any]:
        """The factor."""
        return {"l2": self.l2}


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """An `L1L2` whose factors are 0.01 where they are not given, as in Keras 2.

    Keras 3 leaves out the part whose factor is not given: write ``L1L2(l1=...)`` for that.

    Args:
        l1: factor of the sum of absolute values. Defaults to 0.01.
        l2: factor of the sum of squares. Defaults to 0.01.

    Example:
        >>> import numpy as np
        >>> from keras_core import regularizers
        >>> round(float(regularizers.l1_l2(0.1, 0.1)(np.array([1.0, -2.0], "float32"))), 4)
        0.8
    """
    return L1L2(l1, l2)


l1 = L1
l2 = L2
