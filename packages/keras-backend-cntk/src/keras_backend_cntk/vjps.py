"""Gradients of ops that CNTK does not have, for NumPy: of arguments, result and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_backend_cntk.tasks import numpy_op

Vjp = Callable[[list[Any], Any, Any, int], list[Any]]


def _zeros_like_all(args: list[Any]) -> list[Any]:
    return [None for one in _arrays(args)]


def _arrays(args: Any) -> list[Any]:
    if isinstance(args, (list, tuple)):
        return [leaf for one in args for leaf in _arrays(one)]
    return [args] if isinstance(args, (np.ndarray, np.generic)) else []


def _nothing(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    return _zeros_like_all(args)


def _summed_to(gradient: Any, shape: tuple[int, ...]) -> Any:
    extra = gradient.ndim - len(shape)
    gradient = gradient.sum(tuple(range(extra)))
    axes = tuple(a for a, n in enumerate(shape) if n == 1 and gradient.shape[a] != 1)
    return gradient.sum(axes, keepdims=True) if axes else gradient


def _arctan2(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    y, x = args
    square = x * x + y * y
    return [_summed_to(root * x / square, y.shape), _summed_to(-root * y / square, x.shape)]


def _print(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    return [root]


def _moved(op: str) -> Vjp:
    """Of an op that gives elements of its first argument, each at its place."""

    def gradient(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
        x, *rest = args
        places = np.asarray(numpy_op(op)(np.arange(x.size).reshape(x.shape), *rest))
        total = np.bincount(places.ravel(), root.ravel(), x.size).reshape(x.shape)
        return [total, *(None for _ in _arrays(rest))]

    return gradient


def _sort(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    x, axis = args[0], args[1] if len(args) > 1 else -1
    order = np.argsort(x, axis, kind="stable")
    if axis is None:
        return [root[np.argsort(order)].reshape(x.shape)]
    return [np.take_along_axis(root, np.argsort(order, axis), axis)]


def _top_k(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    found = np.zeros_like(args[0])
    indices = numpy_op("top_k")(*args)[1]
    np.put_along_axis(found, indices, root, -1)
    return [found]


def _cumsum(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    x, axis = args[0], args[1] if len(args) > 1 else None
    if axis is None:
        return [np.cumsum(root[::-1])[::-1].reshape(x.shape)]
    return [np.flip(np.cumsum(np.flip(root, axis), axis), axis)]


def _cumprod(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    x, axis = args[0], args[1] if len(args) > 1 else None
    if axis is None:
        return [_cumprod([x.ravel(), 0], result, root, place)[0].reshape(x.shape)]
    flat, upstream = np.moveaxis(x, axis, -1), np.moveaxis(root, axis, -1)
    total = np.zeros_like(flat)
    for k in range(flat.shape[-1]):  # the product without element k, from k on
        others = flat.copy()
        others[..., k] = 1
        total[..., k] = (np.cumprod(others, -1) * upstream)[..., k:].sum(-1)
    return [np.moveaxis(total, -1, axis)]


def _scatter_update(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    x, indices, updates, *rest = args
    reduction = rest[0] if rest else None
    where = tuple(
        np.where(i < 0, i + n, i).clip(0, n - 1) for i, n in zip(np.moveaxis(indices, -1, 0), x.shape, strict=False)
    )
    to_updates = root[where]
    if reduction == "add":
        return [root, None, to_updates]
    if reduction is None:
        last = np.zeros(x.shape, "int64")
        order = np.arange(indices[..., 0].size).reshape(indices.shape[:-1])
        last[where] = order.reshape(order.shape + (1,) * (to_updates.ndim - order.ndim))
        wins = last[where] == order.reshape(order.shape + (1,) * (to_updates.ndim - order.ndim))
        kept = np.array(root)
        kept[where] = 0
        return [kept, None, to_updates * wins]
    if reduction in ("max", "min"):
        wins_x = (result == x) * root
        return [wins_x, None, to_updates * (updates == result[where]) * (updates != x[where])]
    factors = numpy_op("scatter_update")(np.ones_like(x), indices, updates, "mul")
    with np.errstate(all="ignore"):
        others = result[where] / updates
    for index in np.argwhere(updates == 0):  # where the product of the others cannot be had by dividing
        changed = updates.copy()
        changed[tuple(index)] = 1
        others[tuple(index)] = numpy_op("scatter_update")(x, indices, changed, "mul")[where][tuple(index)]
    return [root * factors, None, to_updates * others]


def _slice(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    return _moved("slice")(args, result, root, place)


def _slice_update(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    _, starts, updates = args
    kept = numpy_op("slice_update")(root, starts, np.zeros_like(updates))
    given = numpy_op("slice")(root, starts, updates.shape)
    arrays = _arrays([starts])
    return [kept, *(None for _ in arrays), given]


def _transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _solve(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    a, b = args
    solve = numpy_op("solve")
    to_b = solve(_transposed(a), root)
    if b.ndim == a.ndim - 1:
        return [-to_b[..., :, None] * result[..., None, :], to_b]
    return [_summed_to(-to_b @ _transposed(result), a.shape), _summed_to(to_b, b.shape)]


def _cholesky(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    upper = bool(args[1]) if len(args) > 1 else False
    factor, upstream = (_transposed(result), _transposed(root)) if upper else (result, root)
    inner = np.tril(_transposed(factor) @ upstream)
    size = factor.shape[-1]
    inner = inner - 0.5 * np.eye(size, dtype=inner.dtype) * inner
    inverse = np.linalg.inv(factor)
    full = _transposed(inverse) @ inner @ inverse
    return [0.5 * (full + _transposed(full))]


def _eigh(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    values, vectors = numpy_op("eigh")(args[0])
    if place == 0:
        inner = root[..., None] * np.eye(values.shape[-1], dtype=root.dtype)
    else:
        gaps = values[..., None, :] - values[..., :, None]
        inner = (_transposed(vectors) @ root) / np.where(gaps == 0, np.inf, gaps)
    full = vectors @ inner @ _transposed(vectors)
    return [0.5 * (full + _transposed(full))]


def _qr(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    if args[0].shape[-2] < args[0].shape[-1] or (len(args) > 1 and args[1] != "reduced"):
        raise NotImplementedError("The 'cntk' backend has gradients of qr() for reduced factors of tall matrices only.")
    q, r = numpy_op("qr")(*args)
    inner = -_transposed(root) @ q if place == 0 else r @ _transposed(root)
    lower = np.tril(inner)
    inner = lower + _transposed(np.tril(inner, -1))
    upstream = (root if place == 0 else 0) + q @ inner
    return [_transposed(np.linalg.solve(r, _transposed(upstream)))]


def _svd(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    x, full, vectors = (*args, True, True)[:3]
    if full and x.shape[-1] != x.shape[-2] and vectors and place != 1:
        raise NotImplementedError("The 'cntk' backend has gradients of svd() for reduced factors only.")
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    v = _transposed(vh)
    if place == 1 or not vectors:
        return [u @ (root[..., None] * vh)]
    differences = s[..., None, :] ** 2 - s[..., :, None] ** 2
    inverse = np.where(differences == 0, 0, 1 / np.where(differences == 0, 1, differences))
    if place == 0:
        skew = inverse * (_transposed(u) @ root - _transposed(root) @ u)
        outside = (root - u @ (_transposed(u) @ root)) / s[..., None, :]
        return [(u @ (skew * s[..., None, :]) + outside) @ vh]
    upstream = _transposed(root)
    skew = inverse * (vh @ upstream - _transposed(upstream) @ v)
    outside = _transposed(upstream - v @ (vh @ upstream)) / s[..., :, None]
    return [u @ ((s[..., :, None] * skew) @ vh + outside)]


def _det(args: list[Any], result: Any, root: Any, place: int) -> list[Any]:
    return [(root * result)[..., None, None] * _transposed(np.linalg.inv(args[0]))]


VJPS: dict[str, Vjp] = {
    "arctan2": _arctan2,
    "cholesky": _cholesky,
    "cumprod": _cumprod,
    "cumsum": _cumsum,
    "det": _det,
    "eigh": _eigh,
    "print_tensor": _print,
    "qr": _qr,
    "round": _nothing,
    "scatter_update": _scatter_update,
    "slice": _slice,
    "slice_update": _slice_update,
    "solve": _solve,
    "sort": _sort,
    "svd": _svd,
    "top_k": _top_k,
    "getitem": _moved("getitem"),
    "take": _moved("take"),
    "take_along_axis": _moved("take_along_axis"),
}
"""By op: ``(arguments, result, gradient by it, which result) -> gradients by the tensors among the arguments``."""
