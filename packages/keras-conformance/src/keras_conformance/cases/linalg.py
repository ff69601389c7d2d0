"""Cases of products and factorizations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _matmul(draw: Inputs) -> dict[str, Any]:
    n, k, m, b = (draw.size() for _ in range(4))
    first, second = draw.pick(
        ((n, k), (k, m)), ((k,), (k, m)), ((n, k), (k,)), ((b, n, k), (k, m)), ((b, n, k), (b, k, m)), ((k,), (k,)),
        ((n, k), (b, k, m)),
    )  # fmt: skip
    return {"x1": draw.numbers(first), "x2": draw.numbers(second)}


def _int8_matmul(draw: Inputs) -> dict[str, Any]:
    n, k, m, b = (draw.size() for _ in range(4))
    first = draw.pick((n, k), (b, n, k))
    return {"x1": draw.ints(first, -127, 127, "int8"), "x2": draw.ints((k, m), -127, 127, "int8")}


def _dot(draw: Inputs) -> dict[str, Any]:
    n, k, m, b = (draw.size() for _ in range(4))
    first, second = draw.pick(((n, k), (k, m)), ((b, n, k), (k,)), ((b, n, k), (n, k, m)), ((), (n, k)))
    return {"x1": draw.floats(first), "x2": draw.floats(second)}


def _contract(draw: Inputs) -> dict[str, Any]:
    n, k, m, b = (draw.size() for _ in range(4))
    text, shapes = draw.pick(
        ("ij,jk->ik", [(n, k), (k, m)]),
        ("bij,bkj->bik", [(b, n, k), (b, m, k)]),
        ("...ij,...jk->...ik", [(b, n, k), (k, m)]),
        ("ij->ji", [(n, k)]),
        ("ij->", [(n, k)]),
        ("ij,ij", [(n, k), (n, k)]),
        ("abc,cd->abd", [(b, n, k), (k, m)]),
        ("i,j->ij", [(n,), (m,)]),
    )
    return {"subscripts": text, "operands": [draw.floats(shape) for shape in shapes]}


def _tensordot(draw: Inputs) -> dict[str, Any]:
    n, k, m = (draw.size() for _ in range(3))
    first, second, axes = draw.pick(
        ((n, k), (k, m), 1), ((n, k), (k, n), ((1,), (0,))), ((n, k, m), (k, m), 2), ((n, k), (m, n), ((0,), (1,))),
        ((n,), (m,), 0),
    )  # fmt: skip
    return {"x1": draw.floats(first), "x2": draw.floats(second), "axes": axes}


def _inner(draw: Inputs) -> dict[str, Any]:
    n, k, m = (draw.size() for _ in range(3))
    return {"x1": draw.floats((n, k)), "x2": draw.floats(draw.pick((m, k), (k,)))}


def _pair(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 2)
    return {"x1": draw.floats(shape), "x2": draw.floats(shape)}


def _cross(draw: Inputs) -> dict[str, Any]:
    n = draw.size()
    return {"x1": draw.floats((n, 3)), "x2": draw.floats((n, 3))}


def _trace(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(tuple(draw.size(2, 4) for _ in range(draw.size(2, 3)))), "offset": draw.pick(0, 1)}


def _norm(draw: Inputs) -> dict[str, Any]:
    ord, axis = draw.pick(
        (None, None), (2, -1), (1, 0), (3, -1), (math.inf, 0), (-math.inf, 0), ("fro", (0, 1)), (1, (0, 1)),
        (math.inf, (-2, -1)), (2, (0, 1)), ("nuc", (0, 1)),
    )  # fmt: skip
    return {
        "x": draw.distinct((draw.size(2, 3), draw.size(2, 3))),
        "ord": ord,
        "axis": axis,
        "keepdims": draw.pick(True, False),
    }


def _batch(draw: Inputs) -> tuple[int, ...]:
    shape: tuple[int, ...] = draw.pick((), (2,))
    return shape


def _solve(draw: Inputs) -> dict[str, Any]:
    n, batch = draw.size(1, 3), _batch(draw)
    b = draw.floats((*batch, n, *draw.pick((), (2,))))
    return {"a": draw.positive_definite(batch, n), "b": b}


def _solve_triangular(draw: Inputs) -> dict[str, Any]:
    return {**_solve(draw), "lower": draw.pick(True, False)}


def _definite(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.positive_definite(_batch(draw), draw.size(1, 3))}


def _rectangle(draw: Inputs) -> dict[str, Any]:
    n = draw.size(1, 3)
    x = draw.floats((*_batch(draw), n + draw.size(0, 2), n), -0.3, 0.3)
    for k in range(n):
        x[..., k, k] += 2 + k
    return {"x": x}


def _qr(draw: Inputs) -> dict[str, Any]:
    return {**_rectangle(draw), "mode": "reduced"}


def _svd(draw: Inputs) -> dict[str, Any]:
    return {**_rectangle(draw), "full_matrices": False, "compute_uv": draw.pick(True, False)}


def _lstsq(draw: Inputs) -> dict[str, Any]:
    n = draw.size(1, 3)
    a = draw.floats((n + 1, n), -0.3, 0.3)
    for k in range(n):
        a[k, k] += 2 + k
    return {"a": a, "b": draw.floats((n + 1, 2))}


def _kron(draw: Inputs) -> dict[str, Any]:
    return {"x1": draw.floats(draw.shape(1, 2)), "x2": draw.floats(draw.shape(1, 2))}


def _cholesky_inverse(draw: Inputs) -> dict[str, Any]:
    return {"x": np.linalg.cholesky(draw.positive_definite((), draw.size(1, 3))).astype("float32")}


def _cdist(draw: Inputs) -> dict[str, Any]:
    n, m, d = draw.size(), draw.size(), draw.size()
    return {"x": draw.floats((n, d), -2, -0.1), "y": draw.floats((m, d), 0.1, 2)}


def _lu_factor(draw: Inputs) -> dict[str, Any]:
    n, k = draw.size(1, 4), draw.size(1, 4)
    return {"x": draw.distinct((*_batch(draw), n, k)) * 0.5}


CASES: dict[str, Case] = {
    "int8_matmul": _int8_matmul,
    "matmul": _matmul,
    "contract": _contract,
    "dot": _dot,
    "tensordot": _tensordot,
    "inner": _inner,
    "outer": _pair,
    "vdot": _pair,
    "cross": _cross,
    "trace": _trace,
    "norm": _norm,
    "solve": _solve,
    "solve_triangular": _solve_triangular,
    "inv": _definite,
    "cholesky": _definite,
    "det": _definite,
    "logdet": _definite,
    "qr": _qr,
    "svd": _svd,
    "eigh": _definite,
    "pinv": _rectangle,
    "lstsq": _lstsq,
    "kron": _kron,
    "slogdet": _definite,
    "matrix_rank": _rectangle,
    "cholesky_inverse": _cholesky_inverse,
    "lu_factor": _lu_factor,
    "cdist": _cdist,
}
