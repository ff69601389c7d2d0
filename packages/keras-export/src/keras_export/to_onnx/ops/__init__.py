"""Ops as operators of ONNX: one module for each op family. What stands in none of them cannot be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import op_table

from keras_export.to_onnx.ops import (
    control,
    conv,
    creation,
    elementwise,
    indexing,
    linalg,
    nn,
    reduction,
    rnn,
    shaping,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RULES: Mapping[str, Callable[..., Any]] = op_table(
    [elementwise, reduction, shaping, indexing, creation, linalg, nn, conv, rnn, control]
)
"""By name: takes the builder and `Value`s, gives `Value`s, or raises `Unsupported`."""
