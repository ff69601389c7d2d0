"""The graph of a functional model: its inputs matched with data, and masks, losses and metrics that come along."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, ops
from keras_core.graph.keras_tensor import KerasTensor, Node
from keras_core.graph.topology import nodes_behind, nodes_up_to_masks
from keras_core.layers.call_context import active_context, mask_of, set_mask
from keras_core.layers.host_layer import STRING, HostedIntegers, Strings
from keras_core.models.function import Function
from keras_core.models.graph_run import GraphRun
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.training.data import holds_text, is_complex
from keras_core.training.outputs import output_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor, TensorTree


class ModelGraph(Function):
    """A `Function` whose inputs are given as one array, a list, or a dict by name.

    Args:
        inputs, outputs: as in `Function`.
        name: the model's name, for messages.
        any_shape: whether inputs of any sizes are passed on: the layers report what does not fit them.

    Attributes:
        keeps_values: whether the values of all tensors are kept for the rest of a step, for losses that use them.
    """

    def __init__(self, inputs: TensorTree, outputs: TensorTree, name: str, any_shape: bool = False) -> None:
        super().__init__(inputs, outputs, name)
        self.any_shape = any_shape
        self.keeps_values = False

    @property
    def input_names(self) -> list[str]:
        """Names by which the inputs are matched: those of their input layers."""
        return [self.starts[id(tensor)].operation.name for tensor in self.inputs]

    @property
    def input_keys(self) -> list[str]:
        """The keys of inputs in a dict; else their names."""
        structure = self.inputs_structure
        return list(structure) if isinstance(structure, dict) else self.input_names

    @property
    def output_names(self) -> list[str]:
        """The keys of outputs in a dict; else the names of the layers that give them, made unique."""
        return output_names(self.outputs_structure, lambda tensor, _: _name_of_operation(tensor))

    @property
    def input_dtype(self) -> str | None:
        """The dtype of the inputs, if it is one, and one of numbers."""
        dtypes = {tensor.dtype for tensor in self.inputs}
        return dtypes.pop() if len(dtypes) == 1 and STRING not in dtypes else None

    @cached_property
    def fixed_batch_size(self) -> int | None:
        """The number of samples that an input's shape fixes, if any."""
        return next((t.shape[0] for t in self.inputs if t.shape and t.shape[0] is not None), None)

    # -- inputs

    def match_inputs(self, inputs: TensorTree) -> list[Any]:
        """One value for each of the model's inputs, matched by name or position, in the input's rank and dtype.

        Args:
            inputs: one array, a list, or a dict by name.

        Raises:
            ValueError: when one is missing, too many came, or a shape does not fit; it names the input.
        """
        return [
            None if value is None else _as_dtype(_with_rank_changed(value, change), symbol.dtype)
            for symbol, value, change in self._compared(inputs, any_batch_size=False)
        ]

    def check_inputs(self, inputs: TensorTree) -> list[Any]:
        """The values as they were given, one for each of the model's inputs, after the comparison of `match_inputs`.

        The number of samples may differ from the one that an input's shape fixes: they are still to be cut into
        batches.

        Args:
            inputs: one array, a list, or a dict by name.

        Raises:
            ValueError: as in `match_inputs`.
        """
        return [value for _, value, _ in self._compared(inputs, any_batch_size=True)]

    def host_values(self, inputs: TensorTree) -> list[Any]:
        """One value for each of the model's inputs as `check_inputs` gives them, strings and integers in its rank.

        Args:
            inputs: arrays, those of strings among them: one, a list, or a dict by name.

        Raises:
            ValueError: as in `match_inputs`, and for an input of the other kind.
        """
        compared = self._compared(inputs, any_batch_size=True)
        return [_in_rank(value, change) for _, value, change in compared]

    def _compared(self, inputs: TensorTree, any_batch_size: bool) -> list[tuple[KerasTensor, Any, int]]:
        """For each input its symbol, its value, and the change of rank that makes the value fit."""
        if isinstance(inputs, dict):
            values = self._values_of(inputs)
        else:
            several = isinstance(inputs, (list, tuple)) and not isinstance(inputs, (Strings, HostedIntegers))
            values = list(inputs) if several else [inputs]
            if any(isinstance(value, (list, tuple, dict)) for value in values):
                values = self._in_order(self.inputs_structure, inputs)
        values = [value.value if isinstance(value, HostedIntegers) else value for value in values]
        names = self.input_names
        for name, symbol, value in zip(names, self.inputs, values, strict=False):
            if value is None:
                self._check_optional(name, symbol)
            else:
                self._check_kind(name, symbol, value)
        if len(values) != len(self.inputs):
            raise ValueError(
                f"Model {self.name!r} takes {len(self.inputs)} inputs ({', '.join(names)}), got {len(values)}."
            )
        return [
            (symbol, value, self._change_of_rank(name, symbol, value, any_batch_size))
            for name, symbol, value in zip(names, self.inputs, values, strict=True)
        ]

    def _check_optional(self, name: str, symbol: KerasTensor) -> None:
        """Refuse nothing for an input that has to be given."""
        if not getattr(self.starts[id(symbol)].operation, "optional", False):
            raise ValueError(
                f"Model {self.name!r}: input {name!r} is None, expected an array of shape {symbol.shape}. Give data, "
                "or declare it Input(..., optional=True)."
            )

    def _check_kind(self, name: str, symbol: KerasTensor, value: Any) -> None:
        """Refuse numbers for an input of strings, strings for another, and complex numbers for one of real ones."""
        text = isinstance(value, Strings) or holds_text(value) or getattr(value, "dtype", None) == STRING
        if text and symbol.dtype != STRING:
            raise ValueError(
                f"Model {self.name!r}: input {name!r} holds strings where numbers are expected ({symbol.dtype}). "
                f'Encode them as numbers first, or declare it Input(..., dtype="{STRING}") and put a layer such as '
                "StringLookup or TextVectorization behind it."
            )
        if symbol.dtype == STRING and not text:
            kind = dtype_of(value) if hasattr(value, "dtype") else type(value).__name__
            raise ValueError(
                f"Model {self.name!r}: input {name!r} takes strings, got {kind}. Give strings, or declare the input "
                "with the dtype of the data."
            )
        if is_complex(value) and not dtypes.is_complex(symbol.dtype):
            raise ValueError(
                f"Model {self.name!r}: input {name!r} takes {symbol.dtype}, got complex numbers. "
                "Give their real and imaginary parts, such as keras.ops.view_as_real(x), or declare the input with "
                "their dtype."
            )

    def _values_of(self, inputs: dict[str, Any]) -> list[Any]:
        structure, keys = self.inputs_structure, self.input_keys
        missing = [key for key in keys if key not in inputs]
        if not missing:
            if isinstance(structure, dict):
                return [leaf for key in keys for leaf in self._in_order(structure[key], inputs[key])]
            return [inputs[key] for key in keys]
        raise ValueError(
            f"Model {self.name!r} has the inputs {keys}; the dict given has no {', '.join(map(repr, missing))} "
            f"(it has {list(inputs)})."
        )

    def _in_order(self, structure: TensorTree, given: TensorTree) -> list[Any]:
        """The leaves of what is given for nested inputs, in their order; what is not nested alike is one leaf."""
        if isinstance(structure, dict) and isinstance(given, dict):
            if missing := [key for key in structure if key not in given]:
                raise ValueError(
                    f"Model {self.name!r} has inputs {list(structure)}; the dict given has no "
                    f"{', '.join(map(repr, missing))} (it has {list(given)})."
                )
            return [leaf for key, inner in structure.items() for leaf in self._in_order(inner, given[key])]
        if isinstance(structure, (list, tuple)) and isinstance(given, (list, tuple)) and len(structure) == len(given):
            return [leaf for one in zip(structure, given, strict=True) for leaf in self._in_order(*one)]
        return [given]

    def _change_of_rank(self, name: str, symbol: KerasTensor, value: Any, any_batch_size: bool) -> int:
        """1 where a last axis of size 1 is to be added to the value, -1 where it is to be dropped, else 0."""
        if not hasattr(value, "shape") and not isinstance(value, (int, float)):
            return 0
        shape, wanted = shape_of(value), symbol.shape
        may_add = bool(wanted) and wanted[-1] == 1
        if self.any_shape:
            wanted = (None,) * len(wanted)
        elif any_batch_size:
            wanted = (None, *wanted[1:])
        if fits(shape, wanted):
            return 0
        if may_add and fits((*shape, 1), wanted):
            return 1
        if shape and shape[-1] == 1 and fits(shape[:-1], wanted):
            return -1
        remedy = "Reshape the data, or change the model's Input shape."
        if shape and wanted and fits(shape[1:], wanted[1:]):
            remedy = (
                f"Its batch size is fixed: give batch_size={wanted[0]} to fit, evaluate and predict, and as many "
                "samples as it divides, or make the model for batches of any size, which no stateful layer can have."
            )
        elif fits(shape, wanted[1:]):
            remedy = f"Its first axis must be the batch: use x[None]. {remedy}"
        raise ValueError(
            f"Model {self.name!r}: input {name!r} has shape {wanted}, got an array of shape {shape}. {remedy}"
        )

    # -- running

    def run_with(
        self, inputs: TensorTree, losses: Sequence[KerasTensor], measured: Sequence[KerasTensor]
    ) -> tuple[Any, list[Tensor], list[Tensor]]:
        """The outputs for `inputs`, with masks set on them, and the values of more tensors of the graph.

        Args:
            inputs: as in `match_inputs`.
            losses: tensors of the graph that were added as losses; not computed for symbolic inputs.
            measured: tensors of the graph that metrics were added for; not computed for symbolic inputs.

        Returns:
            The outputs, the values of `losses` and those of `measured`.
        """
        feeds = self.match_inputs(inputs)
        if any(isinstance(feed, KerasTensor) for feed in feeds):
            losses = measured = ()
        masks = [mask_of(tensor) for tensor in self.outputs]
        wanted = [mask for mask in masks if mask is not None]
        nodes = self._extra_nodes(wanted, [*losses, *measured])
        outputs, extra = self.run(feeds, extra=[*wanted, *losses, *measured], extra_nodes=nodes)
        if wanted and active_context() is not None:
            found = dict(zip(map(id, wanted), extra, strict=False))
            for value, mask in zip(_values(outputs), masks, strict=False):
                if mask is not None and found[id(mask)] is not None:
                    set_mask(value, found[id(mask)])
        rest = extra[len(wanted) :]
        return outputs, rest[: len(losses)], rest[len(losses) :]

    def _ran(self, environment: dict[int, Any]) -> None:
        context = active_context()
        if self.keeps_values and context is not None:
            context.graph_runs[id(self)] = GraphRun(self.inputs, self.nodes, environment)

    def _extra_nodes(self, masks: list[KerasTensor], others: list[KerasTensor]) -> list[Node]:
        """Nodes of masks, and of added losses and metrics, that the outputs do not need."""
        found: list[Node] = []
        done = {id(node) for node in self.nodes}
        for nodes in (nodes_behind(self.inputs, masks)[0], nodes_up_to_masks(self.inputs, others)[0]):
            found += [node for node in nodes if id(node) not in done]
            done.update(map(id, nodes))
        return found

    def output_masks(self, inputs: TensorTree) -> TensorTree:
        """Symbolic masks of the outputs for symbolic inputs; None where there is none."""
        masks = [mask_of(tensor) for tensor in self.outputs]
        wanted = [mask for mask in masks if mask is not None]
        if not wanted:
            return None
        found = iter(self.run(self.match_inputs(inputs), wanted, self._extra_nodes(wanted, []))[1])
        filled = [None if mask is None else next(found) for mask in masks]
        return filled if isinstance(self.outputs_structure, (list, tuple, dict)) else filled[0]


