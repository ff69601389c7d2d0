"""Nested structures of lists, tuples, dicts and named tuples, with tensors as leaves.

None is a leaf, as in Keras: a missing mask or state keeps its place. Dicts are walked in the order of
their sorted keys where these can be sorted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keras_core.typing import TensorTree


def is_nested(structure: TensorTree) -> bool:
    """Whether it is a container and not a leaf.

    Example:
        >>> from keras_core import tree
        >>> tree.is_nested([1]), tree.is_nested(1)
        (True, False)
    """
    import optree

    return not optree.tree_is_leaf(structure, none_is_leaf=True)


def flatten(structure: TensorTree) -> list[Any]:
    """The leaves as a list.

    Example:
        >>> from keras_core import tree
        >>> tree.flatten({"b": [1, None], "a": (2,)})
        [2, 1, None]
    """
    import optree

    return optree.tree_leaves(structure, none_is_leaf=True)


def flatten_with_path(structure: TensorTree) -> list[tuple[tuple[Any, ...], Any]]:
    """Pairs of a leaf's path (keys and positions from the root) and the leaf."""
    import optree

    paths, leaves, _ = optree.tree_flatten_with_path(structure, none_is_leaf=True)
    return list(zip(paths, leaves, strict=True))


def map_structure(fn: Callable[..., Any], *structures: TensorTree) -> TensorTree:
    """Apply `fn` to corresponding leaves; the result has the first structure's form.

    Args:
        fn: function of one leaf of each structure.
        *structures: nested structures of the same form.

    Raises:
        ValueError: when the structures differ.

    Example:
        >>> from keras_core import tree
        >>> tree.map_structure(lambda a, b: a + b, [1, {"a": 2}], [3, {"a": 4}])
        [4, {'a': 6}]
    """
    import optree

    if not structures:
        raise ValueError("map_structure needs at least one structure.")
    return optree.tree_map(fn, *structures, none_is_leaf=True)


def map_structure_up_to(shallow: TensorTree, fn: Callable[..., Any], *structures: TensorTree) -> TensorTree:
    """Apply `fn` to what lies in `structures` at the places of the leaves of `shallow`.

    Args:
        shallow: structure whose leaves say how far to go.
        fn: function of what is at that place in each structure.
        *structures: nested structures, at least as deep as `shallow`.

    Example:
        >>> from keras_core import tree
        >>> tree.map_structure_up_to([0, 0], len, [[1, 2], [3]])
        [2, 1]
    """
    import optree

    treedef = optree.tree_structure(shallow, none_is_leaf=True)
    columns = [treedef.flatten_up_to(structure) for structure in structures]
    return optree.tree_unflatten(treedef, [fn(*row) for row in zip(*columns, strict=True)])


def pack_sequence_as(structure: TensorTree, leaves: Iterable[Any]) -> TensorTree:
    """Put a flat sequence of leaves into the form of `structure`.

    Args:
        structure: nested structure whose form is taken.
        leaves: flat sequence of as many leaves.

    Raises:
        ValueError: when their number is not that of the structure's leaves.

    Example:
        >>> from keras_core import tree
        >>> tree.pack_sequence_as([0, {"a": 0}], [1, 2])
        [1, {'a': 2}]
    """
    import optree

    treedef = optree.tree_structure(structure, none_is_leaf=True)
    found = list(leaves)
    if len(found) != treedef.num_leaves:
        raise ValueError(
            f"pack_sequence_as got {len(found)} leaves for a structure of {treedef.num_leaves}: {structure!r}."
        )
    return optree.tree_unflatten(treedef, found)


def assert_same_structure(a: TensorTree, b: TensorTree) -> None:
    """Check that two structures have the same containers, keys and number of leaves.

    Args:
        a: nested structure.
        b: nested structure.

    Raises:
        ValueError: when they differ.

    Example:
        >>> from keras_core import tree
        >>> tree.assert_same_structure([1, {"a": 2}], [3, {"a": 4}])
    """
    import optree

    first, second = (optree.tree_structure(x, none_is_leaf=True) for x in (a, b))
    if first != second:
        raise ValueError(f"The structures differ.\nFirst: {first}\nSecond: {second}")


def traverse(fn: Callable[[Any], Any], structure: TensorTree, top_down: bool = True) -> TensorTree:
    """Rebuild a structure with `fn` applied to containers as well as leaves.

    Top-down, a result other than None replaces a container and what is in it; bottom-up, `fn`
    sees each container after what is in it.

    Args:
        fn: function of a container or leaf; None keeps it.
        structure: nested structure.
        top_down: whether containers are visited before what is in them. Defaults to True.

    Example:
        >>> from keras_core import tree
        >>> tree.traverse(lambda part: part * 2 if isinstance(part, int) else None, [1, [2]])
        [2, [4]]
    """
    import optree

    if top_down:
        replaced = fn(structure)
        if replaced is not None:
            return replaced
    if not is_nested(structure):
        if top_down:
            return structure
        replaced = fn(structure)
        return structure if replaced is None else replaced
    children, treedef = optree.tree_flatten(structure, is_leaf=lambda x: x is not structure, none_is_leaf=True)
    rebuilt = optree.tree_unflatten(treedef, [traverse(fn, child, top_down) for child in children])
    if top_down:
        return rebuilt
    replaced = fn(rebuilt)
    return rebuilt if replaced is None else replaced


def lists_to_tuples(structure: TensorTree) -> TensorTree:
    """The same structure with each list turned into a tuple, so that it can be hashed or compared."""
    if isinstance(structure, dict):
        return {key: lists_to_tuples(value) for key, value in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*(lists_to_tuples(value) for value in structure))
    if isinstance(structure, (list, tuple)):
        return tuple(lists_to_tuples(value) for value in structure)
    return structure
