"""Shape and dtype rules of primitives, and the argument checks that ops share.

A rule takes the op's arguments by name, tensors as things with `shape` and `dtype`, and returns a Spec
or several. It raises ValueError when arguments do not fit; the table puts the op's name before the
message.
"""

from __future__ import annotations

import builtins
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.backend.toolkit.axes import axes_of as axes_of
from keras_core.backend.toolkit.axes import axis_of as axis_of
from keras_core.backend.toolkit.windows import channels_first, each_axis
from keras_core.config.loading_limits import take_steps
from keras_core.graph.spec import Spec
from keras_core.ops.rules.indexing import indexed_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keras_core.typing import Axis, DataFormat, Shape, Size, Tensor

# -- axes and shapes


def static(shape: Any) -> Shape:
    """A shape of ints and scalar tensors as a static one; tensors become None."""
    if isinstance(shape, (int, np.integer)):
        return (int(shape),)
    if hasattr(shape, "dtype") and not isinstance(shape, np.ndarray):
        if len(shape.shape) != 1 or shape.shape[0] is None:
            raise ValueError(f"got a shape tensor of shape {tuple(shape.shape)}, expected one axis of known length.")
        return (None,) * int(shape.shape[0])
    return tuple(int(size) if isinstance(size, (int, np.integer)) else None for size in shape)


def known(sizes: Iterable[int | None]) -> int | None:
    """Their product, None when one is unknown."""
    sizes = tuple(sizes)
    if 0 in sizes:
        return 0
    return None if None in sizes else math.prod(sizes)  # type: ignore[arg-type]


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape that tensors of these shapes broadcast to.

    Raises:
        ValueError: when they do not.
    """
    rank = builtins.max((len(shape) for shape in shapes), default=0)
    result: list[int | None] = []
    for place in range(-rank, 0):
        sizes = {shape[place] for shape in shapes if len(shape) >= -place} - {1}
        numbers = sizes - {None}
        if len(numbers) > 1:
            listed = " and ".join(str(tuple(shape)) for shape in shapes)
            raise ValueError(f"got shapes {listed}, which do not broadcast: sizes must be equal or 1.")
        result.append(next(iter(numbers)) if numbers else None if sizes else 1)
    return tuple(result)


# -- elementwise


def same(x: Tensor, **_: Any) -> Spec:
    """The argument's own shape and dtype."""
    return Spec(x.shape, x.dtype)


def magnitude(x: Tensor) -> Spec:
    """The argument's shape; of complex numbers in the dtype of their parts."""
    return Spec(x.shape, dtypes.real_of(x.dtype))


def unchanged(variable: Tensor) -> Spec:
    """The argument's own shape and dtype."""
    return Spec(variable.shape, variable.dtype)


def broadcast(x1: Tensor, x2: Tensor) -> Spec:
    """The broadcast shape, in the common dtype."""
    return Spec(broadcast_shapes(x1.shape, x2.shape), x1.dtype)


def comparison(x1: Tensor, x2: Tensor) -> Spec:
    """The broadcast shape, as bool."""
    return Spec(broadcast_shapes(x1.shape, x2.shape), "bool")


def test(x: Tensor) -> Spec:
    """The argument's shape, as bool."""
    return Spec(x.shape, "bool")


def bitwise(x: Tensor, y: Tensor | None = None) -> Spec:
    """The broadcast shape of integers or bools."""
    if dtypes.is_float(x.dtype):
        raise ValueError(f"got dtype {x.dtype}, expected integers or bools.")
    return Spec(x.shape if y is None else broadcast_shapes(x.shape, y.shape), x.dtype)


def cast(x: Tensor, dtype: Any) -> Spec:
    """The argument's shape in the new dtype."""
    return Spec(x.shape, dtypes.standardize(dtype))


def where(condition: Tensor, x1: Tensor, x2: Tensor) -> Spec:
    """What all three broadcast to."""
    return Spec(broadcast_shapes(condition.shape, x1.shape, x2.shape), x1.dtype)


