"""Running a model's graph on inputs given as one array, a list or a dict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.keras_tensor import KerasTensor, Node
from keras_core.graph.topology import nodes_between
from keras_core.layers.call_context import active_context, set_mask
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.typing import Shape

if TYPE_CHECKING:
    from keras_core.models.model import Model


def input_names(inputs: list[KerasTensor]) -> list[str]:
    """Names by which the inputs are matched: those of their input layers."""
    return [
        t.node.operation.name if t.node is not None and hasattr(t.node.operation, "name") else t.name for t in inputs
    ]


def output_names(outputs: list[KerasTensor]) -> list[str]:
    """Names of the layers that give the outputs, made unique."""
    names: list[str] = []
    for tensor in outputs:
        operation = tensor.node.operation if tensor.node is not None else None
        base = str(getattr(operation, "name", None) or getattr(operation, "__name__", "output"))
        name, number = base, 0
        while name in names:
            number += 1
            name = f"{base}_{number}"
        names.append(name)
    return names


def flat_inputs(model: Model, inputs: Any, any_batch: bool = False) -> list[Any]:
    """One value for each of the model's inputs, matched by name or position.

    `any_batch` allows another number of rows than a fixed batch size: these are data still to be cut into batches.

    Raises:
        ValueError: when one is missing, too many came, or a shape does not fit; it names the input.
    """
    assert model._function is not None
    symbols = model._function.inputs
    names = model.input_names
    structure = model._function.inputs_structure
    if isinstance(inputs, dict):
        keys = list(structure) if isinstance(structure, dict) else names
        missing = [k for k in keys if k not in inputs]
        if missing and len(symbols) == 1 and len(inputs) == 1:
            values = list(inputs.values())
        elif missing:
            raise ValueError(
                f"Model {model.name!r} has the inputs {keys}; the dict given has no {', '.join(map(repr, missing))} "
                f"(it has {list(inputs)})."
            )
        else:
            values = [inputs[k] for k in keys]
    elif isinstance(inputs, (list, tuple)):
        values = list(inputs)
    else:
        values = [inputs]
    if len(values) != len(symbols):
        raise ValueError(f"Model {model.name!r} takes {len(symbols)} inputs ({', '.join(names)}), got {len(values)}.")
    return [_fitted(model, name, s, v, any_batch) for name, s, v in zip(names, symbols, values, strict=True)]


def _fitted(model: Model, name: str, symbol: KerasTensor, value: Any, any_batch: bool) -> Any:
    from keras_core import ops

    if value is None:
        return None
    shape = shape_of(value) if hasattr(value, "shape") else None
    if shape is not None:
        wanted = (None, *symbol.shape[1:]) if any_batch else symbol.shape
        if model._shape_from_data:  # its layers say themselves what does not fit them
            wanted = (None,) * len(wanted)
        if not fits(shape, wanted):
            if len(shape) == len(wanted) - 1 and wanted[-1] == 1 and fits((*shape, 1), wanted):
                value = ops.expand_dims(value, -1)
            elif len(shape) == len(wanted) + 1 and shape[-1] == 1 and fits(shape[:-1], wanted):
                value = ops.squeeze(value, -1)
            else:
                raise ValueError(
                    f"Model {model.name!r}: input {name!r} has shape {wanted}, got an array of shape {shape}. "
                    f"{'Its first axis must be the batch: use x[None]. ' if fits(shape, wanted[1:]) else ''}"
                    "Reshape the data, or change the model's Input shape."
                )
    if getattr(value, "dtype", None) is not None and not isinstance(value, KerasTensor):
        dtype = dtype_of(value)
        if dtype != symbol.dtype and dtype != "string":
            value = ops.cast(value, symbol.dtype)
    return value


def fits(shape: Shape, wanted: Shape) -> bool:
    """Whether a shape agrees with one that may have unknown sizes."""
    return len(shape) == len(wanted) and all(
        w is None or s is None or s == w for s, w in zip(shape, wanted, strict=True)
    )


def run_graph(model: Model, inputs: Any, mask: Any = None) -> Any:
    """The model's outputs for `inputs`; masks and symbolic losses come along."""
    function = model._function
    assert function is not None
    feeds = flat_inputs(model, inputs)
    symbolic = any(isinstance(f, KerasTensor) for f in feeds)
    masks = [t._keras_mask for t in function.outputs]
    wanted = [m for m in masks if m is not None]
    losses = [] if symbolic else [one for one in model._losses if isinstance(one, KerasTensor)]
    measured = [] if symbolic else model._symbolic_metrics
    beside = [*wanted, *losses, *(tensor for _, tensor in measured)]
    outputs, extra = function.run(feeds, extra=beside, extra_nodes=_extra_nodes(model, beside))
    found = dict(zip(map(id, wanted), extra, strict=False))
    if active_context() is not None:
        flat = (
            outputs
            if isinstance(outputs, (list, tuple))
            else outputs.values()
            if isinstance(outputs, dict)
            else [outputs]
        )
        for value, m in zip(flat, masks, strict=False):
            if m is not None:
                set_mask(value, found[id(m)])
    rest = extra[len(wanted) :]
    for value in rest[: len(losses)]:
        model.add_loss(value)
    for (metric, _), value in zip(measured, rest[len(losses) :], strict=True):
        metric.update_state(value)
    return outputs


def _extra_nodes(model: Model, tensors: list[KerasTensor]) -> list[Node]:
    """Nodes of masks and added losses that the outputs do not need."""
    if not tensors:
        return []
    function = model._function
    assert function is not None
    done = {id(n) for n in function.nodes}
    return [n for n in nodes_between(function.inputs, tensors) if id(n) not in done]
