"""Values that JSON has no form for: arrays, tensors, slices, bytes, Ellipsis, symbolic tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_core import dtypes
from keras_core.backend import discovery as backends
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.staging.variable import Variable


def encode(value: object) -> Any:
    """Turn such a value into what a config holds for it.

    Raises:
        TypeError: when it is none of them.

    Example:
        >>> encode(slice(1, 5))
        {'class_name': '__slice__', 'config': {'start': 1, 'stop': 5, 'step': None}}
    """
    if value is Ellipsis:
        return _written("__ellipsis__")
    if isinstance(value, slice):
        return _written("__slice__", start=value.start, stop=value.stop, step=value.step)
    if isinstance(value, bytes):
        return _written("__bytes__", value=value.decode("utf-8"))
    if isinstance(value, KerasTensor):
        shape = list(value.shape)
        return _written("__keras_tensor__", shape=shape, dtype=value.dtype, keras_history=None)
    if isinstance(value, np.dtype):
        return dtypes.standardize(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return _array("__numpy__", value)
    if isinstance(value, Variable):
        return _array("__tensor__", value.numpy())
    owner = backends.owner(value)
    if owner is not None:
        return _array("__tensor__", owner.numpy(value))
    raise TypeError(
        f"Cannot serialize {value!r} of type {type(value).__name__}: give its class a `get_config()` "
        "method that returns the arguments of `__init__`."
    )


def _written(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": config}


def _array(class_name: str, value: Any) -> dict[str, Any]:
    dtype = dtypes.standardize(value.dtype)
    plain = value.astype("float32") if dtype in dtypes.EXTENDED else value
    empty = {} if plain.size else {"shape": list(plain.shape)}  # which an empty list does not tell
    return _written(class_name, value=plain.tolist(), dtype=dtype, **empty)


def decode(class_name: str, config: dict[str, Any]) -> Any:
    """Turn what `encode` gave back into the value; arrays and tensors both become NumPy arrays.

    Raises:
        ValueError: for a form that is not known, or a dtype that holds no numbers.
    """
    if class_name in ("__numpy__", "__tensor__"):
        dtype = dtypes.standardize(config["dtype"])
        if dtype == "string":
            raise ValueError("An array in a config must hold numbers, got dtype 'string'.")
        array = np.array(config["value"], dtype=dtypes.numpy_dtype(dtype))
        return array.reshape(config["shape"]) if "shape" in config else array
    if class_name == "__keras_tensor__":
        return KerasTensor(config["shape"], dtype=config["dtype"])
    if class_name == "__slice__":
        return slice(*(_index(config.get(name)) for name in ("start", "stop", "step")))
    if class_name == "__bytes__":
        return str(config["value"]).encode("utf-8")
    if class_name == "__ellipsis__":
        return Ellipsis
    raise ValueError(f"A config holds a value of the unknown form '{class_name}'.")


def _index(value: Any) -> int | None:
    return None if value is None else int(value)
