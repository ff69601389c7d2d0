"""Gradients of every differentiable op against differences of the NumPy backend in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras_core import gradients, ops, tree
from keras_core.testing import op_table

from keras_conformance import running
from keras_conformance.cases import CASES
from keras_conformance.inputs import Inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import Backend

pytestmark = pytest.mark.usefixtures("needs_train")

NOT_DIFFERENTIABLE = frozenset(
    [
        "argmax",
        "argmin",
        "argsort",
        "axis_size",
        "sequence",
        "arange",
        "all",
        "any",
        "allclose",
        "isclose",
        "isnan",
        "isinf",
        "isfinite",
        "equal",
        "not_equal",
        "less",
        "less_equal",
        "greater",
        "greater_equal",
        "logical_and",
        "logical_or",
        "logical_xor",
        "logical_not",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "bitwise_invert",
        "bitwise_not",
        "bitwise_left_shift",
        "bitwise_right_shift",
        "left_shift",
        "right_shift",
        "one_hot",
        "multi_hot",
        "in_top_k",
        "searchsorted",
        "digitize",
        "count_nonzero",
        "unravel_index",
        "sign",
        "floor",
        "ceil",
        "round",
        "trunc",
        "heaviside",
        "zeros",
        "ones",
        "empty",
        "full",
        "eye",
        "tri",
        "identity",
        "zeros_like",
        "ones_like",
        "empty_like",
        "full_like",
        "floor_divide",
        "saturate_cast",
        "cast",
        "nan_to_num",
        "stop_gradient",
        "bincount",
        "eigh",
        "svd",
        "qr",
        "threshold",
        "nanmax",
        "nanmin",
        "nanvar",
        "nanstd",
        "isin",
        "isposinf",
        "isneginf",
        "argpartition",
        "histogram",
        "matrix_rank",
        "corrcoef",
        "hanning",
        "hamming",
        "blackman",
        "bartlett",
        "kaiser",
        "eig",
        "isreal",
        "ctc_decode",
        "signbit",
        "nextafter",
        "gcd",
        "lcm",
        "view",
        "nonzero",
        "unique",
        "nanargmax",
        "nanargmin",
    ]
)
"""No gradient, a gradient of zero, or one that finite differences of unstable outputs cannot judge."""


SMOOTH = [
    "add",
    "batch_normalization",
    "contract",
    "conv",
    "conv_transpose",
    "depthwise_conv",
    "divide",
    "elu",
    "erf",
    "exp",
    "expm1",
    "gelu",
    "gru",
    "layer_normalization",
    "log",
    "log_softmax",
    "logsumexp",
    "lstm",
    "matmul",
    "mean",
    "moments",
    "multiply",
    "normalize_batch",
    "power",
    "prod",
    "reciprocal",
    "reshape",
    "rsqrt",
    "sigmoid",
    "silu",
    "simple_rnn",
    "sin",
    "softmax",
    "softplus",
    "sparse_categorical_crossentropy",
    "sqrt",
    "square",
    "std",
    "sum",
    "take",
    "tanh",
    "tensordot",
    "transpose",
    "var",
    "where",
]
"""Ops whose second derivatives are checked; together they exercise every kind of rule."""


TOLD = {"normalize_batch": 1}
"""How many of an op's results have gradients, where the others behind them are told only."""


