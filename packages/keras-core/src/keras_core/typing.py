"""Type aliases of the public interfaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

Tensor: TypeAlias = Any
"""A backend's tensor, a NumPy array, a Variable or a KerasTensor."""

ArrayLike: TypeAlias = Any
"""What becomes a tensor: a tensor, an array, a number or a nested list of numbers."""

Shape: TypeAlias = tuple[int | None, ...]
"""A static shape; None stands for a size that is not known yet."""

DynamicShape: TypeAlias = Sequence[Any]
"""A shape as an op takes it: ints, and scalar integer tensors where a size is known only at run time."""

Axis: TypeAlias = int | Sequence[int] | None
"""One axis, several, or None for all."""

DType: TypeAlias = str | type | np.dtype
"""A dtype's name ("float32") or what NumPy knows by it."""

DataFormat: TypeAlias = Literal["channels_last", "channels_first"] | None
"""Where the channel axis stands; None takes the configured default."""

Padding: TypeAlias = Literal["valid", "same"]

Size: TypeAlias = int | Sequence[int]
"""One number for every spatial axis, or one each."""
