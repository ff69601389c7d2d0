"""Running results of an associative function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.ops.conversion import convert_to_tensor
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import concatenate, flip, getitem, ndim, shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import TensorTree


def associative_scan(
    f: Callable[[Any, Any], Any], elems: TensorTree, reverse: bool = False, axis: int = 0
) -> TensorTree:
    """``f(f(f(a, b), c), d)`` and all its beginnings along an axis, in as many steps as the axis has binary digits.

    Args:
        f: combines two structures like `elems`, element by element along the axis; must be associative.
        elems: nested structure of tensors, all of one known length along the axis.
        reverse: whether to begin at the end of the axis. Defaults to False.
        axis: the axis to scan along. Defaults to 0.

    Returns:
        Structure like `elems`, of the same shapes.

    Raises:
        ValueError: if the lengths along the axis differ, or are unknown.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.associative_scan(ops.add, ops.array([1, 2, 3]))).tolist()
        [1, 3, 6]

    Reference: Hillis and Steele, "Data Parallel Algorithms", 1986.
    """
    leaves = [convert_to_tensor(leaf) for leaf in tree.flatten(elems)]
    axes = [rules.axis_of(axis, ndim(leaf)) for leaf in leaves]
    lengths = {shape(leaf)[place] for leaf, place in zip(leaves, axes, strict=True)}
    if len(lengths) != 1 or not all(isinstance(length, int) for length in lengths):
        raise ValueError(f"associative_scan() got lengths {lengths} along axis {axis}, expected one that is known.")
    length = lengths.pop()

    def part(start: int | None, stop: int | None) -> list[Any]:
        return [
            getitem(leaf, (slice(None),) * place + (slice(start, stop),))
            for leaf, place in zip(leaves, axes, strict=True)
        ]

    if reverse:
        leaves = [flip(leaf, place) for leaf, place in zip(leaves, axes, strict=True)]
    distance = 1
    while distance < length:
        earlier, later = (tree.pack_sequence_as(elems, one) for one in (part(None, -distance), part(distance, None)))
        combined = tree.flatten(f(earlier, later))
        leaves = [
            concatenate([first, rest], place)
            for first, rest, place in zip(part(None, distance), combined, axes, strict=True)
        ]
        distance *= 2
    if reverse:
        leaves = [flip(leaf, place) for leaf, place in zip(leaves, axes, strict=True)]
    return tree.pack_sequence_as(elems, leaves)
