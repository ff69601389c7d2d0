"""The ops that a backend cannot leave out, by family: every other op has a body written in these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = {
    "complex": "eig fourier view_as_complex view_as_real",
    "conv": "average_pool conv conv_transpose max_pool",
    "creation": "full sequence",
    "elementwise": (
        "abs add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_invert "
        "bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor cast ceil cos cosh divide equal erf "
        "exp expm1 floor floor_divide isinf isnan less less_equal log log1p logical_and logical_not "
        "logical_or maximum minimum mod multiply negative power print_tensor round sign sin sinh sqrt "
        "stop_gradient subtract tan tanh where"
    ),
    "indexing": "argsort scatter_update slice slice_update sort take take_along_axis top_k",
    "linalg": "cholesky contract det eigh matmul qr solve svd",
    "nn": "relu sigmoid softplus",
    "random": "random_integer random_normal random_uniform",
    "reduction": "all any argmax argmin cumprod cumsum max mean min prod sum",
    "shaping": (
        "axis_size broadcast_to concatenate diagonal expand_dims getitem pad repeat reshape split squeeze "
        "tile transpose view"
    ),
}

PRIMITIVES: Mapping[str, frozenset[str]] = {family: frozenset(names.split()) for family, names in _NAMES.items()}
"""Family (a file of the ops) to the names of its primitives; a test compares it with the op table."""
