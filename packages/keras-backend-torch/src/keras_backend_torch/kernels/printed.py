"""A tensor that is printed when it is computed, as an operator that can be recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import print_array
from torch import library

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_LIBRARY = library.Library("keras", "FRAGMENT")
_LIBRARY.define("print_tensor(Tensor x, str message, int summarize) -> Tensor")


def _print(x: Tensor, message: str, summarize: int) -> Tensor:
    value = x.detach().cpu()
    print_array(message, summarize, value.float() if value.dtype is torch.bfloat16 else value)
    return x.clone()


_LIBRARY.impl("print_tensor", _print, "CompositeExplicitAutograd")
library.register_fake("keras::print_tensor", lambda x, message, summarize: torch.empty_like(x), lib=_LIBRARY)


class _Printed(torch.autograd.Function):
    """The operator, through which gradients flow unchanged."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, message: str, summarize: int) -> Tensor:
        return torch.ops.keras.print_tensor(x, message, summarize)

    @staticmethod
    def backward(ctx: Any, cotangent: Tensor) -> Any:
        return cotangent, None, None


def printed(x: Tensor, message: str, summarize: int) -> Tensor:
    """The tensor itself.

    Args:
        x: the tensor.
        message: what is printed before the values.
        summarize: how many elements of an axis are shown at both of its ends; -1 for all.
    """
    found: Tensor = _Printed.apply(x, message, summarize)
    return found


__all__ = ["printed"]
