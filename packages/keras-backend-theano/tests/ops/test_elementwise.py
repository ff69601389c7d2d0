"""Elementwise ops on symbolic values."""

import numpy as np
import pytest

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
P = np.abs(F) + 0.5
U = np.tanh(F)
I = np.random.default_rng(1).integers(-5, 9, (2, 3, 4)).astype("int32")
B = F > 0
SIMPLE = (
    *("negative", "abs", "sign", "square", "exp", "expm1", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh"),
    *("arcsinh", "erf", "floor", "ceil", "round", "isnan", "isinf", "isfinite", "stop_gradient"),
)
ARITHMETIC = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "floor_divide",
    "mod",
    "maximum",
    "minimum",
    "equal",
    "less_equal",
)
CASES = [
    *((n, F) for n in SIMPLE),
    *((n, P) for n in ["log", "log1p", "sqrt", "rsqrt"]),
    *((n, U) for n in ["arcsin", "arccos", "arctanh"]),
    ("arccosh", P + 1),
    *((n, I) for n in ["negative", "abs", "sign", "square", "floor", "ceil", "round", "bitwise_invert"]),
    ("logical_not", B),
    *((n, F, P[:, :1]) for n in (*ARITHMETIC, "less", "arctan2", "not_equal", "greater")),
    ("power", P, F),
    *((n, I, np.abs(I[0]) + 1) for n in (*ARITHMETIC, "bitwise_and", "bitwise_or", "bitwise_xor")),
    *((n, I, np.abs(I[0]) % 4) for n in ("bitwise_left_shift", "bitwise_right_shift")),
    *((n, B, F > 0.5) for n in ["logical_and", "logical_or", "logical_xor", "add", "multiply"]),
    ("add", F, 2.5),
    ("add", I, 2.5),
    ("multiply", 2, F),
    ("round", F * 100, -1),
    ("round", F, 2),
    *(("cast", x, d) for x in (F, I, B) for d in ("float64", "float16", "int8", "uint8", "bool", "int32")),
    ("where", B, F, 0.0),
    ("where", F, F, P),
    ("clip", F, -0.5, 0.5),
]  # fmt: skip


def test_same_as_on_arrays(case, check):
    check(case)


def test_unsupported_dtype_is_named(run_symbolic):
    with pytest.raises(TypeError, match="bfloat16"):
        run_symbolic(("cast", F, "bfloat16"))
