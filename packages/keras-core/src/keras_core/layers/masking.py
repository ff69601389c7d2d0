"""Masks of a layer's outputs, found from those of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.graph.nested import leaves_of
from keras_core.layers.call_context import mask_of, set_mask

if TYPE_CHECKING:
    from keras_core.typing import TensorTree


def set_output_masks(layer: Any, inputs: TensorTree, outputs: TensorTree, masks: dict[str, Any]) -> None:
    """Attach what the layer's `compute_mask` gives to its outputs.

    Args:
        layer: the layer that was called.
        inputs: the first argument of the call.
        outputs: what it returned.
        masks: the masks in use, by the name of the argument of `call`.
    """
    previous = None
    if masks:  # the first argument's
        previous = masks.get("mask", masks.get(f"{layer._call_signature.names[0]}_mask"))
    else:
        previous = _masks_of(inputs)
    if previous is None:
        if not layer._makes_masks:
            return
        if isinstance(inputs, (list, tuple)):
            previous = [None] * len(inputs)
    computed = layer.compute_mask(inputs, previous)
    if computed is None:
        return
    for leaf, mask in _pairs(outputs, computed):
        if mask is not None:
            set_mask(leaf, mask)


def _pairs(outputs: TensorTree, masks: TensorTree) -> list[tuple[Any, Any]]:
    """Outputs and their masks, by name or in order of the leaves; a single mask is that of the first output."""
    if isinstance(outputs, dict) and isinstance(masks, dict):
        return [(outputs[name], mask) for name, mask in masks.items() if name in outputs]
    leaves = leaves_of(outputs) if _nested(outputs) else [outputs]
    return list(zip(leaves, tree.flatten(masks), strict=False))


def _masks_of(inputs: TensorTree) -> Any:
    """The masks of nested inputs in their structure; None where there is none at all."""
    if not _nested(inputs):
        return mask_of(inputs)
    found = tree.map_structure(mask_of, inputs)
    return None if all(m is None for m in tree.flatten(found)) else found


def _nested(value: Any) -> bool:
    return isinstance(value, (list, tuple, dict))
