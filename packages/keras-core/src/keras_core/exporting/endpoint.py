"""One function of an exported program: what it computes, on what, and what it should give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, tree
from keras_core.exporting.errors import ExportError
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.spec import Spec
from keras_core.layers.input_spec import InputSpec
from keras_core.op_graph.export import export_graph
from keras_core.ops.conversion import convert_to_numpy, convert_to_tensor
from keras_core.saving.formats import FOLDER_OF_PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from keras_core.backend.protocol import VariableLike
    from keras_core.op_graph.graph import OpGraph
    from keras_core.op_graph.nodes import GraphValue
    from keras_core.typing import Shape, TensorTree

_SIZES = (2, 3)  # of a batch, and of the other axes of unknown size, in samples


class Endpoint:
    """A function of a program that is exported.

    Args:
        name: what the program calls it, such as "serve".
        target: a `Model` or another `Layer`, which is recorded as it predicts, or a function of tensors.
        inputs: its arguments, as `export_graph` takes them; None for those that the target knows. An `InputSpec` has
            its shape and its dtype, float32 by default.
        sample: arrays to compare on, in the structure of `inputs`; None makes some.

    Attributes:
        input_names: one for each tensor that it takes, in order.
        output_names: one for each tensor that it gives.

    Raises:
        ExportError: for inputs of an unknown rank, and text.
    """

    def __init__(self, name: str, target: Any, inputs: TensorTree = None, sample: TensorTree = None) -> None:
        self.name = name
        self.target = target
        self._given = None if inputs is None else [tree.map_structure(_spec, one) for one in inputs]
        self._sample = sample
        self._refuse_text()
        self._plain = self.record()
        self.input_names = _unique(self._names_of_inputs())
        outputs = getattr(target, "output_names", None)
        count = len(self._plain.outputs)
        known = [str(one) for one in outputs] if outputs is not None and len(outputs) == count else []
        self.output_names = _unique(known or [f"output_{n}" for n in range(count)], self.input_names)

    def record(self, whole: Collection[str] | bool = ()) -> OpGraph:
        """What it computes as a graph of ops.

        Args:
            whole: derived ops that are nodes of their own, as for `export_graph`.

        Raises:
            ExportError: where a layer asks a tensor for its value, or for what only its framework has.
        """
        try:
            return export_graph(self.target, self._given, whole=whole)
        except TypeError as error:
            raise ExportError(f"'{self._title}' cannot be recorded as a graph of ops: {error}") from error

    def record_stateless(self, whole: Collection[str] | bool, what: str) -> OpGraph:
        """`record`, for programs that keep nothing between calls.

        Args:
            whole: derived ops that are nodes of their own, as for `export_graph`.
            what: such a program, for the message.

        Raises:
            ExportError: as `record`, and for what assigns variables.
        """
        graph = self.record(whole)
        if graph.writes:
            written = ", ".join(sorted(variable.path for variable in graph.writes))
            raise ExportError(
                f"'{self._title}' assigns {written} when it predicts, and {what} keeps nothing between calls. Give "
                f"states as inputs and outputs, or export() with format='{FOLDER_OF_PROGRAMS}'."
            )
        return graph

    @property
    def reads(self) -> list[VariableLike]:
        """The variables that it reads."""
        return list(self._plain.reads)

    @property
    def _title(self) -> str:
        return str(getattr(self.target, "name", None) or getattr(self.target, "__name__", self.name))

    @property
    def inputs(self) -> list[GraphValue]:
        """Shapes and dtypes of what it takes, in order."""
        return self._plain.inputs

    def samples(self, again: bool = False) -> list[np.ndarray]:
        """Arrays to compare on, one for each input.

        Args:
            again: whether to give others than before, with larger batches and sequences.

        Raises:
            ExportError: for a sample that the program was given which does not fit.
        """
        if self._sample is not None:
            given = [np.asarray(convert_to_numpy(one)) for one in tree.flatten(self._sample)]
            if [one.ndim for one in given] != [len(one.shape) for one in self.inputs]:
                raise ExportError(
                    f"sample has arrays of shapes {[one.shape for one in given]}, where '{self.name}' takes "
                    f"{[one.shape for one in self.inputs]}."
                )
            return [a.astype(dtypes.numpy_dtype(v.dtype)) for a, v in zip(given, self.inputs, strict=True)]
        rng = np.random.default_rng(int(again))
        return [self._drawn(value, rng, int(again)) for value in self.inputs]

    def expected(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """What it gives for arrays, computed by the target itself.

        Args:
            arrays: one for each input.
        """
        args = tree.map_structure(dict(zip(self.inputs, arrays, strict=True)).get, self._plain.takes)
        if hasattr(self.target, "predict_on_batch") and len(args) == 1:
            found = self.target.predict_on_batch(args[0])
        else:
            found = self.target(*tree.map_structure(lambda one: None if one is None else convert_to_tensor(one), args))
        return [np.asarray(convert_to_numpy(one)) for one in tree.flatten(found) if one is not None]

    # -- names and samples

    def _refuse_text(self) -> None:
        taken = getattr(self.target, "inputs", None) if self._given is None else tree.flatten(self._given)
        if any(getattr(one, "dtype", None) == "string" for one in taken or ()):
            name = getattr(self.target, "name", self.name)
            raise ExportError(
                f"'{name}' takes text, which layers such as TextVectorization turn into numbers outside of it. "
                "Export the model behind them, and give it their outputs."
            )

    def _names_of_inputs(self) -> list[str]:
        layers = getattr(self.target, "input_names", None)
        if self._given is None and layers is not None and len(layers) == len(self._plain.inputs):
            return [str(one) for one in layers]
        given = [getattr(one, "name", None) for one in tree.flatten(self._given) if one is not None]
        return [name or f"input_{n}" for n, name in enumerate(given)]

    def _drawn(self, value: GraphValue, rng: np.random.Generator, more: int) -> np.ndarray:
        batch, other = (size + more for size in _SIZES)
        shape = [(batch if not axis else other) if n is None else n for axis, n in enumerate(value.shape)]
        most = _rows_that_it_picks(self._plain, value)
        if most is not None or dtypes.is_int(value.dtype):
            return rng.integers(0, min(most or 2, 2**30), shape).astype(value.dtype)
        if value.dtype == "bool":
            return rng.random(shape) < 0.7
        return rng.normal(size=shape).astype(dtypes.numpy_dtype(value.dtype))


class _Named(Spec):
    """A spec with the name of an input."""

    __slots__ = ("name",)


def _spec(leaf: Any) -> Any:
    if isinstance(leaf, InputSpec):
        if leaf.shape is None:
            raise ExportError(f"An input of an exported program has a shape, got {leaf!r}.")
        return _named(leaf.shape, leaf.dtype or "float32", leaf.name)
    if isinstance(leaf, KerasTensor):
        return _named(leaf.shape, leaf.dtype, leaf.name)
    if not isinstance(leaf, (Spec, np.ndarray)) and all(hasattr(leaf, name) for name in ("shape", "dtype", "name")):
        sizes = tuple(None if size is None else int(size) for size in leaf.shape)
        return _named(sizes, leaf.dtype, leaf.name)
    return leaf


def _named(shape: Shape, dtype: Any, name: Any) -> Spec:
    spec = _Named(tuple(shape), dtypes.standardize(dtype))
    object.__setattr__(spec, "name", name)
    return spec


def _unique(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    found: list[str] = []
    for name in names:
        new, count = name, 0
        while new in found or new in taken:
            count += 1
            new = f"{name}_{count}"
        found.append(new)
    return found


def _rows_that_it_picks(graph: OpGraph, value: GraphValue) -> int | None:
    """How many rows there are where an input picks some, as that of an Embedding."""
    same = {value}
    for node in graph.nodes:
        if node.op == "cast" and node.arguments["x"] in same:
            same |= {one for one in node.outputs if one is not None}
        if node.op == "take" and node.arguments["indices"] in same:
            rows = node.arguments["x"].shape[node.arguments["axis"] or 0]
            return None if rows is None else int(rows)
    return None
