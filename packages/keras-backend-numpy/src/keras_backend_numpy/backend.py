"""The backend object: arrays as tensors, functions that just run, no gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from keras_core import Spec, dtypes
from keras_core.backend import trainers

from keras_backend_numpy import devices, staging, storage
from keras_backend_numpy.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from keras_core.backend.toolkit import Cell
    from keras_core.typing import Shape

    from keras_backend_numpy.staging import FlatFunction


class NumpyBackend:
    """NumPy as a backend of Keras: inference without a framework, and the reference for other backends."""

    name = "numpy"
    protocol = 1
    capabilities: frozenset[str] = frozenset({"eager", "float16", "bfloat16"})
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> np.ndarray:
        """`value` as an array.

        Args:
            value: an array, a number, or nested lists of numbers.
            dtype: the array's dtype; that of `value` if None.
        """
        return np.asarray(value, None if dtype is None else dtypes.numpy_dtype(dtype))

    def borrow(self, array: np.ndarray) -> np.ndarray:
        """`array` as an argument of one call."""
        return array

    def numpy(self, tensor: Any) -> np.ndarray:
        """A copy."""
        return np.array(tensor)

    def is_tensor(self, value: Any) -> bool:
        """Whether it is an array or a NumPy scalar."""
        return isinstance(value, (np.ndarray, np.generic))

    def is_concrete(self, tensor: Any) -> bool:
        """Always: an array has its values."""
        return True

    def is_recording(self) -> bool:
        """Never: NumPy does not differentiate."""
        return False

    def shape(self, tensor: Any) -> Shape:
        """Sizes of all axes."""
        return tuple(np.shape(tensor))

    def dtype(self, tensor: Any) -> str:
        """Name of the dtype."""
        return dtypes.standardize(tensor.dtype)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Cell:
        """Storage that begins with a copy of `value`.

        Args:
            value: the initial value.
            name: the variable's name.
            trainable: makes no difference, since there are no gradients.
        """
        return storage.create(value, name)

    def read(self, handle: Cell) -> np.ndarray:
        """The current array; it is read-only, so that nobody changes the variable through it."""
        value: np.ndarray = handle.value
        return value

    def write(self, pairs: Sequence[tuple[Cell, Any]]) -> None:
        """Replace the arrays by copies of new ones; all of them, or none."""
        storage.write(pairs)

    def adopt(self, handle: Cell, array: np.ndarray) -> None:
        """Let a variable have an array that nothing else refers to."""
        storage.adopt(handle, array)

    # -- running

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[Any],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> FlatFunction:
        """`fn`, whose writes are committed after it has succeeded.

        Args:
            fn: takes arrays, returns a list of arrays.
            variables: the variables that it may write.
            signature: specs of its arguments; not needed, like `jit` and `ops`, since nothing is compiled.
            jit: not needed.
            ops: not needed.
        """
        return staging.stage(self, fn, variables)

    def stage_steps(self, *args: Any, **kwargs: Any) -> NoReturn:
        """NumPy gains nothing from it and does not declare the capability "steps".

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("The 'numpy' backend runs one step at a time.")

    def value_and_gradients(self, fn: Any, values: Sequence[Any]) -> NoReturn:
        """NumPy has no gradients.

        Args:
            fn: not called.
            values: not read.

        Raises:
            NotImplementedError: always; it names packages that can train.
        """
        raise NotImplementedError(
            "The 'numpy' backend only predicts and evaluates: it has no gradients, so it cannot train. "
            f"Install a package that can: {', '.join(trainers())}."
        )

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of the results, by running `fn` on ones.

        Args:
            fn: takes arrays, returns a list of arrays.
            signature: specs of its arguments.
        """
        return staging.abstract(fn, signature)

    def devices(self) -> list[str]:
        """The processor."""
        return devices.devices()

    def device(self, name: str) -> AbstractContextManager[None]:
        """There is one device, so its scope does nothing."""
        return devices.device(name)


BACKEND = NumpyBackend()