def fits(shape: Shape, wanted: Shape) -> bool:
    """Whether a shape agrees with one that may have unknown sizes."""
    return len(shape) == len(wanted) and all(
        w is None or s is None or s == w for s, w in zip(shape, wanted, strict=True)
    )


def _name_of_operation(tensor: KerasTensor) -> str:
    operation = tensor.node.operation if tensor.node is not None else None
    return str(getattr(operation, "name", None) or getattr(operation, "__name__", "output"))


def _with_rank_changed(value: Any, change: int) -> Any:
    if change == 0:
        return value
    return ops.expand_dims(value, -1) if change > 0 else ops.squeeze(value, -1)


def _in_rank(value: Any, change: int) -> Any:
    """Strings and integers with their last axis of 1 added or dropped; other values as they are."""
    if change and (holds_text(value) or isinstance(value, np.ndarray)):
        return value.reshape((*value.shape, 1) if change > 0 else value.shape[:-1])
    return _with_rank_changed(value, change) if change and dtypes.is_int(dtype_of(value)) else value


def _as_dtype(value: Any, dtype: str) -> Any:
    if getattr(value, "dtype", None) is None or isinstance(value, KerasTensor):
        return value
    own = dtype_of(value)
    return value if own in (dtype, "string") else ops.cast(value, dtype)


def _values(outputs: TensorTree) -> Sequence[Any]:
    if isinstance(outputs, dict):
        return list(outputs.values())
    return outputs if isinstance(outputs, (list, tuple)) else [outputs]
