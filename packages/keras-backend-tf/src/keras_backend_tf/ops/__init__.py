"""The op table of the TensorFlow backend: one module a family, one function an op."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from keras_backend_tf.ops import (
    control,
    conv,
    creation,
    elementwise,
    indexing,
    linalg,
    nn,
    random,
    reduction,
    shaping,
)


def _public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


OPS: dict[str, Callable[..., Any]] = {}
for _family in (
    elementwise,
    reduction,
    shaping,
    indexing,
    creation,
    linalg,
    nn,
    conv,
    random,
    control,
):
    OPS.update(_public(_family))
