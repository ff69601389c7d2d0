"""Operators that compute element by element."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes, ops

from keras_export.from_onnx.checks import dtype_of
from keras_export.from_onnx.sizes import Size, as_sizes, is_sizes, larger, same, smaller

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _dtype(x: Any) -> str:
    return str(dtypes.standardize(x.dtype))


def unary(op: Any, **fixed: Any) -> Rule:
    def rule(n: Node) -> Any:
        return n.follow(n.call(op, n.x(), **fixed))

    return rule


def _with(op: Any, **attributes: tuple[str, float]) -> Rule:
    """A function with numbers: its argument → the attribute, and what it is where it is left out."""

    def rule(n: Node) -> Any:
        given = {key: n.get(name, default) for key, (name, default) in attributes.items()}
        return n.follow(n.call(op, n.x(), **given))

    return rule


def _are_sizes(n: Node) -> bool:
    """Whether a node computes with sizes, and with nothing else."""
    values = [n.value(k) for k in range(len(n)) if n.has(k)]
    whole = all(isinstance(one, np.ndarray) and (is_sizes(one) or one.dtype.kind in "iu") for one in values)
    return whole and any(map(is_sizes, values))


def binary(op: Any, of_sizes: Any = None) -> Rule:
    def rule(n: Node) -> Any:
        if of_sizes is not None and _are_sizes(n):
            return as_sizes(of_sizes(n.value(0).astype(object), n.value(1).astype(object)))
        return n.broadcast(n.call(op, n.x(0), n.x(1)))

    return rule


def _divide(n: Node) -> Any:
    if _are_sizes(n):
        return as_sizes(n.value(0).astype(object) // n.value(1).astype(object))  # no size is negative
    a, b = n.x(0), n.x(1)
    if dtypes.is_float(_dtype(a)):
        return n.broadcast(n.call(ops.divide, a, b))
    whole = n.call(ops.floor_divide, n.call(ops.abs, a), n.call(ops.abs, b))
    sign = n.call(ops.multiply, n.call(ops.sign, a), n.call(ops.sign, b))
    return n.broadcast(n.call(ops.multiply, whole, sign))


def _mod(n: Node) -> Any:
    if _are_sizes(n):
        return as_sizes(n.value(0).astype(object) % n.value(1).astype(object))
    return n.broadcast(n.call(ops.fmod if n.get("fmod", 0) else ops.mod, n.x(0), n.x(1)))


def _power(n: Node) -> Any:
    a, b = n.x(0), n.x(1)
    if isinstance(b, np.ndarray) and b.size == 1 and dtypes.is_float(_dtype(a)):
        exponent = float(b.reshape(()))
        if exponent == 2:
            return n.broadcast(n.call(ops.square, a))
        if exponent == 0.5:
            return n.broadcast(n.call(ops.sqrt, a))
        b = exponent if b.ndim <= len(a.shape) else b.astype(dtypes.numpy_dtype(_dtype(a)))
    found = n.call(ops.power, a, b)
    return n.broadcast(n.call(ops.cast, found, _dtype(a)))


def _equal(n: Node) -> Any:
    if _are_sizes(n):
        a, b = np.broadcast_arrays(n.value(0).astype(object), n.value(1).astype(object))
        found = [_sizes_equal(one, other) for one, other in zip(a.ravel(), b.ravel(), strict=True)]
        return np.array(found, bool).reshape(a.shape)
    return n.broadcast(n.call(ops.equal, n.x(0), n.x(1)))


def _sizes_equal(a: Any, b: Any) -> bool:
    if same(a, b):
        return True
    known = [one for one in (a, b) if not isinstance(one, Size)]
    if len(known) == 2 or (known and known[0] < 0):  # no length is negative
        return False
    raise ValueError("it compares sizes that are not known")


def _where(n: Node) -> Any:
    condition, a, b = (n.value(k) for k in range(3))
    if all(isinstance(one, np.ndarray) for one in (condition, a, b)) and (is_sizes(a) or is_sizes(b)):
        if is_sizes(condition):
            raise ValueError("its condition is made of sizes that are not known")
        return as_sizes(np.where(condition, a.astype(object), b.astype(object)))
    return n.broadcast(n.call(ops.where, n.x(0), n.x(1), n.x(2)))


def _folded(op: Any, of_sizes: Any = None) -> Rule:
    def rule(n: Node) -> Any:
        if of_sizes is not None and _are_sizes(n):
            pairs = np.frompyfunc(of_sizes, 2, 1)
            return as_sizes(reduce(pairs, [n.value(k).astype(object) for k in range(len(n))]))
        return n.broadcast(reduce(lambda a, b: n.call(op, a, b), n.xs()))

    return rule


def _mean(n: Node) -> Any:
    total = reduce(lambda a, b: n.call(ops.add, a, b), n.xs())
    return n.broadcast(n.call(ops.multiply, total, 1 / len(n)))


def _limits(n: Node) -> tuple[Any, Any]:
    found = []
    for number, name in ((1, "min"), (2, "max")):
        given = n.get(name)
        if given is None and n.has(number):
            given = n.x(number)
            given = given.reshape(()).item() if isinstance(given, np.ndarray) else given
        found.append(given)
    return found[0], found[1]


def _clip(n: Node) -> Any:
    x = n.x()
    for op, limit in zip((ops.maximum, ops.minimum), _limits(n), strict=True):
        x = x if limit is None else n.call(op, x, limit)
    return n.follow(x)


def _cast(n: Node) -> Any:
    dtype = dtype_of(n.get("to"))
    if is_sizes(n.value(0)) and dtype.startswith(("int", "uint")):
        return n.value(0)
    return n.follow(n.call(ops.cast, n.x(), dtype))


def _cast_like(n: Node) -> Any:
    return n.follow(n.call(ops.cast, n.x(), _dtype(n.value(1))))


def _same(n: Node) -> Any:
    return n.value(0)


def _dropout(n: Node) -> Any:
    rate = n.get("ratio", 0.5) if n.opset < 12 else float(n.array(1, 0.5))
    if n.has(2) and bool(n.array(2)):
        raise ValueError("training_mode is not read")
    if not n.symbolic or not 0 < rate < 1:
        return n.value(0)
    return n.follow(n.layer("Dropout", {"rate": float(rate)}, [])(n.x()))


def _is_infinite(n: Node) -> Any:
    x = n.x()
    found = n.call(ops.isinf, x)
    for name, op in (("detect_negative", ops.greater), ("detect_positive", ops.less)):
        if not n.get(name, 1):
            found = n.call(ops.logical_and, found, n.call(op, x, 0))
    return n.follow(found)


def _hard_sigmoid(n: Node) -> Any:
    x = n.call(ops.add, n.call(ops.multiply, n.x(), n.get("alpha", 0.2)), n.get("beta", 0.5))
    return n.follow(n.call(ops.clip, x, 0.0, 1.0))


def _selu(n: Node) -> Any:
    alpha, gamma = n.get("alpha", 1.6732632423543772), n.get("gamma", 1.0507009873554805)
    if math.isclose(alpha, 1.6732632423543772, rel_tol=1e-6) and math.isclose(gamma, 1.0507009873554805, rel_tol=1e-6):
        return n.follow(n.call(ops.selu, n.x()))
    return n.follow(n.call(ops.multiply, n.call(ops.elu, n.x(), alpha), gamma))


def _gelu(n: Node) -> Any:
    return n.follow(n.call(ops.gelu, n.x(), approximate=n.get("approximate", "none") == "tanh"))


def _prelu(n: Node) -> Any:
    x, slope = n.x(0), n.x(1)
    below = n.call(ops.multiply, slope, n.call(ops.minimum, x, 0))
    return n.broadcast(n.call(ops.add, n.call(ops.maximum, x, 0), below))


def _shrink(n: Node) -> Any:
    x, limit, bias = n.x(), n.get("lambd", 0.5), n.get("bias", 0.0)
    above = n.call(ops.where, n.call(ops.greater, x, limit), n.call(ops.subtract, x, bias), 0.0)
    return n.follow(n.call(ops.where, n.call(ops.less, x, -limit), n.call(ops.add, x, bias), above))


def _swish(n: Node) -> Any:
    x = n.x()
    return n.follow(n.call(ops.multiply, x, n.call(ops.sigmoid, n.call(ops.multiply, x, n.get("alpha", 1.0)))))


_LOWER = (
    *("Abs", "Exp", "Log", "Sqrt", "Reciprocal", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan", "Sinh"),
    *("Cosh", "Tanh", "Erf", "Sigmoid", "Relu", "Softplus", "Softsign", "IsNaN", "Mish"),
)
_NAMES = {
    **{name: name.lower() for name in _LOWER},
    **{f"A{name}": f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "Neg": "negative",
    "Not": "logical_not",
    "BitwiseNot": "bitwise_not",
    "HardSwish": "hard_silu",
}
_PAIRS = {
    **{"And": "logical_and", "Or": "logical_or", "Xor": "logical_xor", "Greater": "greater", "Less": "less"},
    **{"GreaterOrEqual": "greater_equal", "LessOrEqual": "less_equal"},
    **{"BitwiseAnd": "bitwise_and", "BitwiseOr": "bitwise_or", "BitwiseXor": "bitwise_xor"},
}
RULES: dict[str, Rule] = {
    **{name: unary(getattr(ops, op)) for name, op in _NAMES.items()},
    **{name: binary(getattr(ops, op)) for name, op in _PAIRS.items()},
    "Add": binary(ops.add, lambda a, b: a + b),
    "Sub": binary(ops.subtract, lambda a, b: a - b),
    "Mul": binary(ops.multiply, lambda a, b: a * b),
    "Div": _divide,
    "Mod": _mod,
    "Pow": _power,
    "Equal": _equal,
    "Where": _where,
    "Max": _folded(ops.maximum, larger),
    "Min": _folded(ops.minimum, smaller),
    "Sum": _folded(ops.add),
    "Mean": _mean,
    "Clip": _clip,
    "Cast": _cast,
    "CastLike": _cast_like,
    "Identity": _same,
    "Dropout": _dropout,
    "IsInf": _is_infinite,
    "Elu": _with(ops.elu, alpha=("alpha", 1.0)),
    "Celu": _with(ops.celu, alpha=("alpha", 1.0)),
    "LeakyRelu": _with(ops.leaky_relu, negative_slope=("alpha", 0.01)),
    "ThresholdedRelu": lambda n: n.follow(n.call(ops.threshold, n.x(), n.get("alpha", 1.0), 0.0)),
    "HardSigmoid": _hard_sigmoid,
    "Selu": _selu,
    "Gelu": _gelu,
    "PRelu": _prelu,
    "Shrink": _shrink,
    "Swish": _swish,
}
