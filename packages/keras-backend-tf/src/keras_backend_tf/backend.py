"""The TensorFlow backend: tensors, variables and gradients."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import numpy as np
from keras_core import Spec, Variable, config, dtypes
from keras_core.backend import PROTOCOL_VERSION, standardize_device
from keras_core.typing import Shape, Tensor

from keras_backend_tf import staging
from keras_backend_tf.framework import raw, record, tf
from keras_backend_tf.ops import OPS
from keras_backend_tf.tapes import as_read

FlatFunction = Callable[..., "list[Tensor]"]

_LARGE = 1024
"""Constants of more elements are kept out of the graph that is being traced."""

_DEVICE: ContextVar[str | None] = ContextVar("keras_tf_device", default=None)

_HUGE = 2**20
"""Arrays of more bytes are copied once; `tf.constant` copies twice."""


class TensorFlowBackend:
    """TensorFlow 2: eager tensors are its own, staged functions become graphs, with or without XLA."""

    name = "tensorflow"
    protocol = PROTOCOL_VERSION
    capabilities = frozenset(
        {"train", "eager", "steps", "second-order", "compiles", "accelerator", "float16", "bfloat16"}
    )
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Tensor:
        """`value` (array, number, nested list or tensor) as a tensor of `dtype`."""
        if isinstance(value, (tf.Tensor, tf.Variable, tf.IndexedSlices)):
            value = tf.convert_to_tensor(value)
            return value if dtype is None or value.dtype.name == dtype else OPS["cast"](value, dtype)
        if type(value) in (bool, int, float):
            return _number(value, dtype)
        if isinstance(value, (list, tuple)) and any(map(tf.is_tensor, value)):
            return tf.stack([self.tensor(v, dtype) for v in value])
        return self._from_array(value, dtype)

    def _from_array(self, value: Any, dtype: str | None) -> Tensor:
        array = np.asarray(value)
        if dtype is None and not hasattr(value, "dtype"):
            dtype = {"i": "int32", "f": config.floatx()}.get(array.dtype.kind)
        if dtype is not None and dtype != "string":
            array = array.astype(dtypes.numpy_dtype(dtype), copy=False)
        if array.size <= _LARGE:
            return tf.constant(array)
        with tf.init_scope():
            return _adopted(array) if array.nbytes >= _HUGE and array.dtype.kind in "biuf" else tf.constant(array)

    def borrow(self, array: np.ndarray) -> Tensor:
        """`array` as an argument of one call."""
        return self._from_array(array, None)

    def numpy(self, tensor: Tensor) -> np.ndarray:
        """A NumPy array that shares no memory with `tensor` or a variable."""
        value = tensor.numpy()  # copies
        return value if isinstance(value, np.ndarray) else np.array(value)

    def is_tensor(self, value: Any) -> bool:
        """Whether `value` is a tensor or variable of TensorFlow, concrete or symbolic."""
        return isinstance(value, (tf.Tensor, tf.Variable))

    def is_concrete(self, tensor: Tensor) -> bool:
        """Whether the tensor has a value now, outside any tracing."""
        return tf.executing_eagerly() and not tf.is_symbolic_tensor(tensor)

    def is_recording(self) -> bool:
        """Whether a GradientTape is open."""
        return record.could_possibly_record()

    def as_read(self, variable: Variable, value: Tensor) -> Tensor:
        """The value that a program has for a variable, which open tapes take for a read of it."""
        return as_read(variable, value)

    def shape(self, tensor: Tensor) -> Shape:
        """Static shape, None where unknown."""
        return tuple(tensor.shape)

    def dtype(self, tensor: Tensor) -> str:
        """Name of the dtype, as in NumPy."""
        return str(tensor.dtype.name)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Any:
        """A tf.Variable that begins with `value`."""
        legal = re.sub(r"[^A-Za-z0-9_.\\/>-]", "_", name).lstrip("_/") or "variable"
        place = _DEVICE.get()  # a thread has no device scope of its own

        def make() -> Any:
            with tf.device(place) if place else nullcontext():
                return tf.Variable(value, trainable=trainable, name=legal)

        if tf.inside_function():
            # A tf.function that sees a new variable traces all over again; another thread's it does not see.
            with ThreadPoolExecutor(1) as pool:
                variable = pool.submit(make).result()
        else:
            variable = make()
        variable._should_act_as_resource_variable = True  # a Variable passes this on, so that tapes take it
        return variable

    def read(self, handle: Any) -> Tensor:
        """The variable's value as it is now; a later write replaces the buffer and leaves this one."""
        return handle.value()

    def write(self, pairs: Sequence[tuple[Any, Tensor]]) -> None:
        """Put a tensor into each variable, all or (on failure) none."""
        for handle, value in pairs:
            if value.dtype != handle.dtype or not value.shape.is_compatible_with(handle.shape):
                raise ValueError(
                    f"Variable {handle.name!r} of shape {tuple(handle.shape)} and dtype {handle.dtype.name} cannot "
                    f"be assigned a value of shape {tuple(value.shape)} and dtype {value.dtype.name}."
                )
        old = [(handle, self.read(handle)) for handle, _ in pairs] if len(pairs) > 1 else []
        try:
            for handle, value in pairs:
                raw.AssignVariableOp(resource=handle.handle, value=value)
        except BaseException:
            for handle, value in old:
                raw.AssignVariableOp(resource=handle.handle, value=value)
            raise

    # -- programs

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """Compile `fn` for arguments of `signature`; see `staging.stage`."""
        return staging.stage(self, fn, variables, signature, jit, ops)

    def stage_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """Compile many calls of `fn` in one; see `staging.stage_steps`."""
        return staging.stage_steps(self, fn, variables, signature, jit, ops)

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None]]:
        """``fn(*values) -> (scalar, others)`` evaluated, and the gradient of the scalar by each value."""
        staging.note_gradient()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            values = [tf.identity(value) for value in values]
            floats = [value for value in values if value.dtype.is_floating or value.dtype.is_complex]
            tape.watch(floats)
            loss, others = fn(*values)
        found = iter(tape.gradient(loss, floats))
        gradients = [next(found) if value.dtype.is_floating or value.dtype.is_complex else None for value in values]
        return loss, others, [None if g is None else tf.convert_to_tensor(g) for g in gradients]

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns for tensors of `signature`: a trace into a graph that is thrown away."""
        with tf.__internal__.FuncGraph("abstract").as_default():
            tensors = [tf.compat.v1.placeholder(spec.dtype, spec.shape) for spec in signature]
            return [Spec(self.shape(out), self.dtype(out)) for out in fn(*tensors)]

    def devices(self) -> list[str]:
        """Names of the devices, such as "cpu:0" and "gpu:0"."""
        return [device.name.removeprefix("/device:").lower() for device in tf.config.list_logical_devices()]

    @contextmanager
    def device(self, name: str) -> Iterator[None]:
        """A scope of `tf.device`; what is staged inside is placed there, too."""
        full = f"/device:{standardize_device(name, self.devices()).upper()}"
        token = _DEVICE.set(full)
        try:
            with tf.device(full):
                yield
        finally:
            _DEVICE.reset(token)


def _adopted(array: np.ndarray) -> Tensor:
    """A tensor that takes over a copy of `array`, made where TensorFlow wants it aligned."""
    if tf.config.list_physical_devices("GPU"):
        return tf.constant(array)
    memory = np.empty(array.nbytes + 63, np.uint8)
    start = -memory.ctypes.data % 64
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return tf.experimental.dlpack.from_dlpack(copy.__dlpack__())


def _number(value: bool | int | float, dtype: str | None) -> Tensor:
    """A Python number as a tensor: by default bool, int32 or the configured float type."""
    if dtype is None:
        dtype = "bool" if isinstance(value, bool) else "int32" if isinstance(value, int) else config.floatx()
    kind = tf.as_dtype(dtype)
    if not kind.is_floating:
        value = bool(value) if kind is tf.bool else int(value) if kind.is_integer else value
    return tf.constant(value, kind)


BACKEND = TensorFlowBackend()


def _converted(value: Variable, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    """Lets TensorFlow's own functions and operators take a Variable."""
    return tf.convert_to_tensor(value.value, dtype)


tf.register_tensor_conversion_function(Variable, _converted)
