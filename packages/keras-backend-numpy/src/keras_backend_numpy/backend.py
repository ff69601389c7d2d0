"""The backend object: arrays as tensors, functions that just run, no gradients."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NoReturn

import numpy as np
from keras_core import Spec, Trace, dtypes
from keras_core.backend import standardize_device, trainers
from keras_core.typing import Shape

from keras_backend_numpy import conv, creation, elementwise, indexing, linalg, nn, random, reduction, shaping

FlatFunction = Callable[..., list[Any]]


class Cell:
    """Storage of a variable: the array that it holds now, replaced as a whole and never written into."""

    __slots__ = ("name", "value")

    def __init__(self, value: np.ndarray, name: str) -> None:
        self.value = value
        self.name = name


def _frozen(value: Any) -> np.ndarray:
    array = np.array(value)
    array.flags.writeable = False
    return array


def _own(value: Any) -> Any:
    """`value`, copied when it lies in a variable's storage."""
    return np.array(value) if isinstance(value, np.ndarray) and not value.flags.writeable else value


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)

    return run


class NumpyBackend:
    """NumPy as Keras sees it: inference without a framework, and the reference for other backends."""

    name = "numpy"
    protocol = 1
    capabilities: frozenset[str] = frozenset({"eager", "float16", "bfloat16"})
    ops: Mapping[str, Callable[..., Any]] = {
        name: _quiet(function)
        for family in (elementwise, shaping, creation, reduction, indexing, linalg, nn, conv, random)
        for name, function in family.OPS.items()
    }

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> np.ndarray:
        """`value` as an array."""
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
        return np.shape(tensor)

    def dtype(self, tensor: Any) -> str:
        """Name of the dtype."""
        return dtypes.standardize(tensor.dtype)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Cell:
        """Storage that begins with a copy of `value`."""
        return Cell(_frozen(value), name)

    def read(self, handle: Cell) -> np.ndarray:
        """The array held now; it is read-only, so that nobody changes the variable through it."""
        return handle.value

    def write(self, pairs: Sequence[tuple[Cell, Any]]) -> None:
        """Put new arrays in place of the old ones; all of them, or none."""
        new = [(handle, _frozen(value)) for handle, value in pairs]
        for handle, value in new:
            if value.shape != handle.value.shape or value.dtype != handle.value.dtype:
                raise ValueError(
                    f"A variable of shape {handle.value.shape} and dtype {handle.value.dtype} cannot be assigned "
                    f"a value of shape {value.shape} and dtype {value.dtype}."
                )
        old = [(handle, handle.value) for handle, _ in pairs]
        try:
            for handle, value in new:
                handle.value = value
        except BaseException:
            for handle, value in old:
                handle.value = value
            raise

    # -- running

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[Any],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> FlatFunction:
        """`fn` itself, its writes kept until it has succeeded."""

        def program(*tensors: Any) -> list[Any]:
            with Trace(self, variables) as trace:
                results = [_own(result) for result in fn(*tensors)]
            self.write([(variable.storage, value) for variable, value in trace.written.items()])
            return results

        return program

    def stage_steps(self, *args: Any, **kwargs: Any) -> NoReturn:
        """NumPy gains nothing from it and does not declare it."""
        raise NotImplementedError("The 'numpy' backend runs one step at a time.")

    def value_and_gradients(self, fn: Any, values: Sequence[Any]) -> NoReturn:
        """NumPy has no gradients.

        Raises:
            NotImplementedError: always; it names packages that can train.
        """
        raise NotImplementedError(
            "The 'numpy' backend only predicts and evaluates: it has no gradients, so it cannot train. "
            f"Install a package that can: {', '.join(trainers())}."
        )

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs found by running `fn` on ones, twice where sizes are unknown; those that differ are unknown."""
        found = [self._run_on_ones(fn, signature, size) for size in self._sizes(signature)]
        first = found[0]
        if len(found) == 1:
            return first
        shapes = [
            tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True))
            for one, other in zip(first, found[1], strict=True)
        ]
        return [Spec(shape, one.dtype) for shape, one in zip(shapes, first, strict=True)]

    @staticmethod
    def _sizes(signature: Sequence[Spec]) -> tuple[int, ...]:
        return (2, 3) if any(None in spec.shape for spec in signature) else (1,)

    def _run_on_ones(self, fn: FlatFunction, signature: Sequence[Spec], size: int) -> list[Spec]:
        arrays = [
            np.ones([size if n is None else n for n in spec.shape], dtypes.numpy_dtype(spec.dtype))
            for spec in signature
        ]
        with np.errstate(all="ignore"):
            return [Spec(self.shape(result), self.dtype(result)) for result in fn(*arrays)]

    def devices(self) -> list[str]:
        """The processor."""
        return ["cpu:0"]

    def device(self, name: str) -> AbstractContextManager[None]:
        """There is one device, so its scope does nothing."""
        standardize_device(name, self.devices())
        return nullcontext()


BACKEND = NumpyBackend()
