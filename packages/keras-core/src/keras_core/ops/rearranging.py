"""Axes reordered, split and merged as a pattern says."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from keras_core.ops.conversion import convert_to_tensor
from keras_core.ops.elementwise import floor_divide, multiply
from keras_core.ops.shaping import reshape, shape, transpose

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_TOKEN = re.compile(r"\s*(\(|\)|\.\.\.|\w+)")

_OTHERS = ["... alone"]
"""The group of all axes that are not named, which stay apart where no parentheses are around them."""


def rearrange(tensor: Tensor, pattern: str, **axes_lengths: int) -> Tensor:
    """Axes reordered, split and merged as a pattern of einops says.

    Args:
        tensor: the tensor.
        pattern: names of the axes before and after "->", such as "b (h w) c -> b c h w"; parentheses hold axes that
            are one axis, 1 stands for an axis of that length, "..." for all others.
        **axes_lengths: lengths of named axes, needed for all but one of those in parentheses on the left.

    Returns:
        Tensor of the same elements.

    Raises:
        ValueError: for a pattern that does not fit the tensor, or lengths that do not.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.rearrange([[1, 2, 3, 4]], "a (b c) -> c b a", b=2)).tolist()
        [[[1], [3]], [[2], [4]]]

    Reference: Rogozhnikov, "Einops: Clear and Reliable Tensor Manipulations with Einstein-like Notation", 2022.
    """
    tensor = convert_to_tensor(tensor)
    left, arrow, right = pattern.partition("->")
    if not arrow:
        raise ValueError(f"rearrange() got the pattern {pattern!r}, expected two sides with '->' between them.")
    sizes = shape(tensor)
    before, after = _groups(left, pattern), _groups(right, pattern)
    others = len(sizes) - len(before) + 1
    if _OTHERS in before and others >= 0:
        dots = [[f"...{k}"] for k in range(others)]
        before = _expanded(before, dots)
        after = _expanded(after, dots)
    if len(before) != len(sizes):
        raise ValueError(f"rearrange() got shape {sizes} for {left.strip()!r}, which has {len(before)} axes.")
    lengths: dict[str, Any] = dict(axes_lengths)
    for group, length in zip(before, sizes, strict=True):
        _measure(group, length, lengths, pattern)
    flat = [[name for group in side for name in group if name != "1"] for side in (before, after)]
    if sorted(flat[0]) != sorted(flat[1]) or len(set(flat[0])) != len(flat[0]):
        raise ValueError(f"rearrange() got {pattern!r}, expected each name once on each side.")
    unknown = sorted(set(axes_lengths) - set(flat[0]))
    if unknown:
        raise ValueError(f"rearrange() got lengths of {', '.join(unknown)}, which {pattern!r} does not name.")
    split = reshape(tensor, [lengths[name] for name in flat[0]])
    ordered = transpose(split, [flat[0].index(name) for name in flat[1]])
    return reshape(ordered, [_product(lengths.get(name, 1) for name in group) for group in after])


def _groups(side: str, pattern: str) -> list[list[str]]:
    """The axes of one side, each as the names that it is made of."""
    groups: list[list[str]] = []
    inside, end = False, 0
    for token in _TOKEN.finditer(side):
        text = token[1]
        if token.start() != end or ((text == "(") is inside and text in "()"):
            break
        end = token.end()
        if text in "()":
            inside = text == "("
            groups += [[]] * inside
        elif inside:
            groups[-1] = [*groups[-1], text]
        else:
            groups.append(_OTHERS if text == "..." else [text])
    if inside or side[end:].strip():
        raise ValueError(
            f"rearrange() got {pattern!r}, which cannot be read at {side[end:].strip() or side.strip()!r}."
        )
    return groups


def _expanded(groups: list[list[str]], dots: list[list[str]]) -> list[list[str]]:
    """The groups with "..." replaced by the axes that it stands for."""
    result: list[list[str]] = []
    for group in groups:
        if group == _OTHERS:
            result += dots
        else:
            result.append([name for part in group for name in ([d[0] for d in dots] if part == "..." else [part])])
    return result


def _measure(group: list[str], length: Any, lengths: dict[str, Any], pattern: str) -> None:
    """Note the lengths of the axes that one axis is made of; at most one may be unknown."""
    named = [name for name in group if name != "1"]
    missing = [name for name in named if name not in lengths]
    rest = _product(lengths[name] for name in named if name in lengths)
    if len(missing) > 1:
        raise ValueError(f"rearrange() got {pattern!r}, expected the lengths of all but one of {', '.join(missing)}.")
    whole = isinstance(length, int) and isinstance(rest, int)
    if whole and (length % max(rest, 1) if missing else length != rest):
        raise ValueError(f"rearrange() got an axis of length {length} for ({' '.join(group)}) in {pattern!r}.")
    for name in missing:
        lengths[name] = length // max(rest, 1) if whole else length if rest == 1 else floor_divide(length, rest)


def _product(sizes: Any) -> Any:
    found = list(sizes)
    if all(isinstance(size, int) for size in found):
        return math.prod(found)
    result: Any = found[0]
    for size in found[1:]:
        result = multiply(result, size)
    return result
