"""PyTorch as this package uses it: its dtypes, and every private API that the package relies on.

No other file of the package names a private module or attribute of PyTorch, and each one named here has an
alternative for releases that lack it: slower code, one more copy, an optimization left out. Without fake tensors or
dispatch modes nothing can be recorded (`CAN_RECORD`), and functions run op by op.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import pkgutil
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from keras_core import dtypes

if TYPE_CHECKING:
    from collections.abc import Sequence


def load_apart(module: str) -> None:
    """Import a module whose shared libraries are to resolve their own symbols before those of the process.

    Some frameworks export their copy of LLVM to the whole process. Triton, which PyTorch imports when it first
    traces, contains another version of it and crashes when it finds that one. Where a system cannot load libraries
    in this way, or the module is missing or already loaded, nothing happens.
    """
    flag = getattr(os, "RTLD_DEEPBIND", 0)
    if not flag or module in sys.modules or importlib.util.find_spec(module) is None:
        return
    flags = sys.getdlopenflags()
    sys.setdlopenflags(flags | flag)
    try:
        importlib.import_module(module)
    except Exception:  # PyTorch reports it when it needs the module
        sys.modules.pop(module, None)
    finally:
        sys.setdlopenflags(flags)


load_apart("triton")  # before the first trace

# -- dtypes

DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in dtypes.ALL if hasattr(torch, name)}
NAMES: dict[torch.dtype, str] = {dtype: name for name, dtype in DTYPES.items()}


def torch_dtype(dtype: Any) -> torch.dtype:
    """PyTorch's dtype of that name (or None, the configured float type).

    Raises:
        ValueError: when PyTorch has no such dtype.
    """
    name = dtypes.standardize(dtype)
    found = DTYPES.get(name)
    if found is None:
        raise ValueError(f"PyTorch has no dtype {name!r}. It has: {', '.join(DTYPES)}.")
    return found


# -- private APIs


def private(path: str, otherwise: Any) -> Any:
    """What PyTorch keeps at a private path, or `otherwise` in a release that does not have it.

    Args:
        path: module and attribute, such as ``"torch._C:_set_grad_enabled"``.
        otherwise: the alternative.
    """
    try:
        return pkgutil.resolve_name(path)
    except (ImportError, AttributeError):
        return otherwise


class _NoFakeTensor:
    """No tensor is an instance of it."""


class _NoFakeMode(contextlib.nullcontext[None]):
    """Tensors made inside are real ones."""

    def __init__(self, **options: Any) -> None:
        super().__init__()

    def from_tensor(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor.detach().clone()


class _NoDispatchMode(contextlib.nullcontext[None]):
    """Sees no kernel call."""

    def __init__(self) -> None:
        super().__init__()


FakeTensor: Any = private("torch._subclasses.fake_tensor:FakeTensor", _NoFakeTensor)
FakeTensorMode: Any = private("torch._subclasses.fake_tensor:FakeTensorMode", _NoFakeMode)
DispatchMode: Any = private("torch.utils._python_dispatch:TorchDispatchMode", _NoDispatchMode)

_FakeTensorConverter: Any = private("torch._subclasses.fake_tensor:FakeTensorConverter", object)


class _Untracked(_FakeTensorConverter):
    """Makes fake tensors of a real tensor's data alone.

    PyTorch's converter reads ``grad`` of the tensor and of the tensor that it is a view of. Where autograd tracks one
    and it is not a leaf, PyTorch warns, which is an error under ``-W error``.
    """

    def from_real_tensor(self, mode: Any, tensor: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        if not tensor.is_leaf or tensor._is_view():
            tensor = tensor.data
        return super().from_real_tensor(mode, tensor, *args, **kwargs)


def fake_tensor_mode() -> Any:
    """A mode whose tensors are fake, and which takes real ones as well."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    if hasattr(mode, "fake_tensor_converter") and _FakeTensorConverter is not object:
        mode.fake_tensor_converter = _Untracked()
    return mode


def new_fake(mode: Any, like: torch.Tensor) -> torch.Tensor:
    """A fake tensor with memory of its own, from 0 on; to be called `without_modes`.

    PyTorch's converter, which looks for every kind of tensor there is, takes ten times as long.

    Args:
        mode: the mode that it is for.
        like: a tensor, fake or real, whose shape, strides, dtype and device it has.
    """
    memory = torch.empty_strided(like.shape, like.stride(), dtype=like.dtype, device="meta")
    made: torch.Tensor = FakeTensor(mode, memory, like.device)
    return made


def owns_memory(tensor: torch.Tensor) -> bool:
    """Whether it is no more than numbers in memory that it has made, or taken over, as a whole."""
    return (
        type(tensor) in (torch.Tensor, torch.nn.Parameter)
        and tensor.layout is torch.strided
        and not tensor._is_view()
        and tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    )


without_modes: Any = private("torch.utils._python_dispatch:_disable_current_modes", contextlib.nullcontext)
"""A scope in which operations run at once, on real tensors, even while a function is recorded."""

CAN_RECORD = (
    FakeTensor is not _NoFakeTensor
    and FakeTensorMode is not _NoFakeMode
    and DispatchMode is not _NoDispatchMode
    and without_modes is not contextlib.nullcontext
)
"""Whether functions can be recorded as lists of kernel calls."""

_is_wrapped: Any = private("torch._C:_functorch.is_functorch_wrapped_tensor", lambda tensor: False)
_is_batched: Any = private("torch._C:_functorch.is_batchedtensor", lambda tensor: False)
_unwrapped: Any = private("torch._C:_functorch.get_unwrapped", lambda tensor: tensor)


