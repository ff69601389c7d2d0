"""Models for `pickle` and `copy.deepcopy`: the configuration, the custom objects in it, and all weights."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from keras_core.config.loading_limits import unlimited
from keras_core.saving.hdf5_group import open_hdf5
from keras_core.saving.save_scope import copying, loading
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from keras_core.saving.weights import read_weights, show_averages, write_weights

if TYPE_CHECKING:
    from keras_core.saving.protocol import SavableModel

Reduced = tuple[Callable[..., Any], tuple[Any, ...]]


def reduce_model(model: SavableModel) -> Reduced:
    """What `__reduce__` of a model returns.

    Custom classes and functions are kept by reference, as pickle keeps them. Unpickling runs what a
    pickle says, so unpickle only your own; `.keras` files are what to pass around.
    """
    import h5py

    with copying() as custom_objects:
        config = serialize_keras_object(model)
    buffer = io.BytesIO()
    if model.built:
        show_averages(model)
        with h5py.File(buffer, "w") as file:
            write_weights(model, file)
    return _rebuilt, (config, custom_objects, buffer.getvalue())


def _rebuilt(config: dict[str, Any], custom_objects: dict[str, Any], weights: bytes) -> Any:
    with unlimited(), loading(custom_objects):
        model = deserialize_keras_object(config, kind="layer")
    if weights:
        with open_hdf5(weights, f"pickled weights of {model.name}") as root:
            read_weights(model, root)
    return model
