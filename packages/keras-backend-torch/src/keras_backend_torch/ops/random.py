"""Random numbers by key.

On a CPU they are those of NumPy's Philox generator with the key as its key, the same as on the numpy backend. On a GPU
they are PyTorch's own, from a generator that is created for the draw and seeded with the key; the key is in the host's
memory, so that no draw synchronizes with the device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.backend.toolkit import keyed_generator
from torch import library

from keras_backend_torch.devices import default_device
from keras_backend_torch.framework import NAMES, torch, torch_dtype
from keras_backend_torch.ops.shapes import as_shape

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor

_LIBRARY = library.Library("keras", "DEF")
_LIBRARY.define("uniform(Tensor key, int[] shape, ScalarType dtype, Device device) -> Tensor")
_LIBRARY.define("normal(Tensor key, int[] shape, ScalarType dtype, Device device) -> Tensor")
_LIBRARY.define("integer(Tensor key, int[] shape, int low, int high, ScalarType dtype, Device device) -> Tensor")


def _numpy_generator(key: Tensor) -> np.random.Generator:
    return keyed_generator(key.cpu().numpy())


def _device_generator(key: Tensor, device: torch.device) -> torch.Generator:
    seed, counter = key.tolist()
    return torch.Generator(device).manual_seed((seed << 31 ^ counter) & (2**63 - 1))


def _drawn(dtype: torch.dtype) -> Any:
    return np.float64 if dtype is torch.float64 else np.float32


def _uniform(key: Tensor, shape: list[int], dtype: torch.dtype, device: torch.device) -> Tensor:
    if device.type == "cpu":
        return torch.from_numpy(np.asarray(_numpy_generator(key).random(tuple(shape), _drawn(dtype))))
    return torch.rand(shape, generator=_device_generator(key, device), dtype=dtype, device=device)


def _normal(key: Tensor, shape: list[int], dtype: torch.dtype, device: torch.device) -> Tensor:
    if device.type == "cpu":
        return torch.from_numpy(np.asarray(_numpy_generator(key).standard_normal(tuple(shape), _drawn(dtype))))
    return torch.randn(shape, generator=_device_generator(key, device), dtype=dtype, device=device)


def _integer(key: Tensor, shape: list[int], low: int, high: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    if device.type == "cpu":
        kind = dtypes.numpy_dtype(NAMES[dtype])
        return torch.from_numpy(np.asarray(_numpy_generator(key).integers(low, high, tuple(shape), kind)))
    return torch.randint(
        low, high, shape, generator=_device_generator(key, device), dtype=torch.int64, device=device
    ).to(dtype)


def _fake(key: Tensor, shape: list[int], *rest: Any) -> Tensor:
    return torch.empty(shape, dtype=rest[-2], device=rest[-1])


for _name, _kernel in (("uniform", _uniform), ("normal", _normal), ("integer", _integer)):
    _LIBRARY.impl(_name, _kernel, "CompositeExplicitAutograd")
    library.register_fake(f"keras::{_name}", _fake, lib=_LIBRARY)

_ops = torch.ops.keras


def random_uniform(shape: DynamicShape, minval: float, maxval: float, dtype: DType | None, key: Tensor) -> Tensor:
    kind = torch_dtype(dtype)
    drawn = torch.float64 if kind is torch.float64 else torch.float32
    unit = _ops.uniform(key, as_shape(shape), drawn, default_device())
    if (minval, maxval, kind) == (0, 1, drawn):
        return unit
    # Rounding may reach the upper bound, which is excluded.
    exact = dtypes.numpy_dtype(dtype).type
    highest = float(np.nextafter(exact(maxval), exact(minval)))
    result = (unit * (maxval - minval) + minval).to(kind)
    return result.clamp(max=highest) if maxval > minval else result


def random_normal(shape: DynamicShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    kind = torch_dtype(dtype)
    drawn = torch.float64 if kind is torch.float64 else torch.float32
    unit = _ops.normal(key, as_shape(shape), drawn, default_device())
    return (unit if (mean, stddev) == (0, 1) else unit * stddev + mean).to(kind)


def random_integer(shape: DynamicShape, minval: int, maxval: int, dtype: DType | None, key: Tensor) -> Tensor:
    kind = torch.int32 if dtype is None else torch_dtype(dtype)
    return _ops.integer(key, as_shape(shape), int(minval), int(maxval), kind, default_device())