def is_wrapped(*tensors: torch.Tensor) -> bool:
    """Whether a function of `torch.func` is at work on one of the tensors."""
    return any(map(_is_wrapped, tensors))


def is_batched(tensor: torch.Tensor) -> bool:
    """Whether `torch.func.vmap` is at work on the tensor, which has one more axis than it shows."""
    while _is_wrapped(tensor):
        if _is_batched(tensor):
            return True
        tensor = _unwrapped(tensor)
    return False


def unwrapped(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor that `torch.func.grad` wrapped, if it did; it outlasts the function that is differentiated."""
    while _is_wrapped(tensor):
        tensor = _unwrapped(tensor)
    return tensor


set_grad_enabled: Any = private("torch._C:_set_grad_enabled", torch.set_grad_enabled)

below_autograd: Any = private("torch._C:_AutoDispatchBelowADInplaceOrView", contextlib.nullcontext)
"""A scope whose kernel calls do not pass through autograd at all."""

PARSED_IN_CPP: tuple[Any, ...] = (
    private("torch._C:_VariableFunctions", torch),
    private("torch._C:_nn", torch.nn.functional),
    private("torch._C:TensorBase", torch.Tensor),
)
"""Where PyTorch keeps functions that parse their arguments in C++: they cost half of what a call by overload costs."""

_has_address = hasattr(torch.empty(0).untyped_storage(), "_cdata")
_storage_use_count: Any = private("torch._C:_storage_Use_Count", None) if _has_address else None

ABSENT = object()
"""In place of a kernel that this release does not have."""

FUSED_ADAM: Any = private("torch:ops.aten._fused_adam_.tensor_lr", ABSENT)
DEVICE_OF: Any = private("torch:ops.prim.device.default", ABSENT)
UNSAFE_VIEW: Any = private("torch:ops.aten._unsafe_view.default", ABSENT)
LSTM_ON_CPU: Any = private("torch:ops.aten.mkldnn_rnn_layer.default", ABSENT)
LSTM_ON_CPU_BACKWARD: Any = private("torch:ops.aten.mkldnn_rnn_layer_backward.default", ABSENT)
CUDNN_RNN: Any = private("torch:ops.aten._cudnn_rnn", ABSENT)
CUDNN_RNN_BACKWARD: Any = private("torch:ops.aten._cudnn_rnn_backward", ABSENT)


before_optimizer_steps: Any = private("torch.optim.optimizer:register_optimizer_step_pre_hook", lambda hook: None)
"""Has a function called before any optimizer of PyTorch steps; without it, none may step inside a recorded function."""


def builtin_of(kernel: Any) -> Any:
    """The C++ function behind an overload of an operator, which is called at less cost."""
    return getattr(kernel, "_op", kernel)


@cache
def mutates(kernel: Any) -> bool:
    """Whether a kernel writes into one of its arguments."""
    schema = getattr(kernel, "_schema", None)
    if schema is not None:
        return bool(schema.is_mutable)
    name, _, overload = kernel.name().partition(".")
    return name.endswith("_") or overload.endswith("out")  # how PyTorch names such kernels


def version_of(tensor: torch.Tensor) -> int | None:
    """How often a tensor has been written into; None where that is not counted."""
    return None if tensor.is_inference() else getattr(tensor, "_version", None)


def reference_counts(tensors: Sequence[Any]) -> list[tuple[int, int]] | None:
    """How many references there are to each tensor, and to each tensor's memory; None where that is not known."""
    if _storage_use_count is None:
        return None
    return [(sys.getrefcount(one), _storage_use_count(one.untyped_storage()._cdata)) for one in tensors]


def storage_id(tensor: torch.Tensor) -> int:
    """A number that only tensors with the same memory have in common, as long as one of them exists."""
    return id(tensor.untyped_storage())


# -- integers

_INTEGER_PRODUCT = private("torch._int_mm", None)


def integer_product(rows: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """The product of two matrices of int8, summed in int32.

    Args:
        rows: (n, k).
        matrix: (k, m).
    """
    on_host = rows.device.type == "cpu"
    fits = on_host or (len(rows) > 16 and matrix.shape[0] % 8 == 0 and matrix.shape[1] % 8 == 0)
    if _INTEGER_PRODUCT is not None and fits:
        found: torch.Tensor = _INTEGER_PRODUCT(rows, matrix)
        return found
    if on_host:
        return rows.int() @ matrix.int()
    return (rows.double() @ matrix.double()).int()


__all__ = [
    "ABSENT",
    "CAN_RECORD",
    "CUDNN_RNN",
    "CUDNN_RNN_BACKWARD",
    "DEVICE_OF",
    "DTYPES",
    "FUSED_ADAM",
    "LSTM_ON_CPU",
    "LSTM_ON_CPU_BACKWARD",
    "NAMES",
    "PARSED_IN_CPP",
    "UNSAFE_VIEW",
    "DispatchMode",
    "FakeTensor",
    "FakeTensorMode",
    "before_optimizer_steps",
    "below_autograd",
    "builtin_of",
    "fake_tensor_mode",
    "integer_product",
    "load_apart",
    "mutates",
    "new_fake",
    "owns_memory",
    "private",
    "reference_counts",
    "set_grad_enabled",
    "storage_id",
    "torch",
    "torch_dtype",
    "version_of",
    "without_modes",
]
