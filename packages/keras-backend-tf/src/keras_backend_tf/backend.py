"""The TensorFlow backend: tensors, variables and gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Spec, Variable
from keras_core.backend import PROTOCOL_VERSION
from keras_core.backend.toolkit import SeparatePrograms

from keras_backend_tf import devices, distribution, host_calls, native_optimizer, parts, staging, storage
from keras_backend_tf.compiler.seen import note_gradient
from keras_backend_tf.framework import is_recording, recorded_read, result_specs, tf
from keras_backend_tf.ops import OPS
from keras_backend_tf.remat import remat

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from keras_core.backend import Layout, StepsDone
    from keras_core.typing import Shape, Tensor

FlatFunction = Callable[..., "list[Tensor]"]


class TensorFlowBackend(SeparatePrograms):
    """TensorFlow 2: eager tensors are its own, staged functions become graphs, with or without XLA."""

    name = "tensorflow"
    protocol = PROTOCOL_VERSION
    capabilities = frozenset(
        {"train", "eager", "steps", "second-order", "compiles", "accelerator", "float16", "bfloat16", "distributes"}
    )
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Tensor:
        """`value` (array, number, nested list or tensor) as a tensor of `dtype`."""
        if isinstance(value, (tf.Tensor, tf.Variable, tf.IndexedSlices)):
            value = tf.convert_to_tensor(value)
            return value if dtype is None or value.dtype.name == dtype else OPS["cast"](value, dtype)
        if type(value) in (bool, int, float):
            return storage.from_number(value, dtype)
        if isinstance(value, (list, tuple)) and any(map(tf.is_tensor, value)):
            return tf.stack([self.tensor(v, dtype) for v in value])
        return storage.from_array(value, dtype)

    def borrow(self, array: np.ndarray) -> Tensor:
        """`array` as an argument of one call."""
        return storage.from_array(array, None)

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

    def host_view(self, tensor: Tensor) -> np.ndarray | None:
        """The memory of an eager tensor on a CPU."""
        is_here = self.is_concrete(tensor) and tensor.device.endswith("CPU:0")
        return np.asarray(tensor) if is_here else None

    def is_recording(self) -> bool:
        """Whether a GradientTape is open."""
        return is_recording()

    def as_read(self, variable: Variable, value: Tensor) -> Tensor:
        """The value that a program has for a variable, which open tapes take for a read of it.

        A program carries the values of its variables as plain tensors, which a tape would know nothing of.
        """
        if not variable.trainable or not is_recording():
            return value
        handle, part = variable.storage, variable.part
        if part is None or value.shape == handle.shape:
            return recorded_read(handle, value)
        return recorded_read(handle, value, lambda gradient: parts.part_of_sum(gradient, part))

    def shape(self, tensor: Tensor) -> Shape:
        """Static shape, None where unknown."""
        return tuple(tensor.shape)

    def dtype(self, tensor: Tensor) -> str:
        """Name of the dtype, as in NumPy."""
        return str(tensor.dtype.name)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Any:
        """A tf.Variable that begins with `value`."""
        return storage.create(value, name, trainable)

    def read(self, handle: Any) -> Tensor:
        """The variable's value as it is now; a later write replaces the buffer and leaves this one."""
        value, part = self.read_part(handle), storage.part_in(handle)
        return value if part is None else parts.whole_of(value, part)

    def read_part(self, handle: Any) -> Tensor:
        """As `read`, what this process stores of the value."""
        if tf.inside_function():  # a function of the user's, which will read it whenever it is called
            handle.keras_handed_out = True
        return handle.value()

    def is_handed_out(self, handle: Any) -> bool:
        """Whether a tf.function that the user has made reads the variable."""
        return hasattr(handle, "keras_handed_out")

    def read_rows(self, handle: Any, indices: Tensor) -> Tensor | None:
        """Rows of a large table, unless a GradientTape is to see a read of the whole."""
        if tf.inside_function():  # as in `read`
            handle.keras_handed_out = True
        return None if handle.trainable and is_recording() else storage.read_rows(handle, indices)

    def read_stored(self, handle: Any) -> Tensor:
        """What is stored of the variable's value, outside of the function that is being traced, if one is."""
        with tf.init_scope():
            return handle.value()

    def write(self, pairs: Sequence[tuple[Any, Tensor]]) -> None:
        """Put a tensor into each variable, all or (on failure) none."""
        storage.write(pairs)

    def adopt(self, handle: Any, array: np.ndarray) -> None:
        """Let a variable have the memory of an array, where it is aligned and on a CPU."""
        storage.adopt(handle, array)

    def extend(self, core_type: type) -> Mapping[str, object] | None:
        """Let TensorFlow's own functions and operators take a Variable, and layers say which strategy is in force."""
        if core_type.__name__ == "Variable":
            tf.register_tensor_conversion_function(core_type, _converted)
        if core_type.__name__ == "Layer":
            return {"distribute_strategy": property(lambda layer: tf.distribute.get_strategy())}
        return None

    def wrap_optimizer(self, optimizer: object) -> native_optimizer.TensorFlowOptimizer | None:
        """How to run an optimizer of `tf.compat.v1.train`; None for anything else."""
        return native_optimizer.wrap_optimizer(optimizer)

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
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """Compile many calls of `fn` in one; see `staging.stage_steps`."""
        return staging.stage_steps(self, fn, variables, signature, jit, ops, most)

    def stage_training(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        done: StepsDone,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """Compile a step of training; see `staging.stage`."""
        return staging.stage(self, fn, variables, signature, jit, ops, done)

    def stage_training_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        done: StepsDone,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """Compile many steps of training in one call; see `staging.stage_steps`."""
        return staging.stage_steps(self, fn, variables, signature, jit, ops, most, done)

    def stage_batches(
        self,
        fn: FlatFunction,
        variables: Sequence[Variable],
        signature: Sequence[Spec],
        most: int,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]] | None:
        """Compile many calls of `fn` in one, whose outputs are all wanted; see `staging.stage_batches`."""
        return staging.stage_batches(self, fn, variables, signature, jit, ops)

    def fused(self, fn: FlatFunction) -> FlatFunction:
        """A pure function that XLA compiles wherever a graph calls it."""
        return staging.fused(fn)

    def host_call(
        self, function: Callable[..., Sequence[Any]], tensors: Sequence[Tensor], specs: Sequence[Spec]
    ) -> list[Tensor]:
        """A function of arrays as an op of a graph; see `host_calls.host_call`."""
        return host_calls.host_call(function, tensors, specs)

    def ragged(self, values: Tensor, lengths: Tensor) -> Tensor:
        """A `tf.RaggedTensor`."""
        return host_calls.ragged(values, lengths)

    def sparse(self, places: Tensor, values: Tensor, shape: Tensor) -> Tensor:
        """A `tf.SparseTensor`."""
        return host_calls.sparse(places, values, shape)

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None]]:
        """``fn(*values) -> (scalar, others)`` evaluated, and the gradient of the scalar by each value."""
        loss, others, gradients, _ = self.value_and_row_gradients(lambda _, *given: fn(*given), values)
        return loss, others, gradients

    def value_and_row_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None], list[Tensor | None]]:
        """As `value_and_gradients` for ``fn(mark, *values)``, and the gradients by what was marked."""
        note_gradient()
        marked: list[Tensor] = []
        with tf.GradientTape(watch_accessed_variables=False) as tape:

            def mark(tensor: Tensor) -> Tensor:
                marked.append(tf.stop_gradient(tensor))
                tape.watch(marked[-1])
                return marked[-1]

            values = [tf.identity(value) for value in values]
            floats = [value for value in values if value.dtype.is_floating or value.dtype.is_complex]
            tape.watch(floats)
            loss, others = fn(mark, *values)
        found = [None if g is None else tf.convert_to_tensor(g) for g in tape.gradient(loss, [*floats, *marked])]
        given, rows = iter(found[: len(floats)]), found[len(floats) :]
        gradients = [next(given) if value.dtype.is_floating or value.dtype.is_complex else None for value in values]
        return loss, others, gradients, rows

    def remat(self, fn: FlatFunction) -> FlatFunction:
        """`fn`, whose gradient keeps its arguments only and runs it again; see `remat.remat`."""
        return remat(fn)

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns for tensors of `signature`, traced into a scratch graph."""
        found = result_specs(fn, [tf.TensorSpec(spec.shape, spec.dtype) for spec in signature])
        return [Spec(self.shape(one), self.dtype(one)) for one in found]

    def make_deterministic(self) -> None:
        """Use no kernel that gives other bits in every run."""
        tf.config.experimental.enable_op_determinism()

    # -- several processes

    processes = distribution
    parts = parts

    def create_by_layout(self, value: np.ndarray, name: str, trainable: bool, layout: Layout) -> Any:
        """Storage of the part of this process, or of the whole; see `Distributes.create_by_layout`."""
        return storage.create(value, name, trainable, self.part_of(layout, value.shape, f"variable {name!r}"))

    def lay_out(self, handle: Any, layout: Layout | None) -> Any:
        """Storage of the part of this process, or of the whole, with the same value; see `Distributes.lay_out`."""
        own = storage.part_in(handle)
        shape = handle.shape if own is None else own.whole_shape(handle.shape)
        name = handle.name.partition(":")[0]
        part = None if layout is None else self.part_of(layout, shape, f"variable {name!r}")
        if part == own:
            return handle
        with tf.init_scope(), tf.device(handle.device):
            return storage.create(self.read(handle), name, handle.trainable, part)

    def parts_to_write(self, handle: Any) -> list[tuple[tuple[int, ...], np.ndarray]]:
        """What this process writes of a variable into files; see `WritesParts.parts_to_write`."""
        return parts.LINES.to_write(storage.part_in(handle), lambda: self.numpy(self.read_stored(handle)))

    # -- devices

    def devices(self) -> list[str]:
        """Names of the devices, such as "cpu:0" and "gpu:0"."""
        return devices.known_devices()

    def device(self, name: str) -> AbstractContextManager[None]:
        """A scope of `tf.device`; what is staged inside is placed there, too."""
        return devices.on_device(name)


def _converted(value: Variable, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    return tf.convert_to_tensor(value.value, dtype)


BACKEND = TensorFlowBackend()
