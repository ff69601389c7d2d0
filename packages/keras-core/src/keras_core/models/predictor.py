"""Predictor: what a model predicts, compiled ahead for the sizes of batches that a server gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, ops, tree
from keras_core.backend.placement import on_device_of
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.spec import Spec
from keras_core.layers.input_spec import InputSpec
from keras_core.op_graph.export import export_graph
from keras_core.staging.staged import Staged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.layers.layer import Layer
    from keras_core.typing import Shape, TensorTree


class Predictor:
    """What a model predicts, compiled for some sizes of batches; nothing else is ever compiled.

    A call computes `predict` for a batch of any size up to the largest: rows are added up to the next size that was
    compiled, and their outputs dropped. It may be made from several threads at a time. What the model's variables hold
    is read in each call, so weights that are set later count.

    Args:
        model: a built model, which assigns no variable when it predicts.
        batch_sizes: numbers of rows to compile for.
        specs: of the inputs, in the structure in which the model takes them; the first axis is the batch.

    Attributes:
        batch_sizes: the numbers of rows that are compiled for, rising.

    Raises:
        ValueError: for sizes that are no positive ints, inputs with axes of unknown length besides the batch, and a
            model that assigns variables.
    """

    def __init__(self, model: Layer, batch_sizes: Sequence[int], specs: TensorTree) -> None:
        if not batch_sizes or any(not isinstance(one, (int, np.integer)) or one < 1 for one in batch_sizes):
            raise ValueError(f"batch_sizes must be positive ints, such as (1, 8, 32), got {batch_sizes!r}.")
        self.batch_sizes: tuple[int, ...] = tuple(sorted({int(one) for one in batch_sizes}))
        self._model = model
        self._structure = tree.map_structure(lambda one: _spec(one, model.name), specs)
        self._specs: list[Spec] = tree.flatten(self._structure)
        self._dtypes = [dtypes.numpy_dtype(spec.dtype) for spec in self._specs]
        written = export_graph(model, [self._structure]).writes
        if written:
            names = ", ".join(sorted(variable.path for variable in written))
            raise ValueError(
                f"Model '{model.name}' assigns {names} when it predicts, so its calls depend on each other."
            )

        def numbers(x: TensorTree) -> TensorTree:
            return tree.map_structure(ops.stop_gradient, model(x, training=False))  # only numbers are asked for

        self._staged = Staged(numbers, model.variables, model.backend)
        self._programs: dict[int, tuple[Callable[..., list[Any]], list[Any]]] = {}
        for size in self.batch_sizes:
            self._compile(size)

    def _compile(self, size: int) -> None:
        sizes = [[size, *(n or 0 for n in spec.shape[1:])] for spec in self._specs]
        arrays = [np.zeros(n, dtype) for n, dtype in zip(sizes, self._dtypes, strict=True)]
        with on_device_of(self._model):
            _, program, results = self._staged.prepare((self._packed(arrays),))
            self._programs[size] = program, results
            self._run(size, arrays)

    def __call__(self, x: TensorTree) -> TensorTree:
        """The outputs for a batch, as NumPy arrays.

        Args:
            x: arrays in the structure in which the model takes them.

        Raises:
            ValueError: for another structure, shapes or dtypes that are not compiled for, and too many rows.
        """
        arrays = self._checked(x)
        rows = len(arrays[0])
        size = next(one for one in self.batch_sizes if one >= rows)
        if size != rows:  # with rows that are there, as zeros may be none that the model takes
            arrays = [np.concatenate([a, np.broadcast_to(a[-1:], (size - rows, *a.shape[1:]))]) for a in arrays]
        with on_device_of(self._model):
            found = self._run(size, arrays)
        return found if size == rows else tree.map_structure(lambda one: one[:rows], found)

    def _run(self, size: int, arrays: list[np.ndarray]) -> TensorTree:
        found = self._staged.repeat(*self._programs[size], arrays)
        backend = self._model.backend
        return backend.numpy(found) if backend.is_tensor(found) else tree.map_structure(backend.numpy, found)

    def _packed(self, arrays: list[np.ndarray]) -> TensorTree:
        rest = iter(arrays)
        return tree.map_structure(lambda _: next(rest), self._structure)

    def _checked(self, x: TensorTree) -> list[np.ndarray]:
        if type(x) is np.ndarray and isinstance(self._structure, Spec):
            arrays = [x]
        else:
            try:
                tree.assert_same_structure(self._structure, x)
            except (ValueError, TypeError) as error:
                raise ValueError(f"Model '{self._model.name}' takes inputs as {self._expected()}: {error}") from None
            arrays = [np.asarray(one) for one in tree.flatten(x)]
        rows = arrays[0].shape[0] if arrays[0].ndim else 0
        for array, spec in zip(arrays, self._specs, strict=True):
            if array.shape != (rows, *spec.shape[1:]) or not 0 < rows <= self.batch_sizes[-1]:
                raise ValueError(
                    f"Model '{self._model.name}' got shape {array.shape}, and is compiled for {self._expected()} "
                    f"with 1 to {self.batch_sizes[-1]} rows. Other shapes need a compile_predict() of their own."
                )
        for array, dtype in zip(arrays, self._dtypes, strict=True):
            if array.dtype != dtype and not np.can_cast(array.dtype, dtype, "same_kind"):
                raise ValueError(f"Model '{self._model.name}' got dtype {array.dtype}, and is compiled for {dtype}.")
        return [np.ascontiguousarray(array, dtype) for array, dtype in zip(arrays, self._dtypes, strict=True)]

    def _expected(self) -> str:
        return ", ".join(f"{spec.dtype} (rows{''.join(f', {n}' for n in spec.shape[1:])})" for spec in self._specs)


def _spec(leaf: Any, name: str) -> Spec:
    if not isinstance(leaf, (Spec, KerasTensor, InputSpec)) or leaf.shape is None:
        raise ValueError(f"Inputs of model '{name}' must be Specs or InputSpecs with shapes, got {leaf!r}.")
    shape: Shape = tuple(leaf.shape)
    if not shape or None in shape[1:]:
        raise ValueError(
            f"An input of model '{name}' has shape {shape}. A program has known sizes behind the batch: give "
            "input_signature=, a list with a Spec of them for each argument."
        )
    return Spec(shape, leaf.dtype or "float32")


def predictor_of(model: Layer, batch_sizes: Sequence[int], input_signature: TensorTree) -> Predictor:
    """See `Model.compile_predict`.

    Args:
        model: the model.
        batch_sizes: numbers of rows to compile for.
        input_signature: specs of the inputs, in a list; None for those that the model knows.

    Raises:
        ValueError: for a model that does not know its inputs, and what `Predictor` refuses.
    """
    specs = input_signature
    if specs is None:
        if getattr(model, "inputs", None) is None:
            raise ValueError(
                f"Model {model.name!r} does not know its inputs: give input_signature=, such as [Spec((None, 10))]."
            )
        specs = model.input
    elif isinstance(specs, (list, tuple)) and len(specs) == 1:
        specs = specs[0]
    return Predictor(model, batch_sizes, specs)
