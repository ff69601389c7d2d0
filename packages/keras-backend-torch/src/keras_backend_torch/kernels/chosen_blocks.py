"""Whole blocks of one of two tensors, as an operator that can be recorded: each is copied from where it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from torch import library

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_LEAST = 1 << 10
"""Numbers in a block from which on a copy of each is faster than a kernel that chooses between numbers."""

_LIBRARY = library.Library("keras", "FRAGMENT")
_LIBRARY.define("chosen_blocks(Tensor condition, Tensor x1, Tensor x2) -> Tensor")
_LIBRARY.define("chosen_blocks.out(Tensor condition, Tensor x1, Tensor x2, *, Tensor(a!) out) -> Tensor(a!)")


def _chosen(condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    return _chosen_into(condition, x1, x2, out=torch.empty_like(x1))


def _chosen_into(condition: Tensor, x1: Tensor, x2: Tensor, *, out: Tensor) -> Tensor:
    first = condition.reshape(-1).tolist()
    target, one, other = (x.detach().numpy().reshape(len(first), -1) for x in (out, x1, x2))
    for block, is_first in enumerate(first):
        target[block] = one[block] if is_first else other[block]
    return out


_LIBRARY.impl("chosen_blocks", _chosen, "CPU")
_LIBRARY.impl("chosen_blocks.out", _chosen_into, "CPU")
library.register_fake("keras::chosen_blocks", lambda condition, x1, x2: torch.empty_like(x1), lib=_LIBRARY)

chosen_blocks = torch.ops.keras.chosen_blocks
"""``torch.where(condition, x1, x2)`` of contiguous tensors on a CPU, of the same shape, where `are_blocks`."""


def are_blocks(condition: Tensor, x: Tensor) -> bool:
    """Whether each value of the condition chooses for many numbers that lie side by side.

    Args:
        condition: tensor with as many axes as `x`.
        x: contiguous tensor.
    """
    if condition.dim() != x.dim():
        return False
    shape, lead = tuple(condition.shape), 0
    while lead < len(shape) and shape[lead] == x.shape[lead]:
        lead += 1
    return all(size == 1 for size in shape[lead:]) and math.prod(x.shape[lead:]) >= _LEAST


__all__ = ["are_blocks", "chosen_blocks"]
