"""What a step returned, on the device until somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_core import ops
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.typing import Tensor, TensorTree


class StepResult(Protocol):
    """The result of a step, or of the last of several."""

    def fetch(self) -> dict[str, Any]:
        """The result by name, on the host; waits for the device."""
        ...


class StepLogs:
    """The logs of a train or test step: scalars side by side in one tensor, so that one fetch gets all.

    Args:
        names: names of the scalars.
        vector: the scalars, shape (len(names),).
        others: values of other shapes by name.
        backend: where the tensors are.
    """

    def __init__(self, names: list[str], vector: Tensor, others: dict[str, Tensor], backend: Backend) -> None:
        self._names = names
        self._vector = vector
        self._others = others
        self._backend = backend
        self._found: dict[str, Any] | None = None

    def fetch(self) -> dict[str, Any]:
        """The values as Python floats (arrays where a step returned some)."""
        if self._found is None:
            backend = self._backend
            values = backend.numpy(self._vector).tolist() if self._names else []
            self._found = dict(zip(self._names, values, strict=True))
            self._found |= {k: backend.numpy(v) for k, v in self._others.items()}
        return self._found


class StepOutputs:
    """The outputs of a predict step.

    Args:
        outputs: nested tensors.
        backend: where the tensors are.
    """

    def __init__(self, outputs: TensorTree, backend: Backend) -> None:
        self._outputs = outputs
        self._backend = backend
        self._found: dict[str, Any] | None = None

    def fetch(self) -> dict[str, Any]:
        """The outputs as nested NumPy arrays under "outputs"."""
        if self._found is None:
            self._found = {"outputs": map_nested(self._backend.numpy, self._outputs)}
        return self._found


class ManyOutputs(StepOutputs):
    """The outputs of several predict steps.

    Args:
        outputs: nested tensors (steps or more, batch, ...).
        count: how many steps there are.
        backend: where the tensors are.
    """

    def __init__(self, outputs: TensorTree, count: int, backend: Backend) -> None:
        super().__init__(outputs, backend)
        self._count = count

    def fetch(self) -> dict[str, Any]:
        """The outputs as nested NumPy arrays (steps * batch, ...) under "outputs"."""
        if self._found is None:
            self._found = {"outputs": map_nested(self._joined, self._outputs)}
        return self._found

    def _joined(self, tensor: Tensor) -> np.ndarray:
        array = self._backend.numpy(tensor)[: self._count]
        return array.reshape(-1, *array.shape[2:])


def packed(logs: object, names: list[str], model_name: str) -> tuple[Tensor, dict[str, Tensor]]:
    """The tensors of a step's logs: scalars stacked in one of float32, anything else by name.

    Args:
        logs: what train_step or test_step returned.
        names: filled in with the names of the scalars.
        model_name: for the message.

    Raises:
        TypeError: when `logs` is no dict.
    """
    if not isinstance(logs, dict):
        raise TypeError(
            f"Model {model_name!r}: train_step() and test_step() return a dict of names and values, got {logs!r}."
        )
    flat: dict[str, Tensor] = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            flat |= value
        else:
            flat[name] = value
    scalars = {name: value for name, value in flat.items() if shape_of(value) == ()}
    others = {name: value for name, value in flat.items() if name not in scalars}
    names[:] = list(scalars)
    vector = ops.stack([ops.cast(v, "float32") for v in scalars.values()]) if scalars else ops.zeros((0,))
    return ops.stop_gradient(vector), others


class OutputRows:
    """The outputs of a prediction, gathered on the host while the next call runs.

    Where the number of rows is known they are written into arrays that are made once.

    Args:
        size: how many rows there will be; None where that is not known.
    """

    def __init__(self, size: int | None) -> None:
        self._size = size
        self._last: StepResult | None = None
        self._parts: list[Any] = []
        self._whole: list[np.ndarray] | None = None
        self._done = 0

    def add(self, result: StepResult) -> None:
        """Take the outputs of a call; the device may still compute them."""
        last, self._last = self._last, result
        if last is not None:
            self._write(last.fetch()["outputs"])

    def joined(self) -> TensorTree:
        """All outputs, as nested arrays; None if there were none."""
        if self._last is not None:
            last, self._last = self._last, None
            self._write(last.fetch()["outputs"])
        if self._whole is None:
            return _concatenated(self._parts) if self._parts else None
        joined = iter([array if self._done == len(array) else array[: self._done] for array in self._whole])
        return map_nested(lambda _: next(joined), self._parts[0])

    def _write(self, outputs: TensorTree) -> None:
        leaves = leaves_of(outputs)
        if self._size is not None and not self._parts and all(np.ndim(leaf) for leaf in leaves):
            self._parts = [outputs]
            self._whole = [np.empty((self._size, *leaf.shape[1:]), leaf.dtype) for leaf in leaves]
        if self._whole is None:
            self._parts.append(outputs)
            return
        end = self._done + len(leaves[0])
        if not all(_fits(leaf, array, end - self._done, end) for leaf, array in zip(leaves, self._whole, strict=True)):
            self._write_apart(outputs)
            return
        for leaf, array in zip(leaves, self._whole, strict=True):
            array[self._done : end] = leaf
        self._done = end

    def _write_apart(self, outputs: TensorTree) -> None:
        """Go on with the outputs of each call by themselves: these have other shapes, or more rows than the inputs."""
        assert self._whole is not None
        before = iter([array[: self._done] for array in self._whole])
        self._parts = [map_nested(lambda _: next(before), self._parts[0]), outputs] if self._done else [outputs]
        self._whole = self._size = None


def _fits(leaf: np.ndarray, array: np.ndarray, rows: int, end: int) -> bool:
    return len(leaf) == rows and leaf.shape[1:] == array.shape[1:] and leaf.dtype == array.dtype and end <= len(array)


def _concatenated(parts: list[Any]) -> TensorTree:
    """Nested NumPy outputs of batches, joined along the first axis."""
    if len(parts) == 1:
        return parts[0]
    columns: list[list[np.ndarray]] = []
    for part in parts:
        leaves = leaves_of(part)
        columns = columns or [[] for _ in leaves]
        for column, leaf in zip(columns, leaves, strict=True):
            column.append(leaf)
    joined = iter([np.concatenate(column) for column in columns])
    return map_nested(lambda _: next(joined), parts[0])
