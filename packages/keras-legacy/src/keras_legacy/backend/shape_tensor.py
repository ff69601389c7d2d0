"""What `K.shape` returns: the sizes of a tensor, which compute as the tensor of them would."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor


class ShapeTensor(tuple[Any, ...]):
    """Sizes of axes: ints where they are known, scalar tensors elsewhere.

    Arithmetic is that of a tensor of one axis, as in Keras 2: `K.shape(x)[1:3] * 2` doubles them. Known ones stay ints.
    As a sequence it may be unpacked, indexed and be part of a shape.

    Example:
        >>> sizes = ShapeTensor((2, 3, 5))
        >>> sizes[1:] * 32, sizes[0]
        ((96, 160), 2)
    """

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return ShapeTensor(found) if isinstance(key, slice) else found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(list(self), dtype or "int32")

    def _combined(self, other: Any, plain: Callable[[Any, Any], Any], op: Callable[..., Tensor], swap: bool) -> Any:
        if _is_known(self) and _is_known(other):
            pair = (np.array(list(self)), np.asarray(other))
            found = plain(*(pair[::-1] if swap else pair))
            return ShapeTensor(found.tolist()) if found.dtype.kind == "i" else found
        own = ops.stack(list(self))
        return op(other, own) if swap else op(own, other)

    def __add__(self, other: Any) -> Any:
        return self._combined(other, operator.add, ops.add, False)

    def __radd__(self, other: Any) -> Any:
        return self._combined(other, operator.add, ops.add, True)

    def __sub__(self, other: Any) -> Any:
        return self._combined(other, operator.sub, ops.subtract, False)

    def __rsub__(self, other: Any) -> Any:
        return self._combined(other, operator.sub, ops.subtract, True)

    def __mul__(self, other: Any) -> Any:
        return self._combined(other, operator.mul, ops.multiply, False)

    def __rmul__(self, other: Any) -> Any:
        return self._combined(other, operator.mul, ops.multiply, True)

    def __truediv__(self, other: Any) -> Any:
        return self._combined(other, operator.truediv, ops.true_divide, False)

    def __rtruediv__(self, other: Any) -> Any:
        return self._combined(other, operator.truediv, ops.true_divide, True)

    def __floordiv__(self, other: Any) -> Any:
        return self._combined(other, operator.floordiv, ops.floor_divide, False)

    def __mod__(self, other: Any) -> Any:
        return self._combined(other, operator.mod, ops.mod, False)


def _is_known(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_known, value))
    return isinstance(value, (int, float, np.number, np.ndarray))
