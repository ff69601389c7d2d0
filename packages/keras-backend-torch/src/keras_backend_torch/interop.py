"""What lets PyTorch's own code, NumPy's and Keras's meet."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import Variable
from torch.utils._pytree import tree_map_only

from keras_backend_torch.framework import is_symbolic, torch

_as_array = torch.Tensor.__array__


def _with_values(cls: type, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
    """A function of PyTorch called with Variables: it gets their values."""
    args, kwargs = tree_map_only(Variable, lambda variable: variable.value, (args, kwargs or {}))
    return function(*args, **kwargs)


def _detached_array(self: Any, dtype: Any = None) -> np.ndarray:
    """``np.asarray(tensor)``, also of one that autograd follows or that is on another device."""
    return _as_array((self.detach() if self.requires_grad else self).cpu(), dtype)


def _ufunc(self: Any, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """An operator or function of NumPy on tensors and arrays together.

    PyTorch's function of that name takes over where a tensor is followed by autograd or traced; the array is then taken
    in the tensor's float type. Otherwise NumPy computes and the result is a tensor, as ever.
    """
    tensors = [one for one in inputs if isinstance(one, torch.Tensor)]
    plain = not any(one.requires_grad or is_symbolic(one) for one in tensors)
    function = getattr(torch, {"power": "pow"}.get(ufunc.__name__, ufunc.__name__), None)
    if plain or method != "__call__" or options or function is None:
        if any(map(is_symbolic, tensors)):
            raise TypeError(f"np.{ufunc.__name__} got a tensor whose numbers are not known yet. Use keras.ops.")
        if not plain:
            raise TypeError(
                f"np.{ufunc.__name__} got a tensor that autograd follows, which it would lose sight of. "
                "Use keras.ops or torch, or detach() the tensor."
            )
        arrays = [np.asarray(one) if isinstance(one, torch.Tensor) else one for one in inputs]
        result = getattr(ufunc, method)(*arrays, **options)
        kept = "out" in options or not isinstance(result, (np.ndarray, np.generic))
        return result if kept else torch.as_tensor(result, device=tensors[0].device)
    return function(*(_beside(one, tensors[0]) for one in inputs))


def _beside(value: Any, tensor: Any) -> Any:
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    kind = tensor.dtype if value.dtype.kind == "f" and tensor.is_floating_point() else None
    return torch.as_tensor(value, dtype=kind, device=tensor.device)


def install() -> None:
    """Let PyTorch's functions and operators take a Variable, and NumPy take what a layer returns.

    A layer called outside `fit` is followed by autograd, as a module of PyTorch is. Unlike there, ``np.asarray`` of its
    result needs no ``detach()`` and no ``cpu()``, and an array may stand on either side of an operator, so that code
    which is written for every backend runs on this one.
    """
    Variable.__torch_function__ = classmethod(_with_values)  # type: ignore[attr-defined]
    torch.Tensor.__array__ = _detached_array
    torch.Tensor.__array_ufunc__ = _ufunc
