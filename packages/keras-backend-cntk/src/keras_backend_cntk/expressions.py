"""Expressions in functions of CNTK: what ops are lowered to, and what the worker builds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOATS = ("float32", "float64")
"""The dtypes that CNTK computes in. Integers and bools are float32 inside of its functions."""

LARGEST_INDEX = 2**24
"""Integers up to this are exact in float32."""


MOST_AXES = 5
"""Its tensors may have more, but not all of its functions move that many."""


_ELEMENTWISE = frozenset(
    ["plus", "minus", "element_times", "element_divide", "element_max", "element_min", "relu", "sigmoid", "tanh"]
)
"""What is as good before a change of layout as behind it."""


class Unsupported(Exception):
    """An op, or arguments of it, that functions of CNTK do not have."""


class Expr:
    """A call of a function of CNTK.

    Args:
        op: "input", "constant", "user" (an op that NumPy computes), or what the worker knows by that name.
        args: its operands.
        shape: all sizes, which are known.
        dtype: the dtype that the value has in Keras.
        params: its other arguments, as JSON has them.
        array: the array of a constant.
    """

    __slots__ = ("args", "array", "dtype", "op", "params", "shape")

    def __init__(
        self,
        op: str,
        args: Sequence[Expr],
        shape: Sequence[int],
        dtype: str,
        params: dict[str, Any] | None = None,
        array: np.ndarray | None = None,
    ) -> None:
        self.op = op
        self.args = tuple(args)
        self.shape = tuple(int(size) for size in shape)
        self.dtype = dtype
        self.params = params or {}
        self.array = array
        if 0 in self.shape:
            raise Unsupported("CNTK has no tensors without elements")

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def precision(self) -> str:
        """The dtype in which CNTK holds it."""
        return held_in(self.dtype)


def held_in(dtype: str) -> str:
    """The dtype in which CNTK holds values of a dtype of Keras.

    Raises:
        Unsupported: for a dtype that it has no place for.
    """
    if dtype in FLOATS:
        return dtype
    if dtypes.is_int(dtype) or dtype == "bool":
        return "float32"
    raise Unsupported(f"CNTK has no {dtype}")


def constant(value: Any, dtype: str = "float32") -> Expr:
    """An array or number as it stands in a graph."""
    array = np.asarray(value, held_in(dtype))
    return Expr("constant", (), array.shape, dtype, array=array)


def call(op: str, *args: Expr, shape: Sequence[int] | None = None, dtype: str | None = None, **params: Any) -> Expr:
    """A function of CNTK of operands that are broadcast, unless `shape` says what it gives.

    All its operands have one dtype in CNTK, which is that of its result, too.
    """
    if shape is None:
        shape = np.broadcast_shapes(*(arg.shape for arg in args))
    name = args[0].dtype if dtype is None else dtype
    if all(arg.precision == "float32" for arg in args):
        return Expr(op, args, shape, name, params)
    wide = [arg if arg.precision == "float64" else Expr("cast", (arg,), arg.shape, "float64") for arg in args]
    if held_in(name) == "float64":
        return Expr(op, wide, shape, name, params)
    return Expr("cast", (Expr(op, wide, shape, "float64", params),), shape, name)  # a bool, an index


def number(value: Any, like: Expr) -> Expr:
    """A number in the dtype of another expression."""
    return constant(value, like.dtype)


def reshaped(x: Expr, shape: Sequence[int]) -> Expr:
    """`x` in another shape of as many elements."""
    shape = tuple(int(size) for size in shape)
    if shape == x.shape:
        return x
    if x.op == "reshape":
        x = x.args[0]
        if shape == x.shape:
            return x
    if x.array is not None:
        return Expr("constant", (), shape, x.dtype, array=x.array.reshape(shape))
    return call("reshape", x, shape=shape, sizes=list(shape))


def transposed(x: Expr, axes: Sequence[int]) -> Expr:
    """`x` with its axes in another order; `moved` says by which functions."""
    axes = tuple(int(axis) % x.ndim for axis in axes)
    if axes == tuple(range(x.ndim)):
        return x
    if x.op == "permute":
        inner = x.params["axes"]
        return transposed(x.args[0], [inner[axis] for axis in axes])
    shape = [x.shape[axis] for axis in axes]
    if x.op in _ELEMENTWISE and all(_turns_easily(arg, x, axes) for arg in x.args):
        args = [transposed(reshaped(arg, (1,) * (x.ndim - arg.ndim) + arg.shape), axes) for arg in x.args]
        return Expr(x.op, args, shape, x.dtype, x.params)
    return Expr("permute", (x,), shape, x.dtype, {"axes": axes})


def _turns_easily(arg: Expr, x: Expr, axes: Sequence[int]) -> bool:
    """Whether an operand of `x` is as well there with its axes in that order: layouts of convolutions meet so."""
    if arg.size * 8 <= x.size:
        return True
    if arg.op == "permute" and arg.ndim == len(axes):
        return [arg.params["axes"][axis] for axis in axes] == list(range(len(axes)))
    return arg.op in _ELEMENTWISE and arg.ndim == len(axes) and all(_turns_easily(one, x, axes) for one in arg.args)


def moved(x: Expr) -> Expr:
    """An expression of the op "permute" by functions of CNTK, moving as few axes as there are to move."""
    source, axes = x.args[0], x.params["axes"]
    runs: list[list[int]] = []  # axes that stay side by side
    for axis in (axis for axis in axes if source.shape[axis] != 1):
        before = None if not runs else runs[-1][-1]
        between = () if before is None else source.shape[before + 1 : axis]
        if before is not None and before < axis and all(size == 1 for size in between):
            runs[-1].append(axis)
        else:
            runs.append([axis])
    if len(runs) < 2:
        return reshaped(source, x.shape)
    if len(runs) > MOST_AXES:
        return picked(source, np.transpose(places_in(source), axes))
    ordered = sorted(runs)
    sizes = [math.prod(source.shape[axis] for axis in run) for run in ordered]
    order = [ordered.index(run) for run in runs]
    turned = call("transpose", reshaped(source, sizes), shape=[sizes[k] for k in order], axes=order)
    return reshaped(turned, x.shape)


def broadcast(x: Expr, shape: Sequence[int]) -> Expr:
    """`x` repeated along axes of size 1, and along new ones in front."""
    shape = tuple(int(size) for size in shape)
    if shape == x.shape:
        return x
    return call("element_times", x, constant(np.ones(shape), x.precision), shape=shape, dtype=x.dtype)


def sliced(x: Expr, axis: int, begin: int, end: int, step: int = 1) -> Expr:
    """Elements from `begin` up to `end` of one axis."""
    axis %= x.ndim
    if (begin, end, step) == (0, x.shape[axis], 1):
        return x
    size = len(range(begin, end, step))
    shape = [*x.shape[:axis], size, *x.shape[axis + 1 :]]
    return call("slice", x, shape=shape, axis=axis, begin=begin, end=end, step=step)


def joined(xs: Sequence[Expr], axis: int) -> Expr:
    """Tensors one behind the other along an axis."""
    if len(xs) == 1:
        return xs[0]
    axis %= xs[0].ndim
    size = sum(x.shape[axis] for x in xs)
    return call("splice", *xs, shape=[*xs[0].shape[:axis], size, *xs[0].shape[axis + 1 :]], axis=axis)


def rows_of(table: Expr, indices: Expr) -> Expr:
    """Rows of a table (n, ...) by indices (...) from 0 to n - 1."""
    if max(table.shape[0], 1) > LARGEST_INDEX:
        raise Unsupported("indices are float32")
    width = math.prod(table.shape[1:])
    flat = reshaped(table, (table.shape[0], width))
    found = call("gather", flat, reshaped(indices, (indices.size,)), shape=(indices.size, width))
    return reshaped(found, (*indices.shape, *table.shape[1:]))


def picked(x: Expr, places: np.ndarray) -> Expr:
    """Elements of `x` by their places in its flat form, in the shape of these places."""
    if places.size == 0:
        raise Unsupported("CNTK has no tensors without elements")
    if np.array_equal(places.ravel(), np.arange(x.size)):
        return reshaped(x, places.shape)
    return rows_of(reshaped(x, (x.size,)), constant(places, "int32"))


def places_in(x: Expr) -> np.ndarray:
    """The places of the elements of `x` in its flat form, in its shape."""
    return np.arange(x.size).reshape(x.shape)


def axes_list(axis: Any, ndim: int) -> list[int]:
    """The axes that an op's argument names, none below 0; None names all."""
    if axis is None:
        return list(range(ndim))
    return sorted({int(one) % ndim for one in (axis if isinstance(axis, (list, tuple)) else [axis])})


def known(value: Any) -> Any:
    """Numbers and lists of them with constants in place of expressions.

    Raises:
        Unsupported: where one is not known before the program runs.
    """
    if isinstance(value, Expr):
        if value.array is None:
            raise Unsupported("an argument that says how large something is has to be known")
        return value.array.item() if value.ndim == 0 else value.array
    if isinstance(value, (list, tuple)):
        return type(value)(known(one) for one in value)
    if isinstance(value, slice):
        return slice(*(None if one is None else int(known(one)) for one in (value.start, value.stop, value.step)))
    return value
