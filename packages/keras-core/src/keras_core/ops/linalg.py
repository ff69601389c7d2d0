"""Products of matrices and tensors, factorizations, norms. Leading axes are batches."""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

import math
import string
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.control import scan
from keras_core.ops.creation import arange, eye, tril, triu
from keras_core.ops.elementwise import (
    abs as absolute,
)
from keras_core.ops.elementwise import (
    cast,
    divide,
    equal,
    greater,
    greater_equal,
    log,
    logical_and,
    multiply,
    not_equal,
    power,
    sign,
    sqrt,
    square,
    subtract,
    where,
)
from keras_core.ops.indexing import take, take_along_axis
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.ops.reduction import argmax
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import min as least
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import linalg as linalg_rules
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import (
    broadcast_to,
    diagonal,
    expand_dims,
    getitem,
    moveaxis,
    ndim,
    ravel,
    reshape,
    shape,
    squeeze,
    stack,
    swapaxes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, Tensor


@primitive(tensors=("x1", "x2"), cast="product", spec=linalg_rules.matmul)
def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    """Matrix product of the last two axes; leading axes broadcast, 1-D tensors are vectors.

    Args:
        x1: tensor (..., n, k), or (k,).
        x2: tensor (..., k, m), or (k,).

    Returns:
        Tensor (..., n, m), without the axes of vectors.

    Raises:
        ValueError: if the inner sizes differ or leading axes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.matmul([[1, 2], [3, 4]], [1, 10])).tolist()
        [21, 43]
    """


@primitive(tensors=("operands",), cast="product", spec=linalg_rules.contract)
def contract(subscripts: str, operands: Sequence[Tensor]) -> Tensor:
    """`einsum` with the operands in a list.

    Args:
        subscripts: as in `einsum`.
        operands: list of tensors.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.contract('i,i->', [[1, 2], [3, 4]])).tolist()
        11
    """


def einsum(subscripts: str, *operands: Tensor, **options: Any) -> Tensor:
    """Sum of products by Einstein's convention, such as "ij,jk->ik"; "..." stands for batch axes.

    Args:
        subscripts: axes of the operands and of the result as letters.
        *operands: tensors.
        **options: `optimize`, accepted for NumPy's sake.

    Raises:
        TypeError: for an unknown option.
        ValueError: if subscripts and operands do not fit.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.einsum("ij,j->i", [[1, 2], [3, 4]], [1, 10])).tolist()
        [21, 43]
    """
    options.pop("optimize", None)
    if options:
        raise TypeError(f"einsum() does not take {', '.join(options)}.")
    return contract(subscripts, list(operands))


@derived(tensors=("x1", "x2"), cast="promote")
def dot(x1: Tensor, x2: Tensor) -> Tensor:
    """NumPy's dot product: the last axis of `x1` with the next to last of `x2` (its only one when 1-D).

    Args:
        x1: tensor.
        x2: tensor.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.dot([1, 2], [3, 4])).tolist()
        11
    """
    rank1, rank2 = ndim(x1), ndim(x2)
    if rank1 == 0 or rank2 == 0:
        return multiply(x1, x2)
    if rank2 <= 2:
        return _back(matmul(x1, x2), x1)
    return tensordot(x1, x2, ((rank1 - 1,), (rank2 - 2,)))


@derived(tensors=("x1", "x2"), cast="promote")
def tensordot(x1: Tensor, x2: Tensor, axes: int | Sequence[Any] = 2) -> Tensor:
    """Sum of products over pairs of axes.

    Args:
        x1: tensor.
        x2: tensor.
        axes: how many (the last of `x1` with the first of `x2`), or two lists of axes. Defaults to 2.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tensordot([1, 2], [3, 4], 1)).tolist()
        11
    """
    rank1, rank2 = ndim(x1), ndim(x2)
    if isinstance(axes, int):
        first, second = tuple(range(rank1 - axes, rank1)), tuple(range(axes))
    else:
        first, second = rules.axes_of(axes[0], rank1), rules.axes_of(axes[1], rank2)
    letters = iter(string.ascii_letters)
    names1 = [next(letters) for _ in range(rank1)]
    names2 = [names1[first[second.index(k)]] if k in second else next(letters) for k in range(rank2)]
    kept = [n for k, n in enumerate(names1) if k not in first] + [n for k, n in enumerate(names2) if k not in second]
    return _back(contract(f"{''.join(names1)},{''.join(names2)}->{''.join(kept)}", [x1, x2]), x1)


def _back(product: Tensor, x: Tensor) -> Tensor:
    """A product that was widened in the dtype of `x` again."""
    return product if dtype_of(product) == dtype_of(x) else cast(product, dtype_of(x))


@derived(tensors=("x1", "x2"), cast="promote")
def inner(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of products over the last axes.

    Args:
        x1: tensor.
        x2: tensor with a last axis of the same length.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.inner([1, 2], [3, 4])).tolist()
        11
    """
    if ndim(x1) == 0 or ndim(x2) == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, ((-1,), (-1,)))


@derived(tensors=("x1", "x2"), cast="promote")
def outer(x1: Tensor, x2: Tensor) -> Tensor:
    """All products of an element of `x1` with one of `x2`, both flat: a matrix.

    Args:
        x1: tensor.
        x2: tensor.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.outer([1, 2], [3, 4])).tolist()
        [[3, 4], [6, 8]]
    """
    return multiply(expand_dims(ravel(x1), 1), expand_dims(ravel(x2), 0))


@derived(tensors=("x1", "x2"), cast="promote")
def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of the products of corresponding elements of the flat tensors.

    Args:
        x1: tensor.
        x2: tensor with as many elements.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.vdot([1, 2], [3, 4])).tolist()
        11
    """
    return _back(total(multiply(ravel(x1), ravel(x2))), x1)


