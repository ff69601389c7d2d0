"""Shape rules of products and factorizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit.contraction import contraction_axes
from keras_core.graph.spec import Spec
from keras_core.ops.rules.shapes import broadcast_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


def matmul(x1: Tensor, x2: Tensor) -> Spec:
    """Rows of the first, columns of the second, batches broadcast."""
    first, second = tuple(x1.shape), tuple(x2.shape)
    if not first or not second:
        raise ValueError(f"got shapes {first} and {second}, expected at least one axis each.")
    inner1, inner2 = first[-1], second[0] if len(second) == 1 else second[-2]
    if None not in (inner1, inner2) and inner1 != inner2:
        raise ValueError(f"got shapes {first} and {second}, whose inner sizes {inner1} and {inner2} differ.")
    rows = first[-2:-1]
    columns = second[-1:] if len(second) > 1 else ()
    return Spec((*broadcast_shapes(first[:-2], second[:-2]), *rows, *columns), x1.dtype)


def contract(subscripts: str, operands: Sequence[Tensor]) -> Spec:
    """Sizes of the letters of the result."""
    inputs, result = contraction_axes(subscripts, [len(x.shape) for x in operands])
    sizes: dict[str, int | None] = {}
    for letters, operand in zip(inputs, operands, strict=True):
        for letter, size in zip(letters, operand.shape, strict=True):
            have = sizes.get(letter)
            if have in (None, 1):
                sizes[letter] = have if size is None and have is not None else size
            elif size not in (None, 1, have):
                shapes = " and ".join(str(tuple(x.shape)) for x in operands)
                raise ValueError(f"got {subscripts!r} with shapes {shapes}: {letter!r} is both {have} and {size}.")
    return Spec(tuple(sizes[letter] for letter in result), operands[0].dtype)


def _square(shape: Shape) -> None:
    if len(shape) < 2 or (None not in shape[-2:] and shape[-1] != shape[-2]):
        raise ValueError(f"got shape {tuple(shape)}, expected square matrices in the last two axes.")


def square(x: Tensor, **_: Any) -> Spec:
    """The argument's own spec, which must be square matrices."""
    _square(x.shape)
    return Spec(x.shape, x.dtype)


def det(x: Tensor) -> Spec:
    """One number for each matrix."""
    _square(x.shape)
    return Spec(x.shape[:-2], x.dtype)


def solve(a: Tensor, b: Tensor) -> Spec:
    """The shape of `b`."""
    _square(a.shape)
    vectors = len(b.shape) == len(a.shape) - 1
    rows = b.shape[-1 if vectors else -2] if len(b.shape) >= 1 else 0
    if len(b.shape) not in (len(a.shape) - 1, len(a.shape)) or (
        None not in (rows, a.shape[-1]) and rows != a.shape[-1]
    ):
        raise ValueError(f"got a of shape {tuple(a.shape)} and b of shape {tuple(b.shape)}, which do not fit.")
    return Spec(b.shape, b.dtype)


def _matrix(x: Tensor) -> tuple[Shape, Any, Any, Any]:
    if len(x.shape) < 2:
        raise ValueError(f"got shape {tuple(x.shape)}, expected matrices in the last two axes.")
    *batch, rows, columns = x.shape
    return tuple(batch), rows, columns, None if None in (rows, columns) else min(rows, columns)


def qr(x: Tensor, mode: str) -> tuple[Spec, Spec]:
    """Shapes of Q and R."""
    batch, rows, columns, short = _matrix(x)
    if mode not in ("reduced", "complete"):
        raise ValueError(f"got mode={mode!r}, expected 'reduced' or 'complete'.")
    inner = short if mode == "reduced" else rows
    return Spec((*batch, rows, inner), x.dtype), Spec((*batch, inner, columns), x.dtype)


def svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Spec | tuple[Spec, Spec, Spec]:
    """Shapes of u, the values and v transposed."""
    batch, rows, columns, short = _matrix(x)
    values = Spec((*batch, short), x.dtype)
    if not compute_uv:
        return values
    left, right = (rows, columns) if full_matrices else (short, short)
    return Spec((*batch, rows, left), x.dtype), values, Spec((*batch, right, columns), x.dtype)


def eigh(x: Tensor) -> tuple[Spec, Spec]:
    """Shapes of eigenvalues and eigenvectors."""
    _square(x.shape)
    return Spec(x.shape[:-1], x.dtype), Spec(x.shape, x.dtype)
