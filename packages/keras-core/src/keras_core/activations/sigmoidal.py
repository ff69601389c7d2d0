"""Activations shaped like an S, and the gates made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.ops.logits import with_logits

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def sigmoid(x: Tensor) -> Tensor:
    """``1 / (1 + exp(-x))``, between 0 and 1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.sigmoid(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.2689, 0.5, 0.8807]
    """
    return with_logits(ops.sigmoid(x), "sigmoid", x)


def log_sigmoid(x: Tensor) -> Tensor:
    """Logarithm of the sigmoid, computed without overflow.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.log_sigmoid(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-1.3132, -0.6931, -0.1269]
    """
    return ops.log_sigmoid(x)


def hard_sigmoid(x: Tensor) -> Tensor:
    """Sigmoid by three straight lines: ``clip(x / 6 + 1/2, 0, 1)``, as in Keras 3.

    Keras 2 used the steeper ``clip(0.2 * x + 0.5, 0, 1)``. For weights trained there write
    ``lambda x: ops.clip(0.2 * x + 0.5, 0, 1)``.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.hard_sigmoid(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.3333, 0.5, 0.8333]
    """
    return ops.hard_sigmoid(x)


def sparse_sigmoid(x: Tensor) -> Tensor:
    """``clip((x + 1) / 2, 0, 1)``: exactly 0 below -1 and exactly 1 above 1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.sparse_sigmoid(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [0.0, 0.5, 1.0]
    """
    return ops.sparse_sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent, between -1 and 1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.tanh(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.7615, 0.0, 0.9640]
    """
    return ops.tanh(x)


def hard_tanh(x: Tensor) -> Tensor:
    """``clip(x, -1, 1)``.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.hard_tanh(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-1.0, 0.0, 1.0]
    """
    return ops.hard_tanh(x)


def softsign(x: Tensor) -> Tensor:
    """``x / (1 + |x|)``, between -1 and 1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.softsign(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.5, 0.0, 0.6666]
    """
    return ops.softsign(x)


def silu(x: Tensor) -> Tensor:
    """``x * sigmoid(x)``; its other name is `swish`.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.silu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.2689, 0.0, 1.7615]

    Reference: Ramachandran et al., 2017, https://arxiv.org/abs/1710.05941
    """
    return ops.silu(x)


def hard_silu(x: Tensor) -> Tensor:
    """``x * hard_sigmoid(x)``; its other name is `hard_swish`.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.hard_silu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.3333, 0.0, 1.6666]

    Reference: Howard et al., 2019, https://arxiv.org/abs/1905.02244
    """
    return ops.hard_silu(x)


def gelu(x: Tensor, approximate: bool = False) -> Tensor:
    """``x * P(X <= x)`` for a standard normal X; `approximate` uses a tanh formula.

    Args:
        x: tensor.
        approximate: whether to use the tanh formula. Defaults to False.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.gelu(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.1586, 0.0, 1.9544]

    Reference: Hendrycks and Gimpel, 2016, https://arxiv.org/abs/1606.08415
    """
    return ops.gelu(x, approximate)


def mish(x: Tensor) -> Tensor:
    """``x * tanh(softplus(x))``.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.mish(ops.convert_to_tensor([-1.0, 0.0, 2.0]))).tolist()
        [-0.3034, 0.0, 1.9439]

    Reference: Misra, 2019, https://arxiv.org/abs/1908.08681
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


def glu(x: Tensor, axis: int = -1) -> Tensor:
    """Halves `x` along `axis` into a and b (its size must be even) and gives ``a * sigmoid(b)``.

    Args:
        x: tensor.
        axis: axis to halve, of even size. Defaults to -1.

    Example:
        >>> from keras_core import activations, ops
        >>> ops.convert_to_numpy(activations.glu(ops.convert_to_tensor([2.0, 0.0]))).tolist()
        [1.0]

    Reference: Dauphin et al., 2017, https://arxiv.org/abs/1612.08083
    """
    return ops.glu(x, axis)


swish = silu
hard_swish = hard_silu
