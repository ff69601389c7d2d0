"""Complex numbers: their parts, tensors made of these, and what gives complex numbers: transforms, eigenvalues.

A complex tensor is a tensor of dtype complex64 or complex128. Arithmetic, `exp`, `sum`, `matmul` and such take it as
any other; what compares or rounds does not. Gradients go through it to the real tensors that it was made of.
"""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.creation import full_like, zeros_like
from keras_core.ops.elementwise import arctan2, cos, equal, multiply, negative, sin
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of
from keras_core.ops.rules import complex as complex_rules
from keras_core.ops.shaping import getitem, stack

if TYPE_CHECKING:
    from keras_core.typing import Tensor


@primitive(tensors=("x",), cast="float", spec=complex_rules.view_as_complex)
def view_as_complex(x: Tensor) -> Tensor:
    """Pairs of real numbers as complex ones.

    Args:
        x: float tensor (..., 2) of real and imaginary parts; 16-bit floats become float32.

    Returns:
        Tensor (...) of complex64, or complex128 of float64.

    Raises:
        ValueError: if `x` is complex, or its last axis has another length than 2.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.view_as_complex([1.0, 2.0])).tolist()
        (1+2j)
    """


@primitive(tensors=("x",), spec=complex_rules.view_as_real)
def view_as_real(x: Tensor) -> Tensor:
    """Complex numbers as pairs of real ones.

    Args:
        x: complex tensor (...).

    Returns:
        Tensor (..., 2) of float32, or float64 of complex128.

    Raises:
        ValueError: if `x` is not complex.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.view_as_real(ops.array(1 + 2j))).tolist()
        [1.0, 2.0]
    """


@primitive(tensors=("real", "imag"), cast="float", spec=complex_rules.fourier)
def fourier(real: Tensor, imag: Tensor, inverse: bool = False) -> tuple[Tensor, Tensor]:
    """Discrete Fourier transform along the last axis, of numbers given by their parts.

    Args:
        real: float tensor (..., n); 16-bit floats are transformed in float32.
        imag: float tensor of the same shape.
        inverse: whether to undo the transform; the inverse has the factor 1 / n. Defaults to False.

    Returns:
        Pair of real and imaginary parts, of the arguments' shape.

    Raises:
        ValueError: if the arguments are complex, have no element, or their shapes do not fit.

    Example:
        >>> from keras_core import ops
        >>> [ops.convert_to_numpy(part).tolist() for part in ops.fourier([1.0, 2.0], [0.0, 0.0])]
        [[3.0, -1.0], [0.0, 0.0]]

    Reference: Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", 1965.
    """


@primitive(tensors=("x",), cast="float", spec=complex_rules.eig)
def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues and eigenvectors of square matrices, which are complex even where they are real numbers.

    Args:
        x: tensor (..., n, n); ints become floats.

    Returns:
        Pair of complex eigenvalues (..., n), in no particular order, and eigenvectors (..., n, n), in columns of
        length 1.

    Raises:
        ValueError: if the matrices are not square.

    Example:
        >>> from keras_core import ops
        >>> values, vectors = ops.eig([[2.0, 0.0], [0.0, 3.0]])
        >>> sorted(ops.convert_to_numpy(ops.real(values)).tolist())
        [2.0, 3.0]
    """


def _is_complex(x: Tensor) -> bool:
    return dtypes.is_complex(dtype_of(x))


@derived(tensors=("x",))
def real(x: Tensor) -> Tensor:
    """Real parts; of real numbers these themselves.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.real(ops.array([1 + 2j]))).tolist()
        [1.0]
    """
    return getitem(view_as_real(x), (..., 0)) if _is_complex(x) else x


@derived(tensors=("x",))
def imag(x: Tensor) -> Tensor:
    """Imaginary parts; of real numbers 0.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.imag(ops.array([1 + 2j]))).tolist()
        [2.0]
    """
    return getitem(view_as_real(x), (..., 1)) if _is_complex(x) else zeros_like(x)


@derived(tensors=("x",))
def conj(x: Tensor) -> Tensor:
    """Complex conjugates; of real numbers these themselves.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.conj(ops.array([1 + 2j]))).tolist()
        [(1-2j)]
    """
    return complex_of(real(x), negative(imag(x))) if _is_complex(x) else x


@derived(tensors=("x",))
def conjugate(x: Tensor) -> Tensor:
    """Another name of `conj`.

    Returns:
        Tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.conjugate(ops.array([1 + 2j]))).tolist()
        [(1-2j)]
    """
    return conj(x)


@derived(tensors=("x",), cast="float")
def angle(x: Tensor) -> Tensor:
    """Angles of complex numbers in radians, from -pi to pi; of real ones 0 or, of negative ones, pi.

    Returns:
        Float tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.angle(ops.array([1 + 1j, -1]))).tolist()
        [0.7853, 3.1415]
    """
    return arctan2(imag(x), real(x))


@derived(tensors=("abs_", "angle"), cast="float")
def polar(abs_: Tensor, angle: Tensor) -> Tensor:
    """Complex numbers by their magnitudes and angles.

    Args:
        abs_: tensor of magnitudes.
        angle: tensor of angles in radians, whose shape broadcasts with that of `abs_`.

    Returns:
        Complex tensor of the shape that the arguments broadcast to.

    Raises:
        ValueError: if the arguments are complex, or their shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.polar(2.0, 0.0)).tolist()
        (2+0j)
    """
    return complex_of(multiply(abs_, cos(angle)), multiply(abs_, sin(angle)))


def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    """The complex tensor of two parts of one shape."""
    return view_as_complex(stack([real, imag], -1))


@derived(tensors=("x",))
def isreal(x: Tensor) -> Tensor:
    """Where numbers have no imaginary part.

    Returns:
        bool tensor of the shape of `x`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isreal(ops.array([1 + 2j, 3]))).tolist()
        [False, True]
    """
    return equal(imag(x), 0) if _is_complex(x) else full_like(x, True, "bool")


def iscomplexobj(x: Any) -> bool:
    """Whether a tensor, array or number has a complex dtype, whatever its values are.

    Args:
        x: what may be complex.

    Example:
        >>> from keras_core import ops
        >>> ops.iscomplexobj(ops.array([1 + 2j])), ops.iscomplexobj(1.0)
        (True, False)
    """
    return _is_complex(x)
