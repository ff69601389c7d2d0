"""Arguments of ops brought to one backend and one dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from keras_core import config, dtypes
from keras_core.backend import discovery
from keras_core.ops.properties import PYTHON_VALUES, argument_dtype, weak_dtype

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.typing import ArrayLike, Tensor

CastKind = Literal["promote", "float", "number", "sum", "product", "bool", "given"]


def as_tensor(x: ArrayLike, backend: Backend, dtype: str | None = None) -> Tensor:
    """`x` as one tensor of `backend`: nested lists become arrays, of floatx or int32 unless a dtype is given."""
    if isinstance(x, (list, tuple)) and not x:
        x = np.zeros(np.shape(x), dtypes.numpy_dtype(dtype))
    elif isinstance(x, (list, tuple)) and not is_numeric(x):
        x = backend.ops["concatenate"]([backend.ops["expand_dims"](as_tensor(one, backend, dtype), 0) for one in x], 0)
    return convert(x, backend, dtype)


def common_dtype(kind: CastKind, values: list[Any], backend: Backend | None) -> str:
    """The dtype that the tensor arguments of an op are brought to; None among them counts for nothing.

    Args:
        kind: "promote", or what else becomes of the common dtype, see `Op`.
        values: tensors, arrays, numbers and lists of these; Python numbers are weak.
        backend: whose tensors they may be; None where they are symbolic.
    """
    strong: list[str] = []
    weak: list[str] = []
    for value in values:
        for leaf in value if isinstance(value, (list, tuple)) and not is_numeric(value) else [value]:
            if leaf is None:
                continue
            dtype = argument_dtype(leaf, backend)
            if dtype is not None:
                strong.append(dtype)
            else:
                weak.append(weak_dtype(leaf))
    result = dtypes.result_type(*strong) if strong else dtypes.result_type(*weak)
    if strong:
        for dtype in weak:
            result = _with_number(result, dtype)
    return _of_kind(kind, result)


def _with_number(result: str, number: str) -> str:
    """The dtype of tensors once they meet a Python number."""
    if dtypes.is_complex(number):
        return dtypes.complex_of(result)
    if dtypes.is_float(number):
        return result if _is_inexact(result) else config.floatx()
    return "int32" if dtypes.is_int(number) and result == "bool" else result


def _of_kind(kind: CastKind, dtype: str) -> str:
    if kind == "float":
        return dtype if _is_inexact(dtype) else config.floatx()
    if kind == "sum":
        return dtypes.sum_type(dtype)
    widened = (kind == "number" and dtype == "bool") or (kind == "product" and dtype == "int8")
    return "int32" if widened else dtype


def _is_inexact(dtype: str) -> bool:
    return dtypes.is_float(dtype) or dtypes.is_complex(dtype)


def is_numeric(value: object) -> bool:
    """Whether a list holds numbers (an array literal) rather than tensors."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return isinstance(value, (bool, int, float, complex, np.generic))


def convert(value: ArrayLike, backend: Backend, dtype: str | None) -> Tensor:
    """One argument as a tensor of `backend`, of `dtype` unless that is None; None stays None."""
    if value is None:
        return None
    if backend.is_tensor(value) and not isinstance(value, PYTHON_VALUES):
        if dtype is None or backend.dtype(value) == dtype:
            return value
        return backend.ops["cast"](value, dtype)
    discovery.refuse_foreign(value, backend)
    if dtype is None and not isinstance(value, (np.ndarray, np.generic)):
        dtype = weak_dtype(value)
    elif dtype is not None and not dtypes.is_float(dtype):
        value = np.asarray(value).astype(dtypes.numpy_dtype(dtype))  # frameworks refuse 1.5 as int, 0 as bool
    return backend.tensor(value, dtype)
