"""The JAX backend: tensors, variables and gradients."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from keras_core import Spec, Variable, dtypes
from keras_core.backend import PROTOCOL_VERSION
from keras_core.backend.toolkit import flat, probed_specs

from keras_backend_jax import devices, distribution, staging, storage
from keras_backend_jax.framework import host_view, is_live, is_traced, placeholder, wide_allowed
from keras_backend_jax.gradient_transformation import GradientTransformation, is_transformation
from keras_backend_jax.ops import OPS
from keras_backend_jax.remat import remat

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np
    from keras_core.backend import Layout
    from keras_core.typing import Shape, Tensor

    from keras_backend_jax.storage import Cell

FlatFunction = Callable[..., "list[Tensor]"]

_DETERMINISTIC = "--xla_gpu_deterministic_ops=true"
"""The flag by which XLA leaves out kernels whose bits change from run to run."""


class JaxBackend:
    """JAX: eager arrays are its own, staged functions become pure ones compiled by XLA."""

    name = "jax"
    protocol = PROTOCOL_VERSION
    capabilities = frozenset(
        {
            "train",
            "eager",
            "steps",
            "second-order",
            "compiles",
            "static-shapes",
            "accelerator",
            "float16",
            "bfloat16",
            "distributes",
        }
    )
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Tensor:
        """`value` (array, number, nested list or tensor) as a tensor of `dtype`."""
        if isinstance(value, jax.Array):
            return value if dtype is None or _name_of(value.dtype) == dtype else OPS["cast"](value, dtype)
        if isinstance(value, Variable):
            return self.tensor(value.value, dtype)
        if isinstance(value, (list, tuple)) and any(isinstance(one, jax.Array) for one in value):
            return OPS["stack"]([self.tensor(one, dtype) for one in value])
        return storage.from_array(value, dtype)

    def borrow(self, array: np.ndarray) -> Any:
        """`array` itself, which a compiled function takes faster than a copy; 64-bit numbers would lose half."""
        return array if array.dtype.kind in "biuf" and array.dtype.itemsize <= 4 else self.tensor(array)

    def numpy(self, tensor: Tensor) -> np.ndarray:
        """A NumPy array that shares no memory with `tensor` or a variable; all processes ask for one in parts."""
        return distribution.whole(tensor)

    def is_tensor(self, value: Any) -> bool:
        """Whether `value` is an array of JAX, concrete or traced."""
        return isinstance(value, jax.Array)

    def is_concrete(self, tensor: Tensor) -> bool:
        """Whether the array has a value now, outside any tracing."""
        return not is_traced(tensor)

    def host_view(self, tensor: Tensor) -> np.ndarray | None:
        """The memory of an array on a single CPU."""
        return host_view(tensor)

    def is_live(self, tensor: Tensor) -> bool:
        """Whether the array means something here, and is not of a function whose tracing has ended."""
        return is_live(tensor)

    def is_recording(self) -> bool:
        """Never: JAX differentiates functions, whose arrays are then traced ones."""
        return False

    def shape(self, tensor: Tensor) -> Shape:
        """Sizes of all axes, which JAX always knows."""
        return tensor.shape

    def dtype(self, tensor: Tensor) -> str:
        """Name of the dtype, as in NumPy."""
        return _name_of(tensor.dtype)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Cell:
        """A cell that begins with `value`."""
        return storage.create(value, name)

    def read(self, handle: Cell) -> Tensor:
        """The array held now; arrays do not change, and a write puts another in its place."""
        return handle.lend()

    def read_stored(self, handle: Cell) -> Tensor:
        """The array held now, to be copied at once: a step may write into its memory afterwards."""
        return handle.value

    def read_rows(self, handle: Cell, indices: Tensor) -> Tensor:
        """Rows of the array held now."""
        return OPS["take"](handle.value, indices, 0)

    def write(self, pairs: Sequence[tuple[Cell, Tensor]]) -> None:
        """Put an array into each cell, all or (on failure) none."""
        storage.write(pairs)

    def adopt(self, handle: Cell, array: np.ndarray) -> None:
        """Let a variable have the memory of an array, where JAX can use it."""
        storage.adopt(handle, array)

    def extend(self, core_type: type) -> Mapping[str, object] | None:
        """Let ``jnp.asarray`` and JAX's other functions take a Variable, and models have Keras 3's `jax_state_sync`."""
        added: dict[str, dict[str, object]] = {
            "Variable": {"__jax_array__": _as_array},
            "Layer": {"jax_state_sync": _state_sync},
        }
        return added.get(core_type.__name__)

    def wrap_optimizer(self, optimizer: object) -> GradientTransformation | None:
        """How to run a gradient transformation of optax; None for anything else."""
        return GradientTransformation(optimizer) if is_transformation(optimizer) else None

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
        return staging.stage(self, fn, variables)

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
        return staging.stage_steps(self, fn, variables, ops, most)

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
        return staging.stage_batches(self, fn, variables, signature, most, ops)

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None]]:
        """``fn(*values) -> (scalar, others)`` evaluated, and the gradient of the scalar by each value.

        The gradient by what the scalar does not depend on is 0, by a value that is no float None.
        """
        loss, others, gradients, _ = _differentiated(lambda _, *given: fn(*given), values, [])
        return loss, others, gradients

    def value_and_row_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None], list[Tensor | None]]:
        """As `value_and_gradients` for ``fn(mark, *values)``, and the gradients by what was marked.

        JAX differentiates by arguments, so that a first pass finds the shapes of what is marked.
        """
        shapes: list[Tensor] = []

        def noting(*given: Tensor) -> Any:
            shapes.clear()

            def mark(tensor: Tensor) -> Tensor:
                shapes.append(jax.ShapeDtypeStruct(tensor.shape, tensor.dtype))
                return tensor

            return fn(mark, *given)

        with wide_allowed():
            jax.eval_shape(noting, *values)
        return _differentiated(fn, values, [jnp.zeros(one.shape, one.dtype) for one in shapes])

    def map_alike(self, fn: FlatFunction, groups: Sequence[Sequence[Tensor]]) -> list[Sequence[Tensor]]:
        """``fn(*group)`` for each group, which is traced once where it is part of a program."""
        if not all(isinstance(one, jax.core.Tracer) for one in groups[0]):
            return [fn(*group) for group in groups]
        once = jax.jit(lambda *tensors: list(fn(*tensors)))
        return [once(*group) for group in groups]

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns for tensors of `signature`, found by tracing, at two sizes where unknown."""
        return probed_specs(lambda specs: _traced(fn, specs), signature)

    def remat(self, fn: FlatFunction) -> FlatFunction:
        """`fn`, whose gradient keeps its arguments only and runs it again; see `remat.remat`."""
        return remat(fn)

    # -- several devices and processes

    shares_programs = True

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None:
        """Join a group of processes, by JAX's runtime for several."""
        GROUP.join(address, size, rank, timeout)

    def rank(self) -> int:
        """Which process of the group this is."""
        return jax.process_index()

    def size(self) -> int:
        """How many processes the group has."""
        return jax.process_count()

    def all_devices(self, kind: str | None = None) -> list[str]:
        """Names of the devices of all processes."""
        return distribution.all_devices(kind)

    def create_by_layout(self, value: np.ndarray, name: str, trainable: bool, layout: Layout) -> Cell:
        """A cell that begins with `value`, in parts."""
        return storage.create_laid_out(value, name, distribution.sharding_of(layout))

    def lay_out(self, handle: Cell, layout: Layout | None) -> Cell:
        """Put what a cell holds elsewhere, with all that it will hold."""
        storage.lay_out(handle, None if layout is None else distribution.sharding_of(layout))
        return handle

    def place(self, value: Tensor, layout: Layout) -> Tensor:
        """A whole value, laid out on a mesh."""
        return distribution.put(value, distribution.sharding_of(layout))

    def place_batch(self, rows: np.ndarray, layout: Layout) -> Tensor:
        """A batch of which each process has its rows."""
        return distribution.from_rows(rows, distribution.sharding_of(layout))

    def gather(self, tensor: Tensor) -> np.ndarray:
        """The whole value of an array, in every process."""
        return distribution.whole(tensor)

    def parts_to_write(self, handle: Cell) -> list[tuple[tuple[int, ...], np.ndarray]]:
        """What this process writes of a variable into files; see `WritesParts.parts_to_write`."""
        return distribution.own_parts(handle.value)

    def reduce(self, tensors: Sequence[Tensor], how: str) -> list[Tensor]:
        """Nothing is left to reduce: programs see whole batches."""
        return list(tensors)

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """What every process says, by rank."""
        return GROUP.exchange(message, timeout)

    # -- devices

    def make_deterministic(self) -> None:
        """Use no kernel that gives other bits in every run; XLA reads its flags when a device is first used."""
        flags = os.environ.get("XLA_FLAGS", "")
        if _DETERMINISTIC not in flags:
            os.environ["XLA_FLAGS"] = f"{flags} {_DETERMINISTIC}".strip()

    def devices(self) -> list[str]:
        """Names of the devices, such as "cpu:0" and "gpu:0"."""
        return list(devices.known_devices())

    def device(self, name: str) -> AbstractContextManager[None]:
        """A scope; what is created inside is placed on that device."""
        return devices.on_device(name)


