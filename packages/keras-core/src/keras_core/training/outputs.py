"""Values for each output of a model, from one value, nested values that mirror the outputs, or a dict by output name.

`structure` is always the names of the outputs, nested in lists, tuples and dicts as the outputs are; a flat list of
names stands for outputs without nesting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.nested import leaves_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from keras_core.typing import TensorTree

MISSING: Any = object()
"""Stands for the value of an output that a dict does not name."""


def leaves(value: object, count: int | None = None) -> list[Any]:
    """The values for each output: of a list, a dict in its order, or the one value itself."""
    if count == 1 and not isinstance(value, (list, tuple, dict)):
        return [value]
    return leaves_of(value)


def output_names(outputs: TensorTree, name_of: Callable[[Any, int], str]) -> list[str]:
    """A name for each of nested outputs: its key in a dict, else what `name_of` says, made unique.

    Args:
        outputs: nested outputs.
        name_of: function of an output and its position.
    """
    names: list[str] = []

    def visit(value: Any, key: object = None) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                visit(one, name)
        elif isinstance(value, (list, tuple)):
            for one in value:
                visit(one)
        else:
            names.append(unique_name(key if isinstance(key, str) else name_of(value, len(names)), names))

    visit(outputs)
    return names


def children(given: Any, structure: TensorTree) -> list[tuple[Any, Any]] | None:
    """Pairs of what was given for a part of the outputs and the names of that part; None where the forms differ."""
    if isinstance(structure, dict) or (isinstance(given, dict) and hasattr(structure, "_asdict")):
        parts = structure if isinstance(structure, dict) else structure._asdict()
        given = given._asdict() if hasattr(given, "_asdict") else given
        if isinstance(given, dict) and set(given) <= set(parts):
            return [(given.get(key, MISSING), part) for key, part in parts.items()]
    elif isinstance(structure, (list, tuple)) and isinstance(given, (list, tuple)) and len(given) == len(structure):
        return list(zip(given, structure, strict=True))
    return None


def _mirrored(given: Any, structure: TensorTree, one_for_all: bool) -> list[Any] | None:
    """What was given for each output, where its form mirrors theirs; None where it does not."""
    if isinstance(structure, str):
        if isinstance(given, (list, tuple)) and len(given) == 1:
            given = given[0]
        return None if isinstance(given, (list, tuple, dict)) else [given]
    if not isinstance(given, (list, tuple, dict)):
        missing = given is None or given is MISSING
        return [given] * len(leaves(structure)) if one_for_all or missing else None
    pairs = children(given, structure)
    parts = None if pairs is None else [_mirrored(one, part, one_for_all) for one, part in pairs]
    if parts is None or None in parts:
        return None
    return [one for part in parts if part is not None for one in part]


def by_output(given: Any, structure: TensorTree, what: str) -> list[Any]:
    """What `compile` was given for each output: one for all, nested like the outputs, a list, or a dict by output name.

    Raises:
        ValueError: for an unknown output name or a list of another length.
    """
    names = leaves(structure)
    found = _mirrored(given, structure, one_for_all=True)
    if found is not None:
        return [None if one is MISSING else one for one in found]
    if isinstance(given, dict):
        unknown = [k for k in given if k not in names]
        if unknown:
            raise ValueError(
                f"compile(): {what} names the output {unknown[0]!r}; the model's outputs are {', '.join(names)}."
            )
        return [given.get(name) for name in names]
    if len(given) != len(names):
        raise ValueError(
            f"compile(): {what} is a list of {len(given)} for {len(names)} outputs ({', '.join(names)}). "
            "Give one for each, or a dict by output name."
        )
    return list(given)


def matched(y: TensorTree, structure: TensorTree, what: str, wanted: Sequence[bool] | None = None) -> list[Any]:
    """Targets (or weights) for each output, from one tensor, nested ones, a list, or a dict by output name.

    Args:
        y: what was given.
        structure: names of the outputs.
        what: the argument's name, for messages.
        wanted: for each output, whether it has a loss. Values for these alone suffice, and only these must have
            targets. All of them when None.

    Raises:
        ValueError: when their number or names do not fit the outputs.
    """
    names = leaves(structure)
    if y is None:
        return [None] * len(names)
    wanted = [True] * len(names) if wanted is None else wanted
    places = [i for i, one in enumerate(wanted) if one]
    if not isinstance(y, (list, tuple, dict)):
        y = [y]
    found = _mirrored(y, structure, one_for_all=False)
    if found is None and isinstance(y, dict) and set(y) <= set(names):
        found = [y.get(name, MISSING) for name in names]
    elif found is None and not isinstance(y, dict) and len(y) in (len(names), len(places)):
        given = iter(y)
        found = [next(given) if one or len(y) == len(names) else None for one in wanted]
    if found is None or (what == "y" and any(found[i] is MISSING for i in places)):
        raise ValueError(_does_not_fit(y, names, what))
    return [None if one is MISSING else one for one in found]


def _does_not_fit(y: TensorTree, names: Sequence[str], what: str) -> str:
    if isinstance(y, dict):
        found = ", ".join(map(repr, y)) or "no entry"
        return (
            f"The model's outputs are {', '.join(map(repr, names))}; {what} has {found}. Give one entry for each "
            "output that has a loss, under its name."
        )
    if len(y) == 1:
        return (
            f"The model has {len(names)} outputs ({', '.join(names)}), {what} is a single array. "
            "Give a list in this order, or a dict by output name."
        )
    return f"The model has {len(names)} outputs ({', '.join(names)}), {what} has {len(y)} entries."


def weights_by_output(
    sample_weight: TensorTree, structure: TensorTree, wanted: Sequence[bool] | None = None
) -> list[Any]:
    """The sample weights of each output: one tensor counts for all of them."""
    if isinstance(sample_weight, (list, tuple, dict)):
        return matched(sample_weight, structure, "sample_weight", wanted)
    return [sample_weight] * len(leaves(structure))


def unique_name(base: str, taken: Container[str]) -> str:
    """`base`, or with the first number behind it that makes it a new name.

    Example:
        >>> unique_name("mae", {"mae", "mae_1"})
        'mae_2'
    """
    name, number = base, 0
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
