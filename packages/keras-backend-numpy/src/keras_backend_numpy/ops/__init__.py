"""The op table of the NumPy backend: one module for each op family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keras_backend_numpy.framework import quiet
from keras_backend_numpy.ops import conv, creation, elementwise, indexing, linalg, nn, random, reduction, shaping

OPS: Mapping[str, Callable[..., Any]] = {
    name: quiet(function)
    for family in (elementwise, shaping, creation, reduction, indexing, linalg, nn, conv, random)
    for name, function in family.OPS.items()
}
