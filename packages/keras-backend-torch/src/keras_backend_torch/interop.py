"""Interoperation of PyTorch's functions, NumPy's and Keras's variables."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import active_trace, tree
from keras_core.layers import active_context

from keras_backend_torch.compiler.recording import Untraceable
from keras_backend_torch.framework import before_optimizer_steps, torch
from keras_backend_torch.modes import STATE, is_fake
from keras_backend_torch.module import MODULE_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_original_array = torch.Tensor.__array__


def _as_array(tensor: Any, dtype: Any = None) -> np.ndarray:
    """``np.asarray(tensor)``, also of one that autograd tracks or that is on another device.

    Args:
        tensor: any tensor of PyTorch.
        dtype: NumPy's dtype of the array; the tensor's where it is None.
    """
    return _original_array((tensor.detach() if tensor.requires_grad else tensor).cpu(), dtype)


def _apply_ufunc(tensor: Any, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """An operator or function of NumPy on tensors and arrays together: `torch.Tensor.__array_ufunc__`.

    Where autograd tracks a tensor or a function is being recorded, PyTorch's function of the same name is called;
    arrays are converted to the tensor's float type. Otherwise NumPy computes and the result is converted to a tensor.

    Args:
        tensor: the one among the inputs whose method this is.
        ufunc: NumPy's function.
        method: how it is called, such as ``"__call__"`` or ``"reduce"``.
        *inputs: arrays, tensors and numbers.
        **options: as for NumPy's function.

    Raises:
        TypeError: when PyTorch has no such function and NumPy's would lose the gradient or needs data of a fake tensor.
    """
    tensors = [one for one in inputs if isinstance(one, torch.Tensor)]
    plain = not any(one.requires_grad or is_fake(one) for one in tensors)
    function = getattr(torch, {"power": "pow"}.get(ufunc.__name__, ufunc.__name__), None)
    if plain or method != "__call__" or options or function is None:
        return _apply_numpy(ufunc, method, inputs, options, tensors, plain)
    return function(*(_as_tensor(one, tensors[0]) for one in inputs))


def _apply_numpy(ufunc: Any, method: str, inputs: Any, options: Any, tensors: Any, plain: bool) -> Any:
    if any(map(is_fake, tensors)):
        raise TypeError(f"np.{ufunc.__name__} got a tensor that has no data while it is traced. Use keras.ops.")
    if not plain:
        raise TypeError(
            f"np.{ufunc.__name__} got a tensor that autograd tracks, and would lose its gradient. "
            "Use keras.ops or torch, or detach() the tensor."
        )
    arrays = [np.asarray(one) if isinstance(one, torch.Tensor) else one for one in inputs]
    result = getattr(ufunc, method)(*arrays, **options)
    kept = "out" in options or not isinstance(result, (np.ndarray, np.generic))
    return result if kept else torch.as_tensor(result, device=tensors[0].device)


def _as_tensor(value: Any, tensor: Any) -> Any:
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    dtype = tensor.dtype if value.dtype.kind == "f" and tensor.is_floating_point() else None
    return torch.as_tensor(value, dtype=dtype, device=tensor.device)


def extend(core_type: Any) -> Mapping[str, object] | None:
    """Let PyTorch's functions take variables, NumPy's what a layer returns, and code for modules layers.

    A layer called outside `fit` is tracked by autograd, as a module of PyTorch is. In contrast to such a module,
    ``np.asarray`` of its result needs no ``detach()`` and no ``cpu()``, and an array may stand on either side of an
    operator, so that code which is written for every backend runs on this one.

    Args:
        core_type: `keras_core.Variable` or `keras_core.Layer`.

    Returns:
        What layers have in common with modules; see `module`.
    """
    if core_type.__name__ == "Layer":
        before_optimizer_steps(_refuse_to_record)
        _rebind_in_calls()
        return MODULE_ATTRIBUTES
    if core_type.__name__ == "Variable":
        _take_variables(core_type)
    return None


def _refuse_to_record(optimizer: Any, args: Any, kwargs: Any) -> None:
    """An optimizer of PyTorch writes into parameters, where a function that is recorded has fake tensors."""
    if STATE.recorder is not None:
        raise Untraceable("An optimizer of PyTorch steps in a function that is recorded.")


# Operators that assign, and what they compute.
_ASSIGNING = {
    "__iadd__": operator.add,
    "__isub__": operator.sub,
    "__imul__": operator.mul,
    "__itruediv__": operator.truediv,
    "__ifloordiv__": operator.floordiv,
    "__imod__": operator.mod,
    "__ipow__": operator.pow,
    "__iand__": operator.and_,
    "__ior__": operator.or_,
    "__ixor__": operator.xor,
}


def _rebind_in_calls() -> None:
    """Let ``x += y`` bind `x` to another tensor in calls of layers and in steps, as it does on every other backend.

    Elsewhere it writes into the tensor, as PyTorch has it.
    """
    for name, operation in _ASSIGNING.items():
        original = getattr(torch.Tensor, name)
        if not hasattr(original, "__wrapped__"):
            setattr(torch.Tensor, name, _rebinding(original, operation))


def _rebinding(original: Any, operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    @functools.wraps(original)
    def assign(tensor: Any, other: Any) -> Any:
        if active_context() is None and active_trace() is None:
            return original(tensor, other)
        return operation(tensor, other)

    return assign


def _take_variables(variable_type: Any) -> None:
    def call_with_values(cls: type, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, kwargs = tree.map_structure(
            lambda argument: argument.value if isinstance(argument, variable_type) else argument, (args, kwargs or {})
        )
        return function(*args, **kwargs)

    variable_type.__torch_function__ = classmethod(call_with_values)
    torch.Tensor.__array__ = _as_array
    torch.Tensor.__array_ufunc__ = _apply_ufunc


__all__ = ["extend"]
