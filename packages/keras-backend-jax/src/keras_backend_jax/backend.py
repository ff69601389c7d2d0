"""The JAX backend: tensors, variables and gradients."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from keras_core import Spec, Variable, config, dtypes
from keras_core.backend import PROTOCOL_VERSION
from keras_core.typing import Shape, Tensor

from keras_backend_jax import cells, devices, staging
from keras_backend_jax.cells import Cell
from keras_backend_jax.ops import OPS
from keras_backend_jax.precision import wide_allowed
from keras_backend_jax.transfer import copied

FlatFunction = Callable[..., "list[Tensor]"]


class JaxBackend:
    """JAX: eager arrays are its own, staged functions become pure ones compiled by XLA."""

    name = "jax"
    protocol = PROTOCOL_VERSION
    capabilities = frozenset(
        {"train", "eager", "steps", "second-order", "compiles", "static-shapes", "accelerator", "float16", "bfloat16"}
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
        return _from_array(value, dtype)

    def borrow(self, array: np.ndarray) -> Any:
        """`array` itself, which a compiled function takes faster than a copy; 64-bit numbers would lose half."""
        return array if array.dtype.kind in "biuf" and array.dtype.itemsize <= 4 else self.tensor(array)

    def numpy(self, tensor: Tensor) -> np.ndarray:
        """A NumPy array that shares no memory with `tensor` or a variable."""
        return np.array(tensor)

    def is_tensor(self, value: Any) -> bool:
        """Whether `value` is an array of JAX, concrete or traced."""
        return isinstance(value, jax.Array)

    def is_concrete(self, tensor: Tensor) -> bool:
        """Whether the array has a value now, outside any tracing."""
        return not isinstance(tensor, jax.core.Tracer)

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
        return Cell(copied(value), name)

    def read(self, handle: Cell) -> Tensor:
        """The array held now; arrays do not change, and a write puts another in its place."""
        return handle.value

    def write(self, pairs: Sequence[tuple[Cell, Tensor]]) -> None:
        """Put an array into each cell, all or (on failure) none."""
        for cell, value in pairs:
            if value.dtype != cell.value.dtype or value.shape != cell.value.shape:
                raise ValueError(
                    f"Variable {cell.name!r} of shape {cell.value.shape} and dtype {cell.value.dtype.name} cannot be "
                    f"assigned a value of shape {value.shape} and dtype {value.dtype.name}."
                )
        cells.replace([cell for cell, _ in pairs], [value for _, value in pairs])

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
    ) -> Callable[..., list[Tensor]]:
        """Compile many calls of `fn` in one; see `staging.stage_steps`."""
        return staging.stage_steps(self, fn, variables, ops)

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None]]:
        """``fn(*values) -> (scalar, others)`` evaluated, and the gradient of the scalar by each value.

        The gradient by what the scalar does not depend on is 0, by a value that is no float None.
        """
        places = [k for k, value in enumerate(values) if jnp.issubdtype(value.dtype, jnp.inexact)]

        def of_floats(*floats: Tensor) -> tuple[Tensor, list[Tensor]]:
            given = list(values)
            for place, value in zip(places, floats, strict=True):
                given[place] = value
            return fn(*given)

        floats = [values[place] for place in places]
        with wide_allowed():
            (loss, others), found = jax.value_and_grad(of_floats, tuple(range(len(places))), has_aux=True)(*floats)
        gradients: list[Tensor | None] = [None] * len(values)
        for place, gradient in zip(places, found, strict=True):
            gradients[place] = gradient
        return loss, others, gradients

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns for tensors of `signature`, found by tracing.

        Unknown sizes are tried as two different ones: what differs in the results is unknown.
        """
        trials = (2, 3) if any(None in spec.shape for spec in signature) else (1,)
        first, *rest = [self._traced(fn, signature, size) for size in trials]
        if not rest:
            return first
        return [
            Spec(tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True)), one.dtype)
            for one, other in zip(first, rest[0], strict=True)
        ]

    def _traced(self, fn: FlatFunction, signature: Sequence[Spec], size: int) -> list[Spec]:
        given = [
            jax.ShapeDtypeStruct([size if n is None else n for n in spec.shape], dtypes.numpy_dtype(spec.dtype))
            for spec in signature
        ]
        with wide_allowed():
            found = jax.eval_shape(lambda *tensors: list(fn(*tensors)), *given)
        return [Spec(out.shape, out.dtype.name) for out in found]

    # -- devices

    def devices(self) -> list[str]:
        """Names of the devices, such as "cpu:0" and "gpu:0"."""
        return list(devices.known())

    def device(self, name: str) -> AbstractContextManager[None]:
        """A scope; what is created inside lives on that device."""
        return devices.on_device(name)


@functools.cache
def _name_of(dtype: np.dtype) -> str:
    return dtype.name


def _from_array(value: Any, dtype: str | None) -> Tensor:
    array = np.asarray(value)
    if dtype is None and not hasattr(value, "dtype"):
        dtype = {"i": "int32", "f": config.floatx()}.get(array.dtype.kind)
    if dtype == "string" or array.dtype.kind in "OUS":
        raise ValueError(f"JAX has no string tensors; got {value!r}. Keep strings in NumPy arrays, outside the model.")
    return copied(array if dtype is None else array.astype(dtypes.numpy_dtype(dtype), copy=False))


BACKEND = JaxBackend()


def _as_array(variable: Variable) -> Tensor:
    return variable.value


Variable.__jax_array__ = _as_array  # type: ignore[attr-defined]  # for jnp.asarray(variable)
