"""Python operators for Variable and KerasTensor, by the ops of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.ops.table import find

if TYPE_CHECKING:
    from collections.abc import Callable


def _binary(name: str) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        return find(name)(self, other)

    return operator


def _reflected(name: str) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        return find(name)(other, self)

    return operator


def _unary(name: str) -> Callable[[Any], Any]:
    def operator(self: Any) -> Any:
        return find(name)(self)

    return operator


class TensorOperators:
    """Arithmetic, comparison and indexing. ``==`` stays identity: use ``ops.equal``."""

    __array_priority__ = 100  # NumPy arrays on the left leave the operation to us

    __add__, __radd__ = _binary("add"), _reflected("add")
    __sub__, __rsub__ = _binary("subtract"), _reflected("subtract")
    __mul__, __rmul__ = _binary("multiply"), _reflected("multiply")
    __truediv__, __rtruediv__ = _binary("true_divide"), _reflected("true_divide")
    __div__, __rdiv__ = _binary("true_divide"), _reflected("true_divide")
    __floordiv__, __rfloordiv__ = _binary("floor_divide"), _reflected("floor_divide")
    __mod__, __rmod__ = _binary("mod"), _reflected("mod")
    __pow__, __rpow__ = _binary("power"), _reflected("power")
    __matmul__, __rmatmul__ = _binary("matmul"), _reflected("matmul")
    __and__, __rand__ = _binary("logical_and"), _reflected("logical_and")
    __or__, __ror__ = _binary("logical_or"), _reflected("logical_or")
    __xor__, __rxor__ = _binary("logical_xor"), _reflected("logical_xor")
    __lt__, __le__ = _binary("less"), _binary("less_equal")
    __gt__, __ge__ = _binary("greater"), _binary("greater_equal")
    __neg__, __abs__, __invert__ = _unary("negative"), _unary("absolute"), _unary("logical_not")

    def __getitem__(self, key: Any) -> Any:
        return find("getitem")(self, key)

    def __iter__(self) -> Any:
        shape = self.shape  # type: ignore[attr-defined]
        if not shape or shape[0] is None:
            raise TypeError(f"Cannot iterate over {self!r}: the size of its first axis is not known.")
        return (self[i] for i in range(shape[0]))
