"""Keras 2's path: the names are those of `keras.layers`, and the base classes that scripts ask for and derive from."""

from __future__ import annotations

from typing import Any

from keras_layers.pooling.base_global_pooling import BaseGlobalPooling
from keras_layers.pooling.base_pooling import BasePooling

from keras.layers import *


class _OfRank(type):
    """Of a base class for one number of spatial axes: every pooling layer of that rank is an instance."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__mro__[1]) and instance.rank == cls.rank  # type: ignore[attr-defined]

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1]) and getattr(other, "rank", None) == cls.rank  # type: ignore[attr-defined]


class _Pooling1D(BasePooling, metaclass=_OfRank):
    rank = 1


class _Pooling2D(BasePooling, metaclass=_OfRank):
    rank = 2


class _Pooling3D(BasePooling, metaclass=_OfRank):
    rank = 3


class _GlobalPooling1D(BaseGlobalPooling, metaclass=_OfRank):
    rank = 1


class _GlobalPooling2D(BaseGlobalPooling, metaclass=_OfRank):
    rank = 2


class _GlobalPooling3D(BaseGlobalPooling, metaclass=_OfRank):
    rank = 3