class Weighted:
    """One call of an op as a scalar function of its float arguments: a weighted sum of all float results.

    Args:
        name: the op's name.
        draw: Hypothesis's drawing function.
    """

    def __init__(self, name: str, draw: Any) -> None:
        self.op = op_table()[name]
        self.arguments = CASES[name](Inputs(draw))
        self.names = [n for n in running.tensor_names(self.op, self.arguments) if _floats(self.arguments[n])]
        self.leaves = [leaf for n in self.names for leaf in tree.flatten(self.arguments[n])]
        rng = np.random.default_rng(0)
        results = _real_parts(running.reference(self.op, self.arguments))
        self.weights = [rng.uniform(0.5, 1.5, r.shape) for r in results]
        for weight in self.weights[TOLD.get(name, len(results)) :]:
            weight[...] = 0
        self.direction = [np.asarray(rng.standard_normal(leaf.shape)) for leaf in self.leaves]
        if name in ("cholesky", "logdet"):  # these read one half of a symmetric matrix
            self.direction = [d + np.swapaxes(d, -1, -2) for d in self.direction]

    def _with(self, leaves: Sequence[Any]) -> dict[str, Any]:
        queue = iter(leaves)
        filled = {n: tree.map_structure(lambda _: next(queue), self.arguments[n]) for n in self.names}
        return {**self.arguments, **filled}

    def loss(self, *leaves: Any) -> Any:
        """The scalar, on the backend under test."""
        total = ops.convert_to_tensor(0.0)
        results = tree.flatten(running.call(self.op, self._with(leaves)))
        parts = [ops.view_as_real(r) if ops.dtype(r).startswith("complex") else r for r in results]
        for result, weight in zip(parts, self.weights, strict=True):
            if ops.dtype(result).startswith("float"):
                total = ops.add(total, ops.sum(ops.multiply(result, weight.astype("float32"))))
        return total

    def value(self, distance: float) -> float:
        """The scalar in float64, that far along the direction."""
        moved = [
            np.asarray(x.astype("float64") + distance * d) for x, d in zip(self.leaves, self.direction, strict=True)
        ]
        results = _real_parts(running.reference(self.op, self._with(moved), wide=True))
        pairs = [(r, w) for r, w in zip(results, self.weights, strict=True) if r.dtype.kind == "f"]
        return sum(float(np.sum(r * w)) for r, w in pairs)

    def along(self, found: Sequence[Any], backend: Backend) -> float:
        """The slope along the direction, from gradients by each leaf."""
        slope = 0.0
        for gradient, leaf, d in zip(found, self.leaves, self.direction, strict=True):
            if gradient is not None:
                assert tuple(backend.shape(gradient)) == leaf.shape
                slope += float(np.sum(backend.numpy(gradient) * d))
        return slope


def _real_parts(results: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Complex results with their parts in a last axis."""
    return [np.stack([r.real, r.imag], -1) if r.dtype.kind == "c" else r for r in results]


def _floats(value: Any) -> bool:
    return all(leaf.dtype == np.float32 for leaf in tree.flatten(value))


def _checked(name: str, examples: settings, check: Any) -> None:
    @examples
    @given(st.data())
    def run(data: Any) -> None:
        function = Weighted(name, data.draw)
        if function.names:
            check(function)

    run()


@pytest.mark.parametrize("name", sorted(set(op_table()) - NOT_DIFFERENTIABLE - running.UNSPECIFIED))
def test_gradient(name: str, backend: Backend) -> None:
    """The slope along a direction is the central difference."""

    def check(function: Weighted) -> None:
        _, found = gradients(function.loss, [backend.tensor(leaf) for leaf in function.leaves])
        step = 1e-6
        expected = (function.value(step) - function.value(-step)) / (2 * step)
        assert function.along(found, backend) == pytest.approx(expected, rel=5e-3, abs=5e-3)

    _checked(name, running.examples(backend, 3, 2), check)


@pytest.mark.parametrize("name", SMOOTH)
def test_second_order(name: str, backend: Backend) -> None:
    """The gradient of a gradient: the curvature along a direction is the second difference."""
    if "second-order" not in backend.capabilities:
        pytest.skip("not declared")

    def check(function: Weighted) -> None:
        def slope(*leaves: Any) -> Any:
            _, found = gradients(function.loss, list(leaves))
            total = ops.convert_to_tensor(0.0)
            for gradient, d in zip(found, function.direction, strict=True):
                if gradient is not None:
                    total = ops.add(total, ops.sum(ops.multiply(gradient, d.astype("float32"))))
            return total

        _, found = gradients(slope, [backend.tensor(leaf) for leaf in function.leaves])
        step = 1e-4
        expected = (function.value(step) - 2 * function.value(0) + function.value(-step)) / step**2
        assert function.along(found, backend) == pytest.approx(expected, rel=1e-2, abs=1e-2)

    _checked(name, running.examples(backend, 1, 1), check)
