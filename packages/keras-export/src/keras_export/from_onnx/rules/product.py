"""Products of matrices; those with a matrix of weights are Dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import is_keras_tensor, ops

from keras_export.from_onnx.sizes import Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _dense(n: Node, kernel: np.ndarray, bias: np.ndarray | None) -> Any:
    x = n.x()
    weights = [kernel] if bias is None else [kernel, np.broadcast_to(bias, kernel.shape[1:]).copy()]
    config = {"units": kernel.shape[1], "use_bias": bias is not None}
    places = (1,) if bias is None else (1, 2)
    found = n.layer("Dense", config, weights, *places)(x)
    return n.scope.note(found, [*n.lengths()[:-1], kernel.shape[1]])


def _is_row(bias: np.ndarray, units: int) -> bool:
    """Whether an array is a bias of so many units, or of one for all."""
    return bias.size in (1, units) and bias.shape in ((), (1,), (units,), (1, 1), (1, units))


def _gemm(n: Node) -> Any:
    alpha, beta = n.get("alpha", 1.0), n.get("beta", 1.0)
    weights = None if isinstance(n.value(0), np.ndarray) else n.weights(*([1, 2] if n.has(2) else [1]))
    if weights is not None and not n.get("transA", 0) and n.scope.trained(n.names[1]):
        kernel = np.ascontiguousarray(weights[0].T) if n.get("transB", 0) else weights[0]
        bias = weights[1] if n.has(2) else None
        if bias is None or _is_row(bias, kernel.shape[1]):
            kernel = kernel if alpha == 1 else kernel * kernel.dtype.type(alpha)
            bias = bias if bias is None or beta == 1 else bias * bias.dtype.type(beta)
            return _dense(n, kernel, None if bias is None else bias.reshape(-1))
    a, b = n.x(0), n.x(1)
    a = n.call(ops.transpose, a) if n.get("transA", 0) else a
    b = n.call(ops.transpose, b) if n.get("transB", 0) else b
    found = n.call(ops.matmul, a, b)
    found = found if alpha == 1 else n.call(ops.multiply, found, alpha)
    if n.has(2):
        c = n.x(2)
        found = n.call(ops.add, found, c if beta == 1 else n.call(ops.multiply, c, beta))
    rows = n.lengths(0)[1 if n.get("transA", 0) else 0]
    return n.scope.note(found, [rows, n.lengths(1)[0 if n.get("transB", 0) else 1]])


def _matmul(n: Node) -> Any:
    if is_keras_tensor(n.value(0)) and isinstance(n.value(1), np.ndarray) and len(n.value(0).shape) > 1:
        weights = n.weights(1) if n.scope.trained(n.names[1]) and n.value(1).ndim == 2 else None
        if weights is not None:
            return _dense(n, weights[0], n.bias_behind(weights[0].shape[1]))
    found = n.call(ops.matmul, n.x(0), n.x(1))
    a, b = n.lengths(0), n.lengths(1)
    if len(a) < 2 or len(b) < 2:
        return found
    lead, other = a[:-2], b[:-2]
    rank = max(len(lead), len(other))
    pairs = zip([1] * (rank - len(lead)) + lead, [1] * (rank - len(other)) + other, strict=True)
    batch = [v if not isinstance(u, Size) and u == 1 else u for u, v in pairs]
    return n.scope.note(found, [*batch, a[-2], b[-1]])


def _einsum(n: Node) -> Any:
    equation = n.get("equation").replace(" ", "")
    found = n.call(ops.einsum, equation, *n.xs())
    terms, _, result = equation.partition("->")
    if "." in equation or not is_keras_tensor(found):
        return found
    known = {
        letter: size
        for number, term in enumerate(terms.split(","))
        for letter, size in zip(term, n.lengths(number), strict=True)
    }
    return n.scope.note(found, [known[letter] for letter in result])


RULES: dict[str, Rule] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Einsum": _einsum,
    "Det": lambda n: n.call(ops.det, n.x()),
}
