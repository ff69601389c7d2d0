"""Matrices rounded in groups of rows to integers without a sign."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Rounded(NamedTuple):
    """A matrix (inputs, outputs) as integers: ``(integers - zero[groups]) * scale[groups] / input_scale``.

    Attributes:
        integers: (inputs, outputs), from 0.
        scale: (groups, outputs).
        zero: (groups, outputs), whole numbers.
        groups: (inputs,), the group of each input.
        input_scale: (inputs,), by what inputs were multiplied before; None for nothing.
    """

    integers: np.ndarray
    scale: np.ndarray
    zero: np.ndarray
    groups: np.ndarray
    input_scale: np.ndarray | None = None

    def matrix(self) -> np.ndarray:
        """The matrix again, as far as the integers hold it."""
        found: np.ndarray = (self.integers - self.zero[self.groups]) * self.scale[self.groups]
        return found if self.input_scale is None else found / self.input_scale[:, None]


def group_scale(
    rows: np.ndarray, bits: int, symmetric: bool = False, per_channel: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Scale and zero point of a group.

    Args:
        rows: (inputs, outputs), the group's.
        bits: of an integer.
        symmetric: whether the range is symmetric around 0. Defaults to False.
        per_channel: whether each output has its own. Defaults to True.

    Returns:
        Two arrays (outputs,).
    """
    lowest, highest = np.minimum(rows.min(0), 0), np.maximum(rows.max(0), 0)
    if not per_channel:
        lowest, highest = np.full_like(lowest, lowest.min()), np.full_like(highest, highest.max())
    if symmetric:
        highest = np.maximum(-lowest, highest)
        lowest = -highest
    levels = 2**bits - 1
    span = highest - lowest
    scale = np.where(span == 0, 1.0, span / levels)
    zero = np.full_like(scale, (levels + 1) // 2) if symmetric else np.clip(np.round(-lowest / scale), 0, levels)
    return scale, zero


def rounded(values: np.ndarray, scale: np.ndarray, zero: np.ndarray, bits: int) -> np.ndarray:
    """Integers of values that share a scale.

    Args:
        values: (..., outputs).
        scale: (outputs,).
        zero: (outputs,).
        bits: of an integer.
    """
    found: np.ndarray = np.clip(np.round(values / scale) + zero, 0, 2**bits - 1)
    return found


def to_nearest(
    matrix: np.ndarray, bits: int, group_size: int, symmetric: bool = False, per_channel: bool = True
) -> Rounded:
    """A matrix of which every number becomes the nearest integer of its group.

    Args:
        matrix: (inputs, outputs).
        bits: of an integer.
        group_size: inputs in a group; -1 is all.
        symmetric: as for `group_scale`. Defaults to False.
        per_channel: as for `group_scale`. Defaults to True.
    """
    size = len(matrix) if group_size < 1 else group_size
    groups = np.arange(len(matrix)) // size
    found = [group_scale(matrix[k : k + size], bits, symmetric, per_channel) for k in range(0, len(matrix), size)]
    scale, zero = (np.stack(part) for part in zip(*found, strict=True))
    return Rounded(rounded(matrix, scale[groups], zero[groups], bits), scale, zero, groups)
