"""Tensors made from NumPy arrays, and storage of variables: a tf.Variable each."""

from __future__ import annotations

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config, dtypes
from keras_core.backend.toolkit import ALIGNMENT, LARGE_TABLE, aligned_array, assign_all, cannot_assign, default_dtype

from keras_backend_tf import devices
from keras_backend_tf.framework import as_resource_variable, raw, tf
from keras_backend_tf.ops.shapes import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import Part
    from keras_core.typing import ArrayLike, Tensor

_LARGE = 1024
"""Constants of more elements are kept out of the graph that is being traced."""

_HUGE = 2**20
"""Arrays of more bytes are copied once; `tf.constant` copies twice."""


def from_array(value: Any, dtype: str | None) -> Tensor:
    """An array, or what NumPy takes for one, as a tensor.

    Args:
        value: array, nested list of numbers, or strings.
        dtype: name of the result's dtype; that of `value` by default, int32 or floatx for Python numbers.
    """
    array = np.asarray(value)
    if dtype is None:
        dtype = default_dtype(value, array)
    if dtype is not None and dtype != "string":
        array = array.astype(dtypes.numpy_dtype(dtype), copy=False)
    if array.size <= _LARGE:
        return tf.constant(array)
    with tf.init_scope():
        if not _adoptable(array):
            return tf.constant(array)
        copy = aligned_array(array.shape, array.dtype)
        copy[...] = array
        return _adopted(copy)


def _adoptable(array: np.ndarray) -> bool:
    """Whether a tensor of TensorFlow may have the memory of such an array, if it is aligned."""
    return array.nbytes >= _HUGE and array.dtype.kind in "biuf" and not tf.config.list_physical_devices("GPU")


def _adopted(array: np.ndarray) -> Tensor:
    """A tensor in the memory of `array`, which nothing else refers to."""
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


def from_number(value: bool | int | float, dtype: str | None) -> Tensor:
    """A Python number as a tensor.

    Args:
        value: the number.
        dtype: name of the result's dtype; by default bool, int32 or the configured float type.
    """
    if dtype is None:
        dtype = "bool" if isinstance(value, bool) else "int32" if isinstance(value, int) else config.floatx()
    kind = tf.as_dtype(dtype)
    if not kind.is_floating:
        value = bool(value) if kind is tf.bool else int(value) if kind.is_integer else value
    return tf.constant(value, kind)


def create(value: ArrayLike, name: str, trainable: bool, part: Part | None = None) -> Any:
    """A tf.Variable.

    Args:
        value: what it holds at first.
        name: for messages; characters that TensorFlow does not allow are replaced.
        trainable: whether tapes watch it.
        part: which part of the value is stored; None for the whole.
    """
    if part is not None:
        variable = create(part.of(value), name, trainable)
        variable.keras_part = part
        return variable
    legal = re.sub(r"[^A-Za-z0-9_.\\/>-]", "_", name).lstrip("_/") or "variable"
    device = devices.chosen()

    def make() -> Any:
        with devices.placed_on(device):
            return _of_one_device(tf.Variable(value, trainable=trainable, name=legal))

    if tf.inside_function():
        # A tf.function that sees a new variable is traced again; it does not see one made in another thread.
        with ThreadPoolExecutor(1) as pool:
            return as_resource_variable(pool.submit(make).result())
    return as_resource_variable(make())


def _of_one_device(variable: Any) -> Any:
    """The variable itself; in the scope of a strategy the one that it made for its first device."""
    if not tf.distribute.has_strategy():
        return variable
    strategy = tf.distribute.get_strategy()
    own = strategy.experimental_local_results(variable)
    if len(own) > 1 or strategy.num_replicas_in_sync > 1:
        warnings.warn(
            f"Keras trains on one device: of the {strategy.num_replicas_in_sync} of {type(strategy).__name__} it uses "
            f"{own[0].device}. The results are those of the whole batch on that device.",
            stacklevel=2,
        )
    return own[0]


def part_in(variable: Any) -> Part | None:
    """Which part of a value is stored; None for the whole."""
    found: Part | None = getattr(variable, "keras_part", None)
    return found


def read(variable: Any) -> Tensor:
    """The variable's value as it is now; a later write replaces the buffer and leaves this one."""
    return variable.value()


def read_rows(variable: Any, indices: Tensor) -> Tensor | None:
    """Rows of a large table, without reading the whole; None for a small one.

    From its first `assign_rows` on, TensorFlow copies the whole table whenever it is read.
    """
    shape = variable.shape
    if shape.num_elements() < LARGE_TABLE or variable.dtype.is_bool:
        return None
    return raw.ResourceGather(resource=variable.handle, indices=wrapped(indices, shape[0]), dtype=variable.dtype)


def assign_rows(variable: Any, indices: Tensor, values: Tensor, adds: bool) -> Any:
    """Write rows into a variable's memory, in a graph by the op that is returned.

    TensorFlow copies the table first where anything else refers to its memory, and from then on lends it to nobody.

    Args:
        variable: the table.
        indices: rows, of any shape; negative ones count from the end.
        values: what they are to be, or what is added to them.
        adds: which of both.
    """
    write = raw.ResourceScatterAdd if adds else raw.ResourceScatterUpdate
    return write(resource=variable.handle, indices=wrapped(indices, variable.shape[0]), updates=values)


def assign(variable: Any, value: Tensor) -> Any:
    """Put a tensor into a variable, in a graph by the op that is returned."""
    return raw.AssignVariableOp(resource=variable.handle, value=value)


def write(pairs: Sequence[tuple[Any, Tensor]]) -> None:
    """Put a tensor into each variable, all or (on failure) none.

    Raises:
        ValueError: when a value has another shape or dtype than its variable; nothing is assigned then.
    """
    pairs = [(variable, _stored(variable, value)) for variable, value in pairs]
    for variable, value in pairs:
        if value.dtype != variable.dtype or not value.shape.is_compatible_with(variable.shape):
            raise cannot_assign(variable.name, variable, value)
    assign_all(pairs, read, assign)


def _stored(variable: Any, value: Tensor) -> Tensor:
    """What is stored of a value: the part, where it is the whole."""
    part = part_in(variable)
    return value if part is None else part.kept(value, variable.shape)


def adopt(variable: Any, array: np.ndarray) -> None:
    """Put an array that nothing else refers to into a variable.

    Raises:
        ValueError: when it has another shape or dtype than the variable.
    """
    with tf.init_scope():
        aligned = not array.ctypes.data % ALIGNMENT
        write([(variable, _adopted(array) if aligned and _adoptable(array) else from_array(array, None))])
