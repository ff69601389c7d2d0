"""Type aliases of the public interfaces."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import numpy as np

T = TypeVar("T")

# -- names for values of any type: which one depends on the backend, or on the structure of a model

Tensor: TypeAlias = Any
"""A backend's tensor, a NumPy array, a Variable or a KerasTensor."""

ArrayLike: TypeAlias = Any
"""What becomes a tensor: a tensor, an array, a number or a nested list of numbers."""

TensorTree: TypeAlias = Any
"""A tensor, or lists, tuples and dicts of tensors, such as the inputs and outputs of a model; None for one left out."""

ShapeTree: TypeAlias = Any
"""A shape, or lists, tuples and dicts of shapes."""

# -- shapes and dtypes

Shape: TypeAlias = tuple[int | None, ...]
"""A static shape; None stands for a size that is not known yet."""

DynamicShape: TypeAlias = Sequence[Any]
"""A shape as an op takes it: ints, and scalar integer tensors where a size is known only at run time."""

NewShape: TypeAlias = Sequence[Any]
"""As `DynamicShape`, of a tensor that an op makes: no size is -1."""

Axis: TypeAlias = int | Sequence[int] | None
"""One axis, several, or None for all."""

DType: TypeAlias = str | type | np.dtype
"""A dtype's name ("float32") or what NumPy knows by it."""


class HasComputeDType(Protocol):
    """A dtype policy, as far as its `compute_dtype` is asked for."""

    @property
    def compute_dtype(self) -> str: ...


DTypeLike: TypeAlias = DType | HasComputeDType | None
"""A dtype or a dtype policy; None takes the default."""

DataFormat: TypeAlias = Literal["channels_last", "channels_first"] | None
"""Where the channel axis stands; None takes the configured default."""

Padding: TypeAlias = Literal["valid", "same"]

Size: TypeAlias = int | Sequence[int]
"""One number for every spatial axis, or one each."""

# -- structures, data and files

Nested: TypeAlias = T | Sequence["Nested[T]"] | Mapping[str, "Nested[T]"]
"""One, or lists, tuples and dicts of them, nested to any depth."""


class SupportsArray(Protocol):
    """What NumPy can make an array of: an array or tensor of a framework, a data frame."""

    def __array__(self) -> np.ndarray: ...


class BatchSequence(Protocol):
    """Batches by number."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Any: ...


Data: TypeAlias = SupportsArray | Iterable[Any] | BatchSequence
"""What `fit` takes: arrays, lists and dicts of arrays, or a source of batches (a generator, a dataset, a sequence)."""

Config: TypeAlias = dict[str, Any]
"""What `get_config` returns: the arguments that make an object again, as JSON can hold them."""

InitializerLike: TypeAlias = str | Mapping[str, Any] | Callable[..., Any] | SupportsArray | float
"""What a variable's first value is made from: an initializer, its name or config, a function, or the value itself."""

CustomObjects: TypeAlias = Mapping[str, Any]
"""Classes and functions by the names under which configs know them."""


class WeightStore(Protocol):
    """What `save_own_variables` fills: arrays by name."""

    def __setitem__(self, name: str, value: Any, /) -> None: ...


PathLike: TypeAlias = str | os.PathLike[str]
"""A path of a file."""

FileLike: TypeAlias = object
"""A path, an open binary file, an `h5py.Group`, or, to load from, bytes."""

# -- what arguments are checked for by their annotations (argument_checks.py)

PositiveInt: TypeAlias = int
"""An integer of at least 1."""

NonNegativeInt: TypeAlias = int
"""An integer of at least 0."""

Numbers: TypeAlias = Sequence[float]
"""A list of numbers."""

PositiveInts: TypeAlias = Collection[int]
"""A list, tuple or set of integers of at least 1."""

DecayRate: TypeAlias = float
"""A number of at least 0 and below 1: what a moving average keeps of its past."""

Verbosity: TypeAlias = int | Literal["auto"]
"""0 for silence, 1 for a progress bar, 2 for a line per epoch, "auto" for a choice."""
