"""Making tensors and variables, asking about them, and reading and assigning values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, Variable, active_trace, config, dtypes, ops
from keras_core import backend as backends
from keras_core.graph import Update, any_symbolic
from keras_core.layers import active_context

from keras_legacy.backend.shape_tensor import ShapeTensor
from keras_legacy.backend.sizes import is_known_size, new_sizes
from keras_legacy.slots import active_slots, made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor

# -- making


def variable(value: Any, dtype: str | None = None, name: str | None = None, constraint: Any = None) -> Any:
    """A Variable that begins with `value`; a tensor inside a compiled step, where none can be made.

    Args:
        value: array, number or sparse matrix.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        name: name of the result. Defaults to None.
        constraint: projection of its value after each update; None applies none. Defaults to None.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.get_value(K.variable([1, 2])).tolist()
        [1.0, 2.0]
    """
    trace = active_trace()
    if trace is not None and not trace.creating and active_slots() is None:
        return constant(value, dtype)
    new = made(lambda: Variable(as_dense(value), dtype=dtype or config.floatx(), name=name))
    new.constraint = constraint
    return new


def constant(value: Any, dtype: str | None = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor that holds `value`, repeated to fill `shape` where one is given.

    Args:
        value: array, number or sparse matrix.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        shape: shape of the result; None is that of `value`. Defaults to None.
        name: name of the result. Defaults to None.
    """
    array = np.asarray(as_dense(value), dtype=dtypes.numpy_dtype(dtype or config.floatx()))
    return ops.convert_to_tensor(array if shape is None else np.broadcast_to(array, new_sizes(shape)).copy())


def placeholder(
    shape: Any = None, ndim: int | None = None, dtype: str | None = None, sparse: bool = False, name: str | None = None
) -> KerasTensor:
    """A symbolic tensor that gets its value when a `K.function` with it as input is called.

    Args:
        shape: tuple of sizes, None where unknown; or give `ndim`. Without both, the shapes of what is computed from
            it are found as for a scalar, and its value may have any shape. Defaults to None.
        ndim: number of axes, all of unknown size. Defaults to None.
        dtype: dtype name; the configured float dtype by default.
        sparse: whether its values come as sparse matrices, such as SciPy's; what is computed from them is dense.
            Defaults to False.
        name: name of the tensor. Defaults to None.
    """
    return KerasTensor((None,) * int(ndim or 0) if shape is None else new_sizes(shape), dtype, sparse=sparse, name=name)


def zeros(shape: Any, dtype: str | None = None, name: str | None = None) -> Any:
    """Zeros: a Variable where one can be made, a tensor inside a layer's call and for sizes not yet known.

    Args:
        shape: shape of the result; an int is the size of its only axis.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        name: name of the result. Defaults to None.
    """
    return _filled(0, shape, dtype, name)


def ones(shape: Any, dtype: str | None = None, name: str | None = None) -> Any:
    """Ones: a Variable where one can be made, a tensor inside a layer's call and for sizes not yet known.

    Args:
        shape: shape of the result; an int is the size of its only axis.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        name: name of the result. Defaults to None.
    """
    return _filled(1, shape, dtype, name)


def _filled(value: int, shape: Any, dtype: str | None, name: str | None) -> Any:
    dtype = dtype or config.floatx()
    shape = new_sizes(shape)
    fixed = all(isinstance(size, int) for size in shape)
    inside = active_slots() is None and (active_context() is not None or active_trace() is not None)
    if not fixed or inside:
        return ops.full(shape, value, dtype)
    return made(lambda: Variable(np.full(shape, value, dtype=dtypes.numpy_dtype(dtype)), name=name))


def eye(size: Any, dtype: str | None = None, name: str | None = None) -> Any:
    """The identity matrix of `size` rows (or of a pair of rows and columns), as a Variable.

    Args:
        size: number of rows, or a pair of rows and columns.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        name: name of the result. Defaults to None.
    """
    rows, columns = size if isinstance(size, (tuple, list)) and len(size) == 2 else (size, size)
    rows, columns = new_sizes((rows, columns))
    return Variable(np.eye(rows, columns, dtype=dtypes.numpy_dtype(dtype or config.floatx())), name=name)


def zeros_like(x: Tensor, dtype: str | None = None, name: str | None = None) -> Tensor:
    """Zeros of the shape of `x`.

    Args:
        x: tensor.
        dtype: dtype name; None is that of `x`. Defaults to None.
        name: name of the result. Defaults to None.
    """
    return ops.zeros_like(x, dtype)


def ones_like(x: Tensor, dtype: str | None = None, name: str | None = None) -> Tensor:
    """Ones of the shape of `x`.

    Args:
        x: tensor.
        dtype: dtype name; None is that of `x`. Defaults to None.
        name: name of the result. Defaults to None.
    """
    return ops.ones_like(x, dtype)


def identity(x: Tensor, name: str | None = None) -> Tensor:
    """The value of `x`.

    Args:
        x: tensor.
        name: name of the result. Defaults to None.
    """
    return x.value if isinstance(x, Variable) else x


def cast(x: Tensor, dtype: str) -> Tensor:
    """`x` in another dtype.

    Args:
        x: tensor.
        dtype: dtype name.
    """
    if active_trace() is not None and is_known_size(x) and dtypes.is_int(dtype):
        return dtypes.numpy_dtype(dtype).type(x)
    return ops.cast(x, dtype)


# -- asking


def shape(x: Tensor) -> ShapeTensor:
    """Sizes of all axes: ints where they are known, scalar tensors elsewhere; arithmetic is that of a tensor of them.

    Args:
        x: tensor.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.shape([[1, 2, 3]])[::-1] * 2
        (6, 2)
    """
    return ShapeTensor(ops.shape(x))


