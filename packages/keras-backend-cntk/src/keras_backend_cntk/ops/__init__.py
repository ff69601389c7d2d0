"""Ops as functions of CNTK: one module for each op family. What stands in none of them is computed by NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import op_table

from keras_backend_cntk.ops import complex, conv, creation, elementwise, indexing, linalg, nn, reduction, shaping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOWERED: Mapping[str, Callable[..., Any]] = op_table(
    [elementwise, complex, reduction, shaping, indexing, creation, linalg, nn, conv]
)
"""By name: takes `Expr`s, gives `Expr`s, or raises `Unsupported`."""
