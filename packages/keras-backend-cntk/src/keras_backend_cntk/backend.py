"""The backend object: arrays outside, graphs of ops while a function is staged."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from keras_core import Spec, dtypes
from keras_core.backend import load
from keras_core.backend.toolkit import op_table
from keras_core.op_graph import GraphValue, Recorder

from keras_backend_cntk import devices, staging, storage
from keras_backend_cntk.ops import control
from keras_backend_cntk.staging import RECORDER, recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from keras_core.backend.toolkit import Cell
    from keras_core.typing import Shape

    from keras_backend_cntk.staging import FlatFunction


class _Ops(Mapping[str, "Callable[..., Any]"]):
    """NumPy's ops, which become nodes of a graph while a function is staged; loaded when first needed."""

    @functools.cached_property
    def _own(self) -> dict[str, Callable[..., Any]]:
        nodes = Recorder().ops  # an op that NumPy has faster than it is composed is composed here
        eager = {name: op for name, op in load("numpy").ops.items() if name in nodes} | op_table([control])
        return {name: _by_recorder(name, op) for name, op in eager.items()}

    def __getitem__(self, name: str) -> Callable[..., Any]:
        return self._own[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


def _by_recorder(name: str, eager: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(eager)
    def run(*args: Any, **kwargs: Any) -> Any:
        recorder = RECORDER.get()
        return eager(*args, **kwargs) if recorder is None else recorder.ops[name](*args, **kwargs)

    return run


class CntkBackend:
    """CNTK as a backend of Keras."""

    name = "cntk"
    protocol = 1
    capabilities: frozenset[str] = frozenset({"train", "compiles", "static-shapes"})
    ops: Mapping[str, Callable[..., Any]] = _Ops()

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Any:
        """`value` as an array; while a function is staged, as a value of its graph.

        Args:
            value: an array, a number, nested lists of numbers, or a value of a graph.
            dtype: the tensor's dtype; that of `value` if None.
        """
        recorder = RECORDER.get()
        if recorder is not None:
            return recorder.tensor(value, dtype)
        return np.asarray(value, None if dtype is None else dtypes.numpy_dtype(dtype))

    def borrow(self, array: np.ndarray) -> np.ndarray:
        """`array` as an argument of one call."""
        return array

    def numpy(self, tensor: Any) -> np.ndarray:
        """A copy; values of a graph have none.

        Raises:
            TypeError: for such a value, unless it is a constant.
        """
        return np.array(tensor)

    def is_tensor(self, value: Any) -> bool:
        """Whether it is an array, a NumPy scalar or a value of a graph."""
        if RECORDER.get() is not None:
            return isinstance(value, GraphValue)
        return isinstance(value, (np.ndarray, np.generic, GraphValue))

    def is_concrete(self, tensor: Any) -> bool:
        """Whether its values are known."""
        return not isinstance(tensor, GraphValue) or tensor.constant is not None

    def is_recording(self) -> bool:
        """Never: gradients are taken of graphs."""
        return False

    def shape(self, tensor: Any) -> Shape:
        """Sizes of all axes, None where a graph does not know them."""
        return tuple(tensor.shape) if isinstance(tensor, GraphValue) else np.shape(tensor)

    def dtype(self, tensor: Any) -> str:
        """Name of the dtype."""
        return tensor.dtype if isinstance(tensor, GraphValue) else dtypes.standardize(tensor.dtype)

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
        value: np.ndarray = handle.value
        return value

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
            jit: makes no difference: all is CNTK's that it has.
            ops: names of the ops in `fn`; make no difference here.
        """
        return staging.stage(self, fn, variables, signature)

    def stage_steps(self, *args: Any, **kwargs: Any) -> NoReturn:
        """A step is one call already; the capability "steps" is not declared.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("The 'cntk' backend runs one step per call.")

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
        with recording() as recorder:
            return recorder.value_and_gradients(fn, values)

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of the graph that `fn` builds.

        Args:
            fn: takes tensors, returns a list of tensors.
            signature: specs of its arguments.
        """
        return staging.abstract(fn, signature)

    def devices(self) -> list[str]:
        """The processor."""
        return devices.devices()

    def device(self, name: str) -> AbstractContextManager[None]:
        """There is one device, so its scope does nothing."""
        return devices.device(name)


BACKEND = CntkBackend()