# -- shapes


def scalar_int(x: Tensor, axis: int) -> Spec:
    """A scalar int32; `axis` must exist."""
    axis_of(axis, len(x.shape))
    return Spec((), "int32")


def reshape(x: Tensor, newshape: Any) -> Spec:
    """The new shape, -1 worked out where sizes are known."""
    target = list(static(newshape))
    if target.count(-1) > 1 or any(size is not None and size < -1 for size in target):
        raise ValueError(f"got the new shape {tuple(target)}, expected sizes of 0 or more and at most one -1.")
    total = known(x.shape)
    if -1 in target:
        place = target.index(-1)
        rest = known(size for size in target if size != -1)
        if total is None or rest is None:
            target[place] = _left_over(x.shape, target)
        elif rest == 0 or total % rest:
            raise ValueError(f"got shape {tuple(x.shape)}, whose {total} elements do not fill {tuple(target)}.")
        else:
            target[place] = total // rest
    elif total is not None and known(target) not in (None, total):
        raise ValueError(f"got shape {tuple(x.shape)} of {total} elements, which do not fill {tuple(target)}.")
    return Spec(tuple(target), x.dtype)


def _left_over(source: Shape, target: list[int | None]) -> int | None:
    """The size of -1 when one unknown size stands on each side and stays what it is."""
    if list(source).count(None) != 1 or target.count(None) != 1:
        return None
    have, want = known(s for s in source if s is not None), known(s for s in target if s not in (None, -1))
    return have // want if have and want and have % want == 0 else None


def transpose(x: Tensor, axes: Sequence[int] | None) -> Spec:
    """Sizes in the new order."""
    rank = len(x.shape)
    order = tuple(range(rank))[::-1] if axes is None else axes_of(tuple(axes), rank)
    if len(order) != rank:
        raise ValueError(f"got axes {tuple(axes or ())} for a tensor of shape {tuple(x.shape)}, expected all {rank}.")
    return Spec(tuple(x.shape[k] for k in order), x.dtype)