def _differentiated(
    fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor], zeros: Sequence[Tensor]
) -> tuple[Tensor, list[Tensor], list[Tensor | None], list[Tensor | None]]:
    """``fn(mark, *values)`` and its gradients by the values, and by `zeros` that are added to what is marked."""
    places = [k for k, value in enumerate(values) if jnp.issubdtype(value.dtype, jnp.inexact)]

    def of_floats(*floats: Tensor) -> tuple[Tensor, list[Tensor]]:
        given, added = list(values), iter(floats[len(places) :])
        for place, value in zip(places, floats, strict=False):
            given[place] = value
        return fn(lambda tensor: jax.lax.stop_gradient(tensor) + next(added), *given)

    floats = [*(values[place] for place in places), *zeros]
    with wide_allowed():
        (loss, others), found = jax.value_and_grad(of_floats, tuple(range(len(floats))), has_aux=True)(*floats)
    gradients: list[Tensor | None] = [None] * len(values)
    for place, gradient in zip(places, found, strict=False):
        gradients[place] = gradient
    return loss, others, gradients, list(found[len(places) :])


@functools.cache
def _name_of(dtype: np.dtype) -> str:
    return dtype.name


def _traced(fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
    given = [placeholder(spec.shape, dtypes.numpy_dtype(spec.dtype)) for spec in signature]
    with wide_allowed():
        return [Spec(out.shape, out.dtype.name) for out in jax.eval_shape(flat(fn), *given)]


def _as_array(variable: Variable) -> Tensor:
    return variable.value


def _state_sync(layer: object) -> None:
    """Nothing: between two compiled calls, and in callbacks, variables hold their values.

    In Keras 3 they do not until a method of this name is called.
    """


GROUP = distribution.Group()
"""The processes that this one works with."""

BACKEND = JaxBackend()
