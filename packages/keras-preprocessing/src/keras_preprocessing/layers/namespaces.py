"""Ops by the names that layers written for Keras 3's backends call them by."""

from __future__ import annotations

from typing import Any

from keras_core import backend, ops, random

_OF_OPS = frozenset({"core", "image", "linalg", "math", "nn", "numpy"})


class Namespaces:
    """What Keras 3 names `layer.backend` in layers that prepare data: `numpy.where`, `random.uniform`, `cast`.

    All of it are `keras.ops` and `keras.random`, which run on the backend that is active: that of the layer, or the one
    whose tensors it is called on. What is none of them is looked up on the backend itself.

    Example:
        >>> from keras_preprocessing.layers.namespaces import Namespaces
        >>> int(Namespaces().numpy.add(1, 2))
        3
    """

    @property
    def name(self) -> str:
        """Name of the backend that is active."""
        return backend.active_name()

    _backend = name

    def __getattr__(self, name: str) -> Any:
        if name in _OF_OPS:
            return ops
        if name == "random":
            return random
        return getattr(ops, name) if hasattr(ops, name) else getattr(backend.active(), name)
