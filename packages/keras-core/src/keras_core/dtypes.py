"""Names of dtypes, and how they mix.

A dtype is a plain string here: "float32", "bool", "bfloat16". Mixing follows the lattice of Keras 3 and JAX: bool
gives way to int, int to float and float to complex; within a kind the narrowest dtype that holds both wins; a float is
never widened by an int.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_core import config

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import DType, DTypeLike

FLOATS = ("float16", "bfloat16", "float32", "float64")
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
COMPLEX = ("complex64", "complex128")
EXTENDED = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
ALL = (*FLOATS, *EXTENDED[1:], *SIGNED, *UNSIGNED, *COMPLEX, "bool", "string")

_ALIASES = {
    "half": "float16",
    "float": "float32",
    "double": "float64",
    "int": "int32",
    "long": "int64",
    "bool_": "bool",
    "str": "string",
}


def standardize(dtype: DType | None = None) -> str:
    """The name of a dtype given as a name, a NumPy or framework dtype, or a Python type.

    Args:
        dtype: what to name; None means the configured float type.

    Raises:
        ValueError: when it names no dtype.

    Example:
        >>> import numpy as np
        >>> from keras_core import dtypes
        >>> dtypes.standardize(np.float32), dtypes.standardize(bool), dtypes.standardize("int64")
        ('float32', 'bool', 'int64')
    """
    if dtype is None:
        return config.floatx()
    if isinstance(dtype, str) and dtype in ALL:
        return dtype
    if isinstance(dtype, (list, tuple, dict, set)):
        raise _unknown(dtype)
    return standardize(None) if dtype is float else _named(dtype)


@cache
def _named(dtype: Any) -> str:
    if isinstance(dtype, str):
        name = dtype
    else:
        name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    name = _ALIASES.get(name, name.rsplit(".", 1)[-1])
    if name in ALL:
        return name
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = ""
    if name not in ALL:
        raise _unknown(dtype)
    return name


def _unknown(dtype: Any) -> ValueError:
    return ValueError(f"Unknown dtype {dtype!r}. Expected one of: {', '.join(ALL)}.")


def numpy_dtype(dtype: DType | None) -> np.dtype:
    """The NumPy dtype of that name; bfloat16 and float8 come from ml_dtypes."""
    return _numpy_dtype(standardize(dtype))


@cache
def _numpy_dtype(name: str) -> np.dtype:
    if name in EXTENDED:
        import ml_dtypes

        extended: np.dtype = np.dtype(getattr(ml_dtypes, name))
        return extended
    if name == "string":
        return np.dtype(object)
    return np.dtype(name)


def in_native_order(array: np.ndarray) -> np.ndarray:
    """An array with the byte order of this machine, which frameworks need; itself where it has that.

    Example:
        >>> in_native_order(np.ones(2, ">f4")).dtype == np.float32
        True
    """
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def is_float(dtype: DType | None) -> bool:
    """Whether it is a real floating-point type."""
    return standardize(dtype) in FLOATS or standardize(dtype).startswith("float8")


def is_int(dtype: DType | None) -> bool:
    """Whether it is an integer type, signed or not; bool is none."""
    return standardize(dtype) in SIGNED or standardize(dtype) in UNSIGNED


def is_bool(dtype: DType | None) -> bool:
    """Whether it is the type of truth values."""
    return standardize(dtype) == "bool"


def is_complex(dtype: DType | None) -> bool:
    """Whether it is a complex type."""
    return standardize(dtype) in COMPLEX


def complex_of(dtype: DType | None) -> str:
    """The complex type whose parts are of this float type: complex128 of float64, complex64 of others.

    Example:
        >>> from keras_core import dtypes
        >>> dtypes.complex_of("float64"), dtypes.complex_of("float16"), dtypes.complex_of("complex64")
        ('complex128', 'complex64', 'complex64')
    """
    return "complex128" if standardize(dtype) in ("float64", "complex128") else "complex64"


def real_of(dtype: DType | None) -> str:
    """The float type of a complex type's parts; any other dtype itself.

    Example:
        >>> from keras_core import dtypes
        >>> dtypes.real_of("complex64"), dtypes.real_of("complex128"), dtypes.real_of("int8")
        ('float32', 'float64', 'int8')
    """
    name = standardize(dtype)
    return {"complex64": "float32", "complex128": "float64"}.get(name, name)


def itemsize(dtype: DType | None) -> int:
    """Bytes of one number of this dtype."""
    return numpy_dtype(dtype).itemsize


class FloatLimits(Protocol):
    """Limits of a float type."""

    @property
    def eps(self) -> Any: ...
    @property
    def max(self) -> Any: ...
    @property
    def min(self) -> Any: ...
    @property
    def tiny(self) -> Any: ...


def finfo(dtype: DType | None) -> FloatLimits:
    """Limits of a float type (`eps`, `max`, `min`, `tiny`), the 8- and 16-bit ones included."""
    if standardize(dtype) in EXTENDED:
        import ml_dtypes

        limits: Callable[[np.dtype], FloatLimits] = ml_dtypes.finfo
        return limits(numpy_dtype(dtype))
    return np.finfo(numpy_dtype(dtype))


def accumulator(dtype: DTypeLike = None) -> str:
    """The dtype that losses and metrics are summed in.

    Args:
        dtype: what was asked for: a dtype, or an object with a `compute_dtype`. None stands for floatx, and for
            float32 where that is a 16-bit float.

    Example:
        >>> from keras_core import dtypes
        >>> dtypes.accumulator(), dtypes.accumulator("float16")
        ('float32', 'float16')
    """
    if dtype is not None:
        given: Any = dtype  # perhaps a dtype of a framework
        return standardize(getattr(given, "compute_dtype", given))
    floatx = standardize()
    return floatx if itemsize(floatx) > 2 else "float32"


def limits(dtype: DType | None) -> tuple[Any, Any]:
    """The lowest and highest finite value of a dtype, as Python numbers."""
    if is_bool(dtype):
        return False, True
    if is_int(dtype):
        integers = np.iinfo(numpy_dtype(dtype))
        return int(integers.min), int(integers.max)
    info = finfo(dtype)
    return float(info.min), float(info.max)


def result_type(*dtypes: Any) -> str:
    """The dtype that tensors of these dtypes are brought to when they meet in one op.

    Their order does not matter. No integer holds both uint64 and negative numbers, so these become floatx.

    Example:
        >>> from keras_core import dtypes
        >>> dtypes.result_type("bool", "int8"), dtypes.result_type("int64", "float16")
        ('int8', 'float16')
        >>> dtypes.result_type("float16", "bfloat16"), dtypes.result_type("int8", "uint8")
        ('float32', 'int16')
    """
    if not dtypes:
        return standardize(None)
    names = [standardize(dtype) for dtype in dtypes]
    if len(names) > 2 and any(_kind(name) > 1 for name in names):
        names = [name for name in names if _kind(name) > 1 or name == "string"]
    result = names[0]
    for name in names[1:]:
        result = _pair(result, name)
    return standardize(None) if result == _NO_INTEGER else result


def sum_type(dtype: DType | None) -> str:
    """The dtype in which numbers are summed or multiplied up: of bools and ints of 8 or 16 bits one of 32 bits.

    Example:
        >>> from keras_core import dtypes
        >>> dtypes.sum_type("int8"), dtypes.sum_type("uint16"), dtypes.sum_type("bool"), dtypes.sum_type("float16")
        ('int32', 'uint32', 'int32', 'float16')
    """
    name = standardize(dtype)
    if name in UNSIGNED:
        return result_type(name, "uint32")
    return result_type(name, "int32") if name in SIGNED or name == "bool" else name


_NO_INTEGER = "uint64 with negative numbers"


@cache
def _pair(a: str, b: str) -> str:
    if a == b:
        return a
    if _NO_INTEGER in (a, b):
        return _NO_INTEGER
    if "string" in (a, b):
        raise ValueError(f"A string tensor does not mix with {b if a == 'string' else a}; cast one of them.")
    rank_a, rank_b = _kind(a), _kind(b)
    if rank_a != rank_b:
        low, high = (a, b) if rank_a < rank_b else (b, a)
        return "complex128" if low == "float64" and high == "complex64" else high
    if rank_a == 1:
        return _wider_int(a, b)
    if rank_a == 2:
        return _wider_float(a, b)
    return "complex128"


def _kind(name: str) -> int:
    return -1 if name == "string" else 0 if is_bool(name) else 1 if is_int(name) else 2 if is_float(name) else 3


def _wider_int(a: str, b: str) -> str:
    if (a in SIGNED) == (b in SIGNED):
        return a if itemsize(a) > itemsize(b) else b
    signed, unsigned = (a, b) if a in SIGNED else (b, a)
    if itemsize(signed) > itemsize(unsigned):
        return signed
    return {1: "int16", 2: "int32", 4: "int64"}.get(itemsize(unsigned), _NO_INTEGER)


def _wider_float(a: str, b: str) -> str:
    if itemsize(a) == itemsize(b):
        return "float16" if itemsize(a) == 1 else "float32"
    return a if itemsize(a) > itemsize(b) else b