def int_shape(x: Tensor) -> Shape:
    """Sizes of all axes, None where unknown.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.int_shape(K.placeholder((None, 3)))
        (None, 3)
    """
    owner = backends.owner(x)
    found: Any = owner.shape(x) if owner is not None else getattr(x, "shape", None)
    if found is None:
        found = np.shape(x)
    return tuple(None if size is None else int(size) for size in found)


def get_variable_shape(x: Tensor) -> Shape:
    """Another name of `int_shape`."""
    return int_shape(x)


def ndim(x: Tensor) -> int:
    """Number of axes."""
    return ops.ndim(x)


def size(x: Tensor, name: str | None = None) -> Any:
    """Number of elements: an int where the shape is known, else a scalar tensor.

    Args:
        x: tensor.
        name: accepted for Keras 2's sake. Defaults to None.
    """
    return ops.size(x)


def dtype(x: Tensor) -> str:
    """Name of the dtype."""
    return ops.dtype(x)


def count_params(x: Variable) -> int:
    """Number of elements, for a known shape."""
    return math.prod(int(n) for n in x.shape)


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, symbolic ones included."""
    return isinstance(x, KerasTensor) or ops.is_tensor(x)


def is_variable(x: Any) -> bool:
    """Whether `x` is a Variable."""
    return isinstance(x, Variable)


def is_placeholder(x: Any) -> bool:
    """Whether `x` is a symbolic tensor that nothing computes: it has to be fed."""
    return isinstance(x, KerasTensor) and (x.node is None or not (x.node.args or x.node.kwargs))


def is_sparse(tensor: Any) -> bool:
    """Whether it is a sparse matrix, such as SciPy's, or symbolic and stands for one. What is computed is dense.

    Args:
        tensor: matrix, tensor or KerasTensor.
    """
    return hasattr(tensor, "toarray") or (isinstance(tensor, KerasTensor) and tensor.sparse)


def to_dense(tensor: Tensor) -> Tensor:
    """A sparse matrix as a dense tensor; a tensor that is dense as it is.

    Args:
        tensor: matrix, tensor or KerasTensor.

    Example:
        >>> from keras_legacy import backend as K
        >>> x = K.placeholder((None, 3), sparse=True)
        >>> K.is_sparse(x), K.is_sparse(K.to_dense(x))
        (True, False)
    """
    if not is_sparse(tensor):
        return tensor
    return ops.copy(tensor) if isinstance(tensor, KerasTensor) else constant(tensor, dtypes.standardize(tensor.dtype))


def as_dense(value: Any) -> Any:
    """A sparse matrix as an array, anything else as it is."""
    return value.toarray() if hasattr(value, "toarray") else value


# -- values


def get_value(x: Any) -> np.ndarray:
    """A NumPy copy of the value of a Variable, tensor or number.

    Raises:
        TypeError: for a symbolic tensor, which has no value.
    """
    if isinstance(x, KerasTensor):
        raise TypeError(
            f"{x!r} is symbolic and has no value. Compute it for given inputs: K.function([inputs], [it])([values])."
        )
    return x.numpy() if isinstance(x, Variable) else backends.to_numpy(x)


def eval(x: Any) -> np.ndarray:
    """Another name of `get_value`."""
    return get_value(x)


def batch_get_value(ops: Sequence[Any]) -> list[np.ndarray]:
    """NumPy copies of several values."""
    return [get_value(x) for x in ops]


def set_value(x: Variable, value: Any) -> None:
    """Assign an array or number to a Variable.

    Args:
        x: Variable.
        value: array or number.

    Raises:
        TypeError: if `x` is not a Variable.
    """
    if not isinstance(x, Variable):
        raise TypeError(f"K.set_value() assigns a Variable, got {type(x).__name__}. Make one with K.variable(value).")
    x.assign(np.asarray(value, dtype=dtypes.numpy_dtype(x.dtype)))


def batch_set_value(tuples: Sequence[tuple[Variable, Any]]) -> None:
    """Assign several (Variable, value) pairs."""
    for x, value in tuples:
        set_value(x, value)


# -- updates


def update(x: Variable, new_x: Any) -> Update:
    """Assign a Variable, now or when a `K.function` that has this among its updates runs.

    It is done at once where the new value is known; in a layer's call only while training.

    Args:
        x: Variable.
        new_x: its new value.
    """
    return _done(Update(x.assign, [new_x], [x]))


def update_add(x: Variable, increment: Any) -> Update:
    """Add to a Variable; see `update`.

    Args:
        x: Variable.
        increment: what is added.
    """
    return _done(Update(x.assign_add, [increment], [x]))


def update_sub(x: Variable, decrement: Any) -> Update:
    """Subtract from a Variable; see `update`.

    Args:
        x: Variable.
        decrement: what is subtracted.
    """
    return _done(Update(x.assign_sub, [decrement], [x]))


def moving_average_update(x: Variable, value: Any, momentum: float) -> Update:
    """Assign `momentum * x + (1 - momentum) * value`; see `update`.

    Args:
        x: Variable.
        value: tensor.
        momentum: weight of the old value.
    """

    def assign(new: Any) -> None:
        x.assign(ops.add(x, ops.multiply(ops.subtract(new, x), 1 - momentum)))

    return _done(Update(assign, [value], [x]))


def _done(change: Update) -> Update:
    context = active_context()
    wanted = context is None or context.training or active_slots() is not None
    if wanted and not any_symbolic(change.values):
        change.run()
    return change
