"""Which inputs a symbolic tensor was computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_core.graph.keras_tensor import KerasTensor


def get_source_inputs(tensor: KerasTensor, layer: Any = None, node_index: int | None = None) -> list[KerasTensor]:
    """The symbolic tensors at the beginning of the graph behind `tensor`, each once.

    Args:
        tensor: a KerasTensor.
        layer: Keras 2's way to name a call; the tensor alone tells it. Defaults to None.
        node_index: Keras 2's way to name a call; the tensor alone tells it. Defaults to None.

    Example:
        >>> from keras_core import Input
        >>> from keras_core.graph.source_inputs import get_source_inputs
        >>> a, b = Input((2,)), Input((2,))
        >>> get_source_inputs((a + b) * a) == [a, b]
        True
    """
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    stack = [tensor]
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if one.node is None or not (one.node.args or one.node.kwargs):
            found[id(one)] = one
        else:
            stack.extend(reversed(one.node.parents))
    return list(found.values())
