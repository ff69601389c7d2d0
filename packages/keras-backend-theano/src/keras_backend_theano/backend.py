"""The backend object: arrays outside, PyTensor graphs while a function is staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from keras_core import Spec, dtypes
from pytensor.graph.basic import Constant, Variable

from keras_backend_theano import devices, framework, staging, storage
from keras_backend_theano.ops import OPS
from keras_backend_theano.symbolic import numpy_dtype, tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from keras_core.backend.toolkit import Cell
    from keras_core.typing import Shape

    from keras_backend_theano.staging import FlatFunction


class TheanoBackend:
    """PyTensor as a backend of Keras."""

    name = "theano"
    protocol = 1
    capabilities: frozenset[str] = frozenset({"train", "compiles", "second-order"})
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Any:
        """`value` as an array, or a symbolic value cast to `dtype`.

        Args:
            value: an array, a number, nested lists of numbers, or a PyTensor variable.
            dtype: the tensor's dtype; that of `value` if None.
        """
        if isinstance(value, Variable):
            return tensor(value, None if dtype is None else numpy_dtype(dtype).name)
        return np.asarray(value, None if dtype is None else dtypes.numpy_dtype(dtype))

    def borrow(self, array: np.ndarray) -> np.ndarray:
        """`array` as an argument of one call."""
        return array

    def numpy(self, tensor: Any) -> np.ndarray:
        """A copy; only arrays have values.

        Raises:
            TypeError: for a symbolic value.
        """
        if isinstance(tensor, Constant):
            return np.array(tensor.data)
        if isinstance(tensor, Variable):
            raise TypeError(
                "A symbolic value has no numbers while a function is being staged; use ops on it, or "
                "return it from the function."
            )
        return np.array(tensor)

    def is_tensor(self, value: Any) -> bool:
        """Whether it is an array, a NumPy scalar or a PyTensor variable."""
        return isinstance(value, (np.ndarray, np.generic, Variable))

    def is_concrete(self, tensor: Any) -> bool:
        """Whether it is an array or a NumPy scalar."""
        return not isinstance(tensor, Variable)

    def is_recording(self) -> bool:
        """Never: gradients are taken of graphs."""
        return False

    def shape(self, tensor: Any) -> Shape:
        """Sizes of all axes, None where a graph does not know them."""
        return tuple(tensor.type.shape) if isinstance(tensor, Variable) else np.shape(tensor)

    def dtype(self, tensor: Any) -> str:
        """Name of the dtype."""
        if isinstance(tensor, Variable):
            return str(tensor.type.dtype)
        return dtypes.standardize(tensor.dtype)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Cell:
        """Storage that begins with a copy of `value`.

        Args:
            value: the initial value.
            name: the variable's name.
            trainable: makes no difference here.
        """
        return storage.create(value, name)

    def read(self, handle: Cell) -> np.ndarray:
        """The current array; it is read-only, so that nobody changes the variable through it."""
        return handle.value

    def write(self, pairs: Sequence[tuple[Cell, Any]]) -> None:
        """Replace the arrays by copies of new ones; all of them, or none."""
        storage.write(pairs)

    def adopt(self, handle: Cell, array: np.ndarray) -> None:
        """Let a variable have an array that nothing else refers to."""
        storage.adopt(handle, array)

    # -- staging

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[Any],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> FlatFunction:
        """One compiled function of arguments and variables; new values are committed together.

        Args:
            fn: takes tensors, returns a list of tensors.
            variables: the variables that it may write.
            signature: specs of its arguments.
            jit: True compiles by numba; otherwise the graph runs as NumPy calls, which starts at once.
            ops: names of the ops in `fn`; make no difference here.
        """
        return staging.stage(self, fn, variables, signature, bool(jit))

    def stage_steps(self, *args: Any, **kwargs: Any) -> NoReturn:
        """A step is one call already; the capability "steps" is not declared.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("The 'theano' backend runs one step per call.")

    def value_and_gradients(
        self, fn: Callable[..., tuple[Any, list[Any]]], values: Sequence[Any]
    ) -> tuple[Any, list[Any], list[Any]]:
        """The scalar, the other results, and gradients with respect to the values.

        Args:
            fn: takes tensors, returns the scalar and other results.
            values: its arguments.

        Raises:
            NotImplementedError: when an op between value and scalar has no gradient.
        """
        return staging.value_and_gradients(fn, values)

    def value_and_row_gradients(
        self, fn: Callable[..., tuple[Any, list[Any]]], values: Sequence[Any]
    ) -> tuple[Any, list[Any], list[Any], list[Any]]:
        """As `value_and_gradients` for ``fn(mark, *values)``, and the gradients with respect to what was marked."""
        return staging.value_and_row_gradients(fn, values)

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of the graph that `fn` builds.

        Args:
            fn: takes tensors, returns a list of tensors.
            signature: specs of its arguments.
        """
        return staging.abstract(self, fn, signature)

    def devices(self) -> list[str]:
        """The processor."""
        return devices.devices()

    def device(self, name: str) -> AbstractContextManager[None]:
        """There is one device, so its scope does nothing."""
        return devices.device(name)

    # -- interoperation

    def extend(self, core_type: type) -> None:
        """Let PyTensor's functions and operators take variables of Keras."""
        if core_type.__name__ == "Variable":
            framework.accept_variables(core_type)


BACKEND = TheanoBackend()
