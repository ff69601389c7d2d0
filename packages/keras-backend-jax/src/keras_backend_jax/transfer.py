"""Putting NumPy arrays on a device, always as copies.

`jax.device_put` may share the memory of a NumPy array, which its owner goes on writing to, and `jnp.array` costs
five times as much as the transfer itself.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from jax._src.core import ShapedArray
from jax._src.lib import xla_client
from jax.sharding import SingleDeviceSharding
from keras_core.typing import Tensor

from keras_backend_jax import devices


@functools.lru_cache
def _place(device: Any) -> tuple[Any, list[Any]]:
    return SingleDeviceSharding(device), [device]


@functools.lru_cache(1024)
def _kind(shape: tuple[int, ...], dtype: np.dtype) -> ShapedArray:
    return ShapedArray(shape, dtype)


def copied(array: np.ndarray) -> Tensor:
    """A copy of `array`, in its dtype, on the device of the scope or on the one that JAX would choose.

    It is concrete also while a function is traced, where it becomes a constant.
    """
    chosen = devices.chosen()
    sharding, place = _place(chosen or devices.default())
    kind = _kind(array.shape, array.dtype)
    return xla_client.batched_device_put(kind, sharding, [array], place, chosen is not None, True, enable_x64=True)
