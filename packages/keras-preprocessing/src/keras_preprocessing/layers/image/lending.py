"""Arrays of NumPy that a layer reads where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import backend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LEAST = 2**14
"""Numbers in an array from which on a copy of it takes time."""


def called_on_lent(
    call: Callable[..., Any], array: np.ndarray, backend_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """``call(array, *args, **kwargs)``, without a copy of the array where the backend can do without.

    What it gives is never a part of the array, which the caller may change later.

    Args:
        call: how to call the layer.
        array: what it is called on.
        backend_name: the backend that holds the layer.
        args: further arguments of the call.
        kwargs: those by name.
    """
    if array.size < _LEAST:
        return call(array, *args, **kwargs)
    here = backend.load(backend_name)
    lent = here.borrow(array)
    if not here.is_tensor(lent):
        return call(array, *args, **kwargs)
    found = call(lent, *args, **kwargs)
    return here.borrow(here.numpy(found)) if _is_in(found, array) else found


def _is_in(tensor: Any, array: np.ndarray) -> bool:
    """Whether a tensor shares the memory of an array."""
    device = getattr(tensor, "__dlpack_device__", None)
    if device is None or int(device()[0]) != _CPU:
        return False
    try:
        return np.may_share_memory(np.from_dlpack(tensor), array)
    except (BufferError, RuntimeError, TypeError):
        return False  # of a dtype that NumPy does not have


_CPU = 1
"""Number of processors among the devices that DLPack names."""
