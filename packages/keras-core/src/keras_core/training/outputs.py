"""Values for each output of a model, from one value, a list, or a dict by output name."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from keras_core.graph.nested import map_nested
from keras_core.typing import TensorTree


def leaves(value: object, count: int | None = None) -> list[Any]:
    """The values for each output: of a list, a dict in its order, or the one value itself."""
    if count == 1 and not isinstance(value, (list, tuple, dict)):
        return [value]
    found: list[Any] = []
    map_nested(found.append, value)
    return found


def by_output(given: object, names: Sequence[str], what: str) -> list[Any]:
    """What `compile` was given for each output: one for all, a list, or a dict by output name.

    Raises:
        ValueError: for an unknown output name or a list of another length.
    """
    if isinstance(given, dict):
        unknown = [k for k in given if k not in names]
        if unknown:
            raise ValueError(
                f"compile(): {what} names the output {unknown[0]!r}; the model's outputs are {', '.join(names)}."
            )
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        if len(given) != len(names):
            raise ValueError(
                f"compile(): {what} is a list of {len(given)} for {len(names)} outputs ({', '.join(names)}). "
                "Give one for each, or a dict by output name."
            )
        return list(given)
    return [given] * len(names)


def matched(y: TensorTree, names: Sequence[str], what: str) -> list[Any]:
    """Targets (or weights) for each output, from one tensor, a list, or a dict by output name.

    Raises:
        ValueError: when their number or names do not fit the outputs.
    """
    if y is None:
        return [None] * len(names)
    if isinstance(y, dict):
        missing = [n for n in names if n not in y]
        unknown = [k for k in y if k not in names]
        if unknown or (missing and what == "y"):
            raise ValueError(
                f"The model's outputs are {', '.join(map(repr, names))}; {what} has "
                f"{', '.join(map(repr, y))}. Give one entry for each output, under its name."
            )
        return [y.get(n) for n in names]
    if isinstance(y, (list, tuple)):
        if len(y) != len(names):
            raise ValueError(f"The model has {len(names)} outputs ({', '.join(names)}), {what} has {len(y)} entries.")
        return list(y)
    if len(names) > 1:
        raise ValueError(
            f"The model has {len(names)} outputs ({', '.join(names)}), {what} is a single array. "
            "Give a list in this order, or a dict by output name."
        )
    return [y]


def weights_by_output(sample_weight: TensorTree, names: Sequence[str]) -> list[Any]:
    """The sample weights of each output: one tensor counts for all of them."""
    if isinstance(sample_weight, (list, tuple, dict)):
        return matched(sample_weight, names, "sample_weight")
    return [sample_weight] * len(names)


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