@derived(tensors=("x1", "x2"), cast="promote")
def cross(x1: Tensor, x2: Tensor, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Tensor:
    """Vector product of 3-vectors that lie along an axis.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.
        axisa: axis of the vectors in `x1`. Defaults to -1.
        axisb: axis of the vectors in `x2`. Defaults to -1.
        axisc: axis of the vectors in the result. Defaults to -1.
        axis: axis of the vectors in all three, in the place of the others. Defaults to None.

    Raises:
        ValueError: if the vectors do not have length 3.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cross([1, 0, 0], [0, 1, 0])).tolist()
        [0, 0, 1]
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(x1, axisa, -1), moveaxis(x2, axisb, -1)
    if shape_of(a)[-1] != 3 or shape_of(b)[-1] != 3:
        raise ValueError(f"cross got vectors of length {shape_of(a)[-1]} and {shape_of(b)[-1]}, expected 3 and 3.")
    (a1, a2, a3), (b1, b2, b3) = ([getitem(x, (Ellipsis, k)) for k in range(3)] for x in (a, b))
    parts = [(a2, b3, a3, b2), (a3, b1, a1, b3), (a1, b2, a2, b1)]
    product = stack([subtract(multiply(p, q), multiply(r, s)) for p, q, r, s in parts], -1)
    return moveaxis(product, -1, axisc)


@derived(tensors=("x",))
def trace(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Sum of a diagonal.

    Args:
        x: tensor.
        offset: offset of the diagonal from the main one; positive is above. Defaults to 0.
        axis1: first axis of the planes. Defaults to 0.
        axis2: second axis of the planes. Defaults to 1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.trace([[1, 2], [3, 4]])).tolist()
        5
    """
    return total(diagonal(x, offset, axis1, axis2), -1)


@derived(tensors=("x",), cast="float")
def norm(x: Tensor, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Norm of vectors along one axis, of matrices along two, of the whole tensor when both are None.

    Args:
        x: tensor.
        ord: for vectors any number, inf or -inf (2 when None); for matrices "fro", "nuc", 1, -1, 2, -2, inf or -inf
            ("fro" when None). Defaults to None.
        axis: axis of vectors, or pair of axes of matrices; None takes the whole tensor. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Raises:
        ValueError: if `ord` does not fit vectors or matrices, or an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.norm([3.0, 4.0])).tolist()
        5.0
    """
    rank = ndim(x)
    if axis is None and ord is None:
        return sqrt(total(square(x), None, keepdims))
    axes = rules.axes_of(axis, rank)
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes[0], keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, "fro" if ord is None else ord, axes, keepdims)
    raise ValueError(f"norm with ord={ord!r} got {len(axes)} axes, expected 1 or 2.")


def _vector_norm(x: Tensor, ord: Any, axis: int, keepdims: bool) -> Tensor:
    if isinstance(ord, str):
        raise ValueError(f"norm got ord={ord!r} for vectors, expected a number.")
    if ord == 2:
        return sqrt(total(square(x), axis, keepdims))
    if ord == 0:
        return total(cast(not_equal(x, 0), dtype_of(x)), axis, keepdims)
    size = absolute(x)
    if ord == 1:
        return total(size, axis, keepdims)
    if ord in (math.inf, -math.inf):
        return (greatest if ord > 0 else least)(size, axis, keepdims)
    return power(total(power(size, ord), axis, keepdims), 1 / ord)


def _matrix_norm(x: Tensor, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    rows, columns = axes
    if ord == "fro":
        return sqrt(total(square(x), axes, keepdims))
    if ord in (1, -1, math.inf, -math.inf):
        along, across = (rows, columns) if ord in (1, -1) else (columns, rows)
        sums = total(absolute(x), along, True)
        result = (greatest if ord > 0 else least)(sums, across, True)
    elif ord in (2, -2, "nuc"):
        values = svd(moveaxis(x, axes, (-2, -1)), compute_uv=False)
        reduce = {2: greatest, -2: least, "nuc": total}[ord]
        result = reduce(values, -1)
        for axis in sorted(axes):
            result = expand_dims(result, axis)
    else:
        raise ValueError(f"norm got ord={ord!r} for matrices, expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf.")
    return result if keepdims else squeeze(result, axes)


@primitive(tensors=("a", "b"), cast="float", spec=linalg_rules.solve)
def solve(a: Tensor, b: Tensor) -> Tensor:
    """The x with `a @ x = b`; `b` holds vectors (..., n) when it has one axis less than `a`, else matrices.

    Args:
        a: tensor (..., n, n).
        b: tensor (..., n) or (..., n, k).

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])).tolist()
        [1.0, 0.5]
    """


@derived(tensors=("a", "b"), cast="float")
def solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Tensor:
    """As `solve`, reading only the upper (or lower) triangle of `a`.

    Args:
        a: tensor (..., n, n).
        b: tensor (..., n) or (..., n, k).
        lower: whether to read the lower triangle. Defaults to False.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.solve_triangular([[2.0]], [4.0])).tolist()
        [2.0]
    """
    return solve(tril(a) if lower else triu(a), b)


@derived(tensors=("x",), cast="float")
def inv(x: Tensor) -> Tensor:
    """Inverse of square matrices.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.inv([[2.0]])).tolist()
        [[0.5]]
    """
    sizes = shape(x)
    return solve(x, broadcast_to(eye(sizes[-1], dtype=dtype_of(x)), sizes))


@primitive(tensors=("x",), cast="float", spec=linalg_rules.square)
def cholesky(x: Tensor, upper: bool = False) -> Tensor:
    """Lower triangular L with `L @ L.T = x` (or upper U with `U.T @ U = x`) of positive definite matrices.

    Args:
        x: tensor (..., n, n).
        upper: whether the factor is upper triangular. Defaults to False.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cholesky([[4.0]])).tolist()
        [[2.0]]
    """


@primitive(tensors=("x",), cast="float", spec=linalg_rules.det)
def det(x: Tensor) -> Tensor:
    """Determinant of square matrices.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.det([[2.0, 0.0], [0.0, 3.0]])).tolist()
        6.0
    """


@derived(tensors=("x",), cast="float")
def logdet(x: Tensor) -> Tensor:
    """Logarithm of the determinant of positive definite matrices.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logdet([[1.0]])).tolist()
        0.0
    """
    return multiply(total(log(diagonal(cholesky(x), 0, -2, -1)), -1), 2)


@primitive(tensors=("x",), cast="float", spec=linalg_rules.qr)
def qr(x: Tensor, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """Q with orthonormal columns and upper triangular R with `Q @ R = x`; mode "reduced" or "complete".

    Args:
        x: tensor (..., m, n).
        mode: "reduced" or "complete". Defaults to "reduced".

    Returns:
        Pair of Q and R.

    Example:
        >>> from keras_core import ops
        >>> len(ops.qr([[1.0], [1.0]]))
        2
    """


@primitive(tensors=("x",), cast="float", spec=linalg_rules.svd)
def svd(x: Tensor, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular values, descending; with `compute_uv` the tuple (u, values, v transposed).

    Args:
        x: tensor (..., m, n).
        full_matrices: whether u and v are square. Defaults to True.
        compute_uv: whether to return u and v too. Defaults to True.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False)).tolist()
        [4.0, 3.0]
    """


