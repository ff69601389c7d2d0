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


def map_structure(func: Callable[..., Any], *structures: TensorTree, none_is_leaf: bool = True) -> TensorTree:
    """Apply `func` to corresponding leaves; the result has the first structure's form.

    Args:
        func: function of one leaf of each structure.
        *structures: nested structures of the same form.
        none_is_leaf: whether `func` sees None; else None stays where it is. Defaults to True.

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
    return optree.tree_map(func, *structures, none_is_leaf=none_is_leaf)


def map_structure_up_to(shallow_structure: TensorTree, func: Callable[..., Any], *structures: TensorTree) -> TensorTree:
    """Apply `func` to what lies in `structures` at the places of the leaves of `shallow_structure`.

    Args:
        shallow_structure: structure whose leaves say how far to go.
        func: function of what is at that place in each structure.
        *structures: nested structures, at least as deep as `shallow_structure`.

    Example:
        >>> from keras_core import tree
        >>> tree.map_structure_up_to([0, 0], len, [[1, 2], [3]])
        [2, 1]
    """
    import optree

    treedef = optree.tree_structure(shallow_structure, none_is_leaf=True)
    columns = [treedef.flatten_up_to(structure) for structure in structures]
    return optree.tree_unflatten(treedef, [func(*row) for row in zip(*columns, strict=True)])


def pack_sequence_as(structure: TensorTree, flat_sequence: Iterable[Any]) -> TensorTree:
    """Put a flat sequence of leaves into the form of `structure`.

    Args:
        structure: nested structure whose form is taken.
        flat_sequence: as many leaves, in order.

    Raises:
        ValueError: when their number is not that of the structure's leaves.

    Example:
        >>> from keras_core import tree
        >>> tree.pack_sequence_as([0, {"a": 0}], [1, 2])
        [1, {'a': 2}]
    """
    import optree

    treedef = optree.tree_structure(structure, none_is_leaf=True)
    found = list(flat_sequence)
    if len(found) != treedef.num_leaves:
        raise ValueError(
            f"pack_sequence_as got {len(found)} leaves for a structure of {treedef.num_leaves}: {structure!r}."
        )
    return optree.tree_unflatten(treedef, found)


def assert_same_structure(a: TensorTree, b: TensorTree, check_types: bool | None = None) -> None:
    """Check that two structures have the same containers, keys and number of leaves.

    Args:
        a: nested structure.
        b: nested structure.
        check_types: False lets lists and tuples stand for each other; otherwise containers must be of one type.
            Defaults to None.

    Raises:
        ValueError: when they differ.

    Example:
        >>> from keras_core import tree
        >>> tree.assert_same_structure([1, {"a": 2}], [3, {"a": 4}])
    """
    import optree

    if check_types is False:
        a, b = lists_to_tuples(a), lists_to_tuples(b)
    first, second = (optree.tree_structure(x, none_is_leaf=True) for x in (a, b))
    if first != second:
        raise ValueError(f"The structures differ.\nFirst: {first}\nSecond: {second}")


def assert_same_paths(a: TensorTree, b: TensorTree) -> None:
    """Check that two structures have leaves at the same paths, whatever the types of their containers.

    Args:
        a: nested structure.
        b: nested structure.

    Raises:
        ValueError: when a path leads to a leaf in one of them only.

    Example:
        >>> from keras_core import tree
        >>> tree.assert_same_paths([1, {"a": 2}], (3, {"a": 4}))
    """
    first, second = ({path for path, _ in flatten_with_path(one)} for one in (a, b))
    if first != second:
        only = "; ".join(
            f"only the {name} has {sorted(map(str, paths))}"
            for name, paths in (("first", first - second), ("second", second - first))
            if paths
        )
        raise ValueError(f"The structures have leaves at different paths: {only}.")


def map_shape_structure(func: Callable[[Any], Any], structure: TensorTree) -> TensorTree:
    """Apply `func` to each shape in a structure: to tuples and lists that hold only ints and None.

    Args:
        func: function of a shape.
        structure: nested structure whose leaves are shapes.

    Example:
        >>> from keras_core import tree
        >>> tree.map_shape_structure(len, {"a": (None, 3), "b": [(2,), ()]})
        {'a': 2, 'b': [1, 0]}
    """
    import optree

    def is_shape(part: Any) -> bool:
        return isinstance(part, (list, tuple)) and all(size is None or isinstance(size, int) for size in part)

    return optree.tree_map(func, structure, is_leaf=is_shape, none_is_leaf=True)


class _MapToNone:
    def __repr__(self) -> str:
        return "MAP_TO_NONE"


MAP_TO_NONE = _MapToNone()
"""What the function given to `traverse` returns to put None in a place, since None itself keeps what is there."""


def traverse(func: Callable[[Any], Any], structure: TensorTree, top_down: bool = True) -> TensorTree:
    """Rebuild a structure with `func` applied to containers as well as leaves.

    Top-down, a result other than None replaces a container and what is in it; bottom-up, `func`
    sees each container after what is in it.

    Args:
        func: function of a container or leaf; None keeps it, `MAP_TO_NONE` puts None in its place.
        structure: nested structure.
        top_down: whether containers are visited before what is in them. Defaults to True.

    Example:
        >>> from keras_core import tree
        >>> tree.traverse(lambda part: part * 2 if isinstance(part, int) else None, [1, [2]])
        [2, [4]]
    """
    import optree

    def replaced(part: Any) -> Any:
        result = func(part)
        return part if result is None else None if result is MAP_TO_NONE else result

    if top_down:
        found = func(structure)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    if not is_nested(structure):
        return structure if top_down else replaced(structure)
    children, treedef = optree.tree_flatten(structure, is_leaf=lambda x: x is not structure, none_is_leaf=True)
    rebuilt = optree.tree_unflatten(treedef, [traverse(func, child, top_down) for child in children])
    return rebuilt if top_down else replaced(rebuilt)


def lists_to_tuples(structure: TensorTree) -> TensorTree:
    """The same structure with each list turned into a tuple, so that it can be hashed or compared."""
    if isinstance(structure, dict):
        return {key: lists_to_tuples(value) for key, value in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*(lists_to_tuples(value) for value in structure))
    if isinstance(structure, (list, tuple)):
        return tuple(lists_to_tuples(value) for value in structure)
    return structure