def view(x: Tensor, dtype: Any) -> Spec:
    """The last axis in elements of the new size."""
    target = x.dtype if dtype is None else dtypes.standardize(dtype)
    if target == x.dtype:
        return Spec(x.shape, target)
    for name in (x.dtype, target):
        if name in ("bool", "string"):
            raise ValueError(f"got dtype {name!r}, expected a dtype of numbers; cast() turns {name} into numbers.")
    have, want = dtypes.itemsize(x.dtype), dtypes.itemsize(target)
    if have == want:
        return Spec(x.shape, target)
    if not x.shape or (x.shape[-1] is not None and x.shape[-1] * have % want):
        raise ValueError(f"got shape {tuple(x.shape)} of {x.dtype}, whose last axis is no whole number of {target}.")
    last = x.shape[-1]
    return Spec((*x.shape[:-1], None if last is None else last * have // want), target)


def expand_dims(x: Tensor, axis: Any) -> Spec:
    """With sizes of 1 put in."""
    count = len(axis) if isinstance(axis, (list, tuple)) else 1
    new = axes_of(axis, len(x.shape) + count)
    sizes = iter(x.shape)
    return Spec(tuple(1 if k in new else next(sizes) for k in range(len(x.shape) + count)), x.dtype)


def squeeze(x: Tensor, axis: Axis) -> Spec:
    """Without sizes of 1."""
    if axis is None:
        if None in x.shape:
            raise ValueError(f"got shape {tuple(x.shape)} with unknown sizes; say which axes to drop.")
        dropped = {k for k, size in enumerate(x.shape) if size == 1}
    else:
        dropped = set(axes_of(axis, len(x.shape)))
        for k in sorted(dropped):
            if x.shape[k] not in (1, None):
                raise ValueError(f"got shape {tuple(x.shape)}, whose axis {k} has length {x.shape[k]}, expected 1.")
    return Spec(tuple(size for k, size in enumerate(x.shape) if k not in dropped), x.dtype)


def broadcast_to(x: Tensor, shape: Any) -> Spec:
    """The target, which the tensor must broadcast to."""
    target = static(shape)
    if len(x.shape) > len(target):
        raise ValueError(f"got shape {tuple(x.shape)}, which has more axes than the target {target}.")
    for have, want in zip(reversed(x.shape), reversed(target), strict=False):
        if have not in (1, None) and want is not None and have != want:
            raise ValueError(f"got shape {tuple(x.shape)}, which does not broadcast to {target}.")
    return Spec(target, x.dtype)


def concatenate(xs: Sequence[Tensor], axis: int) -> Spec:
    """Sizes added up along the axis; the others must agree."""
    if not xs:
        raise ValueError("got no tensors, expected at least one.")
    shapes = [tuple(x.shape) for x in xs]
    rank = len(shapes[0])
    place = axis_of(axis, rank)
    result: list[int | None] = []
    for k in range(rank):
        if any(len(shape) != rank for shape in shapes):
            raise ValueError(f"got tensors of shapes {shapes}, expected the same number of axes.")
        sizes = [shape[k] for shape in shapes]
        if k == place:
            result.append(None if None in sizes else builtins.sum(sizes))
            continue
        numbers = set(sizes) - {None}
        if len(numbers) > 1:
            raise ValueError(f"got tensors of shapes {shapes}, expected equal sizes but along axis {place}.")
        result.append(next(iter(numbers), None))
    return Spec(tuple(result), xs[0].dtype)


def split(x: Tensor, indices_or_sections: Any, axis: int) -> list[Spec]:
    """A spec for each piece."""
    place = axis_of(axis, len(x.shape))
    length = x.shape[place]
    lengths: list[int | None]
    if isinstance(indices_or_sections, (int, np.integer)):
        count = int(indices_or_sections)
        if count < 1 or (length is not None and length % count):
            raise ValueError(
                f"got {count} sections for axis {axis} of shape {tuple(x.shape)}, which they do not divide."
            )
        take_steps(count, f"split() into {count} tensors")
        lengths = [None if length is None else length // count] * count
    else:
        cuts = [int(cut) for cut in indices_or_sections]
        if length is None:
            ends: list[int | None] = [*cuts, None]
            lengths = [
                None if e is None or s < 0 or e < 0 else builtins.max(e - s, 0) for s, e in zip([0, *cuts], ends)
            ]
        else:
            bounds = [builtins.min(c if c >= 0 else builtins.max(length + c, 0), length) for c in [0, *cuts]] + [length]
            lengths = [builtins.max(e - s, 0) for s, e in pairwise(bounds)]
    return [Spec((*x.shape[:place], one, *x.shape[place + 1 :]), x.dtype) for one in lengths]


def tile(x: Tensor, repeats: Any) -> Spec:
    """Sizes multiplied."""
    times = static(repeats)
    rank = builtins.max(len(times), len(x.shape))
    times = (1,) * (rank - len(times)) + times
    sizes = (1,) * (rank - len(x.shape)) + tuple(x.shape)
    return Spec(tuple(known(pair) for pair in zip(sizes, times, strict=True)), x.dtype)


def repeat(x: Tensor, repeats: Any, axis: int | None) -> Spec:
    """The axis's size multiplied, or the sum of the counts."""
    sizes = (known(x.shape),) if axis is None else tuple(x.shape)
    place = axis_of(0 if axis is None else axis, len(sizes))
    length: int | None
    if isinstance(repeats, (int, np.integer)):
        length = known((sizes[place], int(repeats)))
    elif isinstance(repeats, (list, tuple, np.ndarray)):
        counts = [int(count) for count in repeats]
        if len(counts) != 1 and sizes[place] not in (None, len(counts)):
            raise ValueError(f"got {len(counts)} counts for an axis of length {sizes[place]}.")
        length = known((sizes[place], counts[0])) if len(counts) == 1 else builtins.sum(counts)
    else:
        length = None
    return Spec((*sizes[:place], length, *sizes[place + 1 :]), x.dtype)


def pad_pairs(pad_width: Any, rank: int) -> list[tuple[int, int]]:
    """`pad_width` as one (before, after) for each axis."""
    if isinstance(pad_width, (int, np.integer)):
        return [(int(pad_width), int(pad_width))] * rank
    pairs = [(one, one) if isinstance(one, (int, np.integer)) else tuple(one) for one in pad_width]
    if all(isinstance(one, (int, np.integer)) for one in pad_width) and len(pairs) == 2:
        pairs = [tuple(pad_width)] * rank
    if len(pairs) == 1:
        pairs = pairs * rank
    if len(pairs) != rank or any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"got pad_width={pad_width!r}, expected a number, a pair, or {rank} pairs.")
    return [(int(before), int(after)) for before, after in pairs]


def pad(x: Tensor, pad_width: Any, mode: str, constant_values: Any) -> Spec:
    """Sizes with the border added."""
    if mode not in ("constant", "reflect", "symmetric"):
        raise ValueError(f"got mode={mode!r}, expected 'constant', 'reflect' or 'symmetric'.")
    if constant_values is not None and mode != "constant":
        raise ValueError(f"got constant_values with mode={mode!r}, expected mode='constant'.")
    pairs = pad_pairs(pad_width, len(x.shape))
    for size, pair in zip(x.shape, pairs, strict=True):
        most = math.inf if size is None or mode == "constant" else size - (mode == "reflect")
        if builtins.min(pair) < 0 or builtins.max(pair) > most:
            raise ValueError(f"got pad_width={pad_width!r} with mode={mode!r} for the shape {tuple(x.shape)}.")
    sizes = tuple(None if n is None else n + a + b for n, (a, b) in zip(x.shape, pairs, strict=True))
    return Spec(sizes, x.dtype)


def diagonal(x: Tensor, offset: int, axis1: int, axis2: int) -> Spec:
    """The other axes and the diagonal's length."""
    rank = len(x.shape)
    first, second = axis_of(axis1, rank), axis_of(axis2, rank)
    if first == second:
        raise ValueError(f"got axis1={axis1} and axis2={axis2}, expected two different axes.")
    rows, columns = x.shape[first], x.shape[second]
    length = None
    if rows is not None and columns is not None:
        length = builtins.max(builtins.min(rows + builtins.min(offset, 0), columns - builtins.max(offset, 0)), 0)
    return Spec((*(n for k, n in enumerate(x.shape) if k not in (first, second)), length), x.dtype)


# -- slicing


def getitem(x: Tensor, key: Any) -> Spec:
    """What NumPy's indexing gives, advanced indices being ints or one tensor."""
    return Spec(indexed_shape(tuple(x.shape), key), x.dtype)


def slice(inputs: Tensor, start_indices: Any, shape: Any) -> Spec:
    """The block's shape."""
    starts, block = static(start_indices), static(shape)
    if len(starts) != len(inputs.shape) or len(block) != len(inputs.shape):
        raise ValueError(
            f"got {len(starts)} start indices and {len(block)} sizes for a tensor of shape {tuple(inputs.shape)}."
        )
    check_block(inputs.shape, starts, block, f"start {starts} and shape {block}")
    result: list[int | None] = []
    for size, start, length in zip(inputs.shape, starts, block, strict=True):
        if length == -1:
            length = None if size is None or start is None else size - start
        result.append(length)
    return Spec(tuple(result), inputs.dtype)


def check_block(shape: Shape, starts: Shape, block: Shape, given: str) -> None:
    """Refuse a block that is not inside of a tensor of this shape; sizes that are not known fit.

    Args:
        shape: the tensor's shape.
        starts: where the block begins.
        block: the block's sizes; -1 reaches to the end.
        given: both in words.

    Raises:
        ValueError: when it is not inside.
    """
    for size, start, length in zip(shape, starts, block, strict=False):
        first, count = start or 0, 0 if length in (None, -1) else length
        if first < 0 or (size is not None and first + count > size):
            raise ValueError(f"got {given}, which leave the shape {tuple(shape)}.")


def slice_update(inputs: Tensor, start_indices: Any, updates: Tensor) -> Spec:
    """The input's shape, in which the updates must find room."""
    starts = static(start_indices)
    if not len(starts) == len(updates.shape) == len(inputs.shape):
        raise ValueError(
            f"got {len(starts)} start indices and updates of shape {tuple(updates.shape)} "
            f"for a tensor of shape {tuple(inputs.shape)}."
        )
    check_block(inputs.shape, starts, updates.shape, f"updates of shape {tuple(updates.shape)} at {starts}")
    return Spec(inputs.shape, inputs.dtype)


# -- creation


def full(shape: Any, fill_value: Tensor, dtype: Any) -> Spec:
    """The given shape, which the value must broadcast to."""
    target = static(shape)
    broadcast_to(fill_value, target)
    return Spec(target, dtypes.standardize(dtype))


def sequence(start: Any, stop: Any, step: Any, dtype: Any) -> Spec:
    """A length known when the limits are numbers."""
    numbers = all(isinstance(one, (int, float, np.number)) for one in (start, stop, step))
    if numbers and step == 0:
        raise ValueError("got step 0.")
    length = builtins.max(math.ceil((stop - start) / step), 0) if numbers else None
    return Spec((length,), dtypes.standardize(dtype))


# -- reductions


def reduced_shape(shape: Shape, axis: Axis, keepdims: bool) -> Shape:
    """The shape without (or with 1 for) the reduced axes."""
    dropped = axes_of(axis, len(shape))
    if keepdims:
        return tuple(1 if k in dropped else n for k, n in enumerate(shape))
    return tuple(n for k, n in enumerate(shape) if k not in dropped)


def reduce(x: Tensor, axis: Axis, keepdims: bool, initial: Any = None) -> Spec:
    """The reduced shape in the argument's dtype."""
    return Spec(reduced_shape(x.shape, axis, keepdims), x.dtype)


def total(x: Tensor, axis: Axis, keepdims: bool, dtype: Any = None) -> Spec:
    """The reduced shape; bools are counted as int32."""
    return Spec(reduced_shape(x.shape, axis, keepdims), _sum_dtype(x, dtype))


def _sum_dtype(x: Tensor, dtype: Any) -> str:
    return dtypes.standardize(dtype) if dtype is not None else "int32" if x.dtype == "bool" else x.dtype


def position(x: Tensor, axis: int | None, keepdims: bool) -> Spec:
    """The reduced shape, as int32."""
    return Spec(reduced_shape(x.shape, axis, keepdims), "int32")


def running(x: Tensor, axis: int | None, dtype: Any) -> Spec:
    """The argument's shape; flat without an axis."""
    if axis is None:
        return Spec((known(x.shape),), _sum_dtype(x, dtype))
    axis_of(axis, len(x.shape))
    return Spec(x.shape, _sum_dtype(x, dtype))


# -- picking


def _whole(indices: Tensor) -> None:
    if not dtypes.is_int(indices.dtype):
        raise ValueError(f"got indices of dtype {indices.dtype}, expected integers.")


def take(x: Tensor, indices: Tensor, axis: int | None) -> Spec:
    """The indices' shape in place of the axis."""
    _whole(indices)
    if axis is None:
        return Spec(indices.shape, x.dtype)
    place = axis_of(axis, len(x.shape))
    return Spec((*x.shape[:place], *indices.shape, *x.shape[place + 1 :]), x.dtype)


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Spec:
    """The indices' shape, other axes broadcast."""
    _whole(indices)
    if axis is None:
        return Spec((known(indices.shape),), x.dtype)
    if len(indices.shape) != len(x.shape):
        raise ValueError(f"got indices of shape {tuple(indices.shape)} for {tuple(x.shape)}, expected the same rank.")
    place = axis_of(axis, len(x.shape))
    rest = broadcast_shapes(_without(x.shape, place), _without(indices.shape, place))
    return Spec((*rest[:place], indices.shape[place], *rest[place + 1 :]), x.dtype)


def _without(shape: Shape, place: int) -> Shape:
    return (*shape[:place], 1, *shape[place + 1 :])


def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Spec:
    """The input's shape; updates must have the shape that the indices address."""
    if reduction not in (None, "add", "max", "min", "mul"):
        raise ValueError(f"got reduction={reduction!r}, expected None, 'add', 'max', 'min' or 'mul'.")
    _whole(indices)
    depth = indices.shape[-1] if indices.shape else None
    if depth is None or depth > len(inputs.shape):
        raise ValueError(f"got indices of shape {tuple(indices.shape)} for a tensor of shape {tuple(inputs.shape)}.")
    expected = (*indices.shape[:-1], *inputs.shape[depth:])
    if len(updates.shape) != len(expected) or any(
        a != b for a, b in zip(updates.shape, expected, strict=True) if None not in (a, b)
    ):
        raise ValueError(f"got updates of shape {tuple(updates.shape)}, expected {expected}.")
    return Spec(inputs.shape, inputs.dtype)


def sort(x: Tensor, axis: int | None) -> Spec:
    """The argument's shape; flat without an axis."""
    if axis is None:
        return Spec((known(x.shape),), x.dtype)
    axis_of(axis, len(x.shape))
    return Spec(x.shape, x.dtype)


def argsort(x: Tensor, axis: int | None) -> Spec:
    """Indices of the argument's shape."""
    return Spec(sort(x, axis).shape, "int32")


def top_k(x: Tensor, k: int, sorted: bool) -> tuple[Spec, Spec]:
    """The k values and their indices."""
    if not x.shape or (x.shape[-1] is not None and not 0 <= k <= x.shape[-1]):
        raise ValueError(f"got k={k} for a tensor of shape {tuple(x.shape)}.")
    shape = (*x.shape[:-1], k)
    return Spec(shape, x.dtype), Spec(shape, "int32")


# -- random


def draw_float(shape: Any, dtype: Any, key: Tensor, **distribution: Any) -> Spec:
    """Floats of the given shape."""
    _check_key(key)
    name = dtypes.standardize(dtype)
    if not dtypes.is_float(name):
        raise ValueError(f"got dtype={name!r}, expected a float dtype.")
    return Spec(static(shape), name)


def draw_int(shape: Any, minval: int, maxval: int, dtype: Any, key: Tensor) -> Spec:
    """Ints of the given shape."""
    _check_key(key)
    name = "int32" if dtype is None else dtypes.standardize(dtype)
    if not dtypes.is_int(name):
        raise ValueError(f"got dtype={name!r}, expected an integer dtype.")
    if maxval <= minval:
        raise ValueError(f"got minval={minval} and maxval={maxval}, expected maxval > minval.")
    return Spec(static(shape), name)


def _check_key(key: Tensor) -> None:
    if tuple(key.shape) not in ((2,), (None,)) or key.dtype != "uint32":
        raise ValueError(f"got a key of shape {tuple(key.shape)} and dtype {key.dtype}, expected (2,) and uint32.")


# -- arguments


def dense_only(sparse: bool) -> None:
    """Refuse `sparse=True`, which no backend offers."""
    if sparse:
        raise ValueError("got sparse=True, but only dense results are supported.")


def channels_last(data_format: DataFormat) -> bool:
    """Whether channels stand last, by the argument or the configured default."""
    return not channels_first(data_format)


def spatial_start(rank: int, data_format: DataFormat, batched: bool = True) -> int:
    """The first spatial axis."""
    return int(batched) + (0 if channels_last(data_format) else 1)


def sizes(size: Size, count: int, name: str) -> tuple[int, ...]:
    """One number for each spatial axis."""
    found = each_axis(size, count)
    if len(found) != count or any(n < 1 for n in found):
        raise ValueError(f"got {name}={size!r}, expected a positive int or {count} of them.")
    return found
