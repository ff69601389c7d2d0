"""Products of matrices, factorizations."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_backend_tf.framework import raw, tf, uses_onednn
from keras_backend_tf.ops.shapes import as_shape, rank_of, sizes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor

_NARROW = {tf.bool: tf.int32, tf.int8: tf.int32, tf.uint8: tf.int32, tf.int16: tf.int32, tf.uint16: tf.int32,
           tf.uint32: tf.int64, tf.uint64: tf.int64}  # fmt: skip


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype in _NARROW:
        wide = _NARROW[x1.dtype]
        return tf.cast(matmul(tf.cast(x1, wide), tf.cast(x2, wide)), x1.dtype)
    rank1, rank2 = rank_of(x1), rank_of(x2)
    if rank1 == rank2 == 2:
        return raw.MatMul(a=x1, b=x2)
    if rank1 == 1:
        product = matmul(raw.ExpandDims(input=x1, axis=0), x2)
        return raw.Squeeze(input=product, axis=[rank_of(product) - (1 if rank2 == 1 else 2)])
    if rank2 == 1:
        return raw.Squeeze(input=matmul(x1, raw.ExpandDims(input=x2, axis=1)), axis=[rank1 - 1])
    if rank2 == 2:
        sizes = sizes_of(x1)
        rows = raw.Reshape(tensor=x1, shape=as_shape([-1, sizes[-1]]))
        return raw.Reshape(tensor=raw.MatMul(a=rows, b=x2), shape=as_shape([*sizes[:-1], sizes_of(x2)[-1]]))
    return raw.BatchMatMulV2(x=x1, y=x2)


def contract(subscripts: str, operands: Sequence[Tensor]) -> Tensor:
    dtype = operands[0].dtype
    wide = _NARROW.get(dtype)
    if dtype in (tf.float16, tf.bfloat16) and uses_onednn() and not tf.config.list_physical_devices("GPU"):
        wide = tf.float32  # on processors with AMX, oneDNN's kernel gives other numbers for odd sizes
    if wide is not None:
        return tf.cast(tf.einsum(subscripts, *(tf.cast(x, wide) for x in operands)), dtype)
    return tf.einsum(subscripts, *operands)


def _at_least_single(function: Callable[..., Any]) -> Callable[..., Any]:
    """Factorizations exist for 32 and 64 bits only; narrower floats go through float32."""

    @functools.wraps(function)
    def op(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if x.dtype not in (tf.float16, tf.bfloat16):
            return function(x, *args, **kwargs)
        args = tuple(tf.cast(one, tf.float32) if tf.is_tensor(one) else one for one in args)
        return tf.nest.map_structure(
            lambda result: tf.cast(result, x.dtype), function(tf.cast(x, tf.float32), *args, **kwargs)
        )

    return op


def _transposed(x: Tensor) -> Tensor:
    rank = rank_of(x)
    return raw.Transpose(x=x, perm=[*range(rank - 2), rank - 1, rank - 2])


@_at_least_single
def solve(a: Tensor, b: Tensor) -> Tensor:
    if rank_of(b) == rank_of(a):
        return raw.MatrixSolve(matrix=a, rhs=b)
    return raw.Squeeze(input=raw.MatrixSolve(matrix=a, rhs=raw.ExpandDims(input=b, axis=-1)), axis=[-1])


@_at_least_single
def solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Tensor:
    if rank_of(b) == rank_of(a):
        return tf.linalg.triangular_solve(a, b, lower)
    return raw.Squeeze(input=tf.linalg.triangular_solve(a, raw.ExpandDims(input=b, axis=-1), lower), axis=[-1])


@_at_least_single
def inv(x: Tensor) -> Tensor:
    return raw.MatrixInverse(input=x)


@_at_least_single
def cholesky(x: Tensor, upper: bool = False) -> Tensor:
    lower = raw.Cholesky(input=x)
    return _transposed(lower) if upper else lower


@_at_least_single
def det(x: Tensor) -> Tensor:
    return raw.MatrixDeterminant(input=x)


@_at_least_single
def qr(x: Tensor, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    return tuple(raw.Qr(input=x, full_matrices=mode == "complete"))


@_at_least_single
def svd(x: Tensor, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    values, u, v = tf.linalg.svd(x, full_matrices, True) if compute_uv else (tf.linalg.svd(x, compute_uv=False), 0, 0)
    return (u, values, _transposed(v)) if compute_uv else values


@_at_least_single
def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    return tuple(tf.linalg.eigh(x))