@primitive(tensors=("x",), cast="float", spec=linalg_rules.eigh)
def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues (ascending) and eigenvectors (columns) of symmetric matrices.

    Example:
        >>> from keras_core import ops
        >>> values, vectors = ops.eigh([[2.0, 0.0], [0.0, 1.0]])
        >>> ops.convert_to_numpy(values).tolist()
        [1.0, 2.0]
    """


@derived(tensors=("x",), cast="float")
def pinv(x: Tensor, rcond: float | None = None) -> Tensor:
    """Moore-Penrose pseudo-inverse; singular values below `rcond` times the greatest count as 0.

    Args:
        x: tensor (..., m, n).
        rcond: threshold relative to the greatest singular value; None depends on the dtype. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.pinv([[2.0]])).tolist()
        [[0.5]]
    """
    u, values, vt = svd(x, full_matrices=False)
    limit = multiply(greatest(values, -1, True), _default_rcond(x) if rcond is None else rcond)
    keep = greater(values, limit)
    inverse = where(keep, divide(1, where(keep, values, 1)), 0)
    return matmul(multiply(swapaxes(vt, -1, -2), expand_dims(inverse, -2)), swapaxes(u, -1, -2))


def _default_rcond(x: Tensor) -> float:
    longest = max(n or 1 for n in shape_of(x)[-2:])
    return longest * float(dtypes.finfo(dtype_of(x)).eps)


@derived(tensors=("a", "b"), cast="float")
def lstsq(a: Tensor, b: Tensor, rcond: float | None = None) -> Tensor:
    """The x of least squares for `a @ x = b`, of least norm where several exist.

    Args:
        a: tensor (m, n).
        b: tensor (m,) or (m, k).
        rcond: singular values below this times the greatest count as 0; None depends on the dtype. Defaults to None.

    Returns:
        Tensor (n,) or (n, k).

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.lstsq([[1.0], [1.0]], [1.0, 3.0])).tolist()
        [1.9999]
    """
    return matmul(pinv(a, rcond), b)


@derived(tensors=("x1", "x2"), cast="promote")
def kron(x1: Tensor, x2: Tensor) -> Tensor:
    """Kronecker product: `x2` in the place of each element of `x1`, times that element.

    Args:
        x1: tensor.
        x2: tensor.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.kron([[1, 2]], [[1, 1]])).tolist()
        [[1, 1, 2, 2]]
    """
    rank = max(ndim(x1), ndim(x2))
    first = reshape(x1, (*(1,) * (rank - ndim(x1)), *shape(x1)))
    second = reshape(x2, (*(1,) * (rank - ndim(x2)), *shape(x2)))
    sizes = [
        a * b if isinstance(a, int) and isinstance(b, int) else multiply(a, b)
        for a, b in zip(shape(first), shape(second), strict=True)
    ]
    odd, even = tuple(range(1, 2 * rank, 2)), tuple(range(0, 2 * rank, 2))
    product = multiply(expand_dims(first, odd), expand_dims(second, even))
    return reshape(product, sizes)


@derived(tensors=("x",), cast="float")
def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    """Sign of the determinant, and the logarithm of its magnitude, without overflow.

    Example:
        >>> from keras_core import ops
        >>> [float(part) for part in ops.slogdet([[2.0, 0.0], [0.0, 0.5]])]
        [1.0, 0.0]
    """
    size = absolute(diagonal(qr(x)[1], 0, -2, -1))
    return sign(det(x)), total(log(size), -1)


@derived(tensors=("x",), cast="float")
def matrix_rank(x: Tensor, tol: float | None = None) -> Tensor:
    """How many singular values exceed `tol`, by default what rounding makes of 0; as int32.

    Args:
        x: tensor.
        tol: threshold; None depends on the dtype and the greatest singular value. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.matrix_rank([[1.0, 0.0], [0.0, 0.0]])).tolist()
        1
    """
    values = svd(x, compute_uv=False)
    limit = multiply(greatest(values, -1, True), _default_rcond(x)) if tol is None else tol
    return total(cast(greater(values, limit), "int32"), -1)


@derived(tensors=("x",), cast="float")
def cholesky_inverse(x: Tensor, upper: bool = False) -> Tensor:
    """The inverse of the matrix whose Cholesky factor is `x`.

    Args:
        x: triangular tensor (..., n, n).
        upper: whether the factor is upper triangular. Defaults to False.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cholesky_inverse([[2.0]])).tolist()
        [[0.25]]
    """
    turned = swapaxes(x, -1, -2)
    return inv(matmul(turned, x) if upper else matmul(x, turned))


@derived(tensors=("x", "y"), cast="float")
def cdist(x: Tensor, y: Tensor) -> Tensor:
    """Euclidean distances of all rows of `x` (..., n, d) from all rows of `y` (..., m, d).

    Args:
        x: tensor (..., n, d).
        y: tensor (..., m, d).

    Returns:
        Tensor (..., n, m).

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cdist([[0.0, 0.0]], [[3.0, 4.0]])).tolist()
        [[5.0]]
    """
    gaps = subtract(expand_dims(x, -2), expand_dims(y, -3))
    return sqrt(total(square(gaps), -1))


@derived(tensors=("x",), cast="float")
def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    """LU factors of matrices with partial pivoting, as LAPACK's getrf and `scipy.linalg.lu_factor` return them.

    Args:
        x: tensor (..., m, n); ints become floats.

    Returns:
        Pair of a tensor (..., m, n), which holds U on and above the diagonal and L (whose diagonal is 1) below it, and
        an int32 tensor (..., min(m, n)): row i was exchanged with the row of this number.

    Raises:
        ValueError: if `x` has less than two axes, or these are of unknown size.

    Example:
        >>> from keras_core import ops
        >>> factors, pivots = ops.lu_factor([[1.0, 2.0], [4.0, 4.0]])
        >>> ops.convert_to_numpy(factors).tolist(), ops.convert_to_numpy(pivots).tolist()
        ([[4.0, 4.0], [0.25, 1.0]], [1, 1])
    """
    *_batch, m, n = shape(x) if ndim(x) >= 2 else (None, None)
    if not isinstance(m, int) or not isinstance(n, int):
        raise ValueError(f"lu_factor() got shape {shape_of(x)}, expected matrices of known size.")
    rows, columns = arange(m), arange(n)
    dtype = dtype_of(x)

    def step(a: Tensor, k: Tensor) -> tuple[Tensor, Tensor]:
        column = take(a, reshape(k, (1,)), -1)
        below = greater_equal(rows, k)
        pivot = argmax(where(below, absolute(squeeze(column, -1)), -1), -1)
        target = expand_dims(pivot, -1)
        order = where(equal(rows, k), target, where(equal(rows, target), k, rows))
        a = take_along_axis(a, broadcast_to(expand_dims(order, -1), shape(a)), -2)
        row, column = take(a, reshape(k, (1,)), -2), take(a, reshape(k, (1,)), -1)
        head = take(row, reshape(k, (1,)), -1)
        singular = equal(head, 0)
        factor = where(expand_dims(greater(rows, k), -1), divide(column, where(singular, 1, head)), 0)
        reduced = subtract(a, multiply(factor, where(greater(columns, k), row, 0)))
        here = logical_and(equal(columns, k), expand_dims(greater(rows, k), -1))
        return where(here, cast(factor, dtype), reduced), pivot

    factors, pivots = scan(step, x, arange(min(m, n)))
    return factors, moveaxis(pivots, 0, -1)
