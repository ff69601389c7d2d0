"""Keras 2's functions that read and write weights in groups of an open HDF5 file: `keras.engine.saving`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.saving import FileFormatError, checked_group

from keras_legacy.hdf5.layout import Origin, write_names
from keras_legacy.hdf5.placement import Target, placed
from keras_legacy.hdf5.weights import Receiver, read_into, write_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import Layer
    from keras_core.saving import Group


def load_weights_from_hdf5_group(f: Any, layers: Sequence[Layer], reshape: bool = False) -> None:
    """Load weights into layers, in the order of the file; `load_weights` of a model does so for its layers.

    Args:
        f: an open `h5py.Group` with weights in Keras 2's layout.
        layers: the layers.
        reshape: reshape arrays of another shape that have as many values. Defaults to False.

    Raises:
        ValueError: for a group without such weights, and weights that do not fit; the layers are unchanged then.

    Example:
        >>> import io, h5py
        >>> from keras_core import Input, Sequential
        >>> model = Sequential([Input((2,))])
        >>> with h5py.File(io.BytesIO(), "w") as file:
        ...     save_weights_to_hdf5_group(file, model.layers)
        ...     load_weights_from_hdf5_group(file, model.layers)
    """
    group = _weights_in(f)
    read_into(Receiver.among(layers), group, Origin.of(group), reshape=reshape)


def load_weights_from_hdf5_group_by_name(
    f: Any, layers: Sequence[Layer], skip_mismatch: bool = False, reshape: bool = False
) -> None:
    """Load weights into the layers whose names the file has.

    Args:
        f: an open `h5py.Group` with weights in Keras 2's layout.
        layers: the layers.
        skip_mismatch: leave out layers whose weights do not fit, with a warning. Defaults to False.
        reshape: reshape arrays of another shape that have as many values. Defaults to False.

    Raises:
        ValueError: for a group without such weights, and weights that do not fit; the layers are unchanged then.

    Example:
        >>> import io, h5py
        >>> from keras_core import Input, Sequential
        >>> model = Sequential([Input((2,))])
        >>> with h5py.File(io.BytesIO(), "w") as file:
        ...     save_weights_to_hdf5_group(file, model.layers)
        ...     load_weights_from_hdf5_group_by_name(file, model.layers, skip_mismatch=True)
    """
    group = _weights_in(f)
    read_into(Receiver.among(layers), group, Origin.of(group), skip_mismatch, by_name=True, reshape=reshape)


def save_weights_to_hdf5_group(f: Any, layers: Sequence[Layer]) -> None:
    """Write the weights of layers in Keras 2's layout.

    Args:
        f: an open `h5py.Group`, which is empty.
        layers: the layers.

    Example:
        >>> import io, h5py
        >>> with h5py.File(io.BytesIO(), "w") as file:
        ...     save_weights_to_hdf5_group(file, [])
        ...     sorted(file.attrs)
        ['backend', 'keras_version', 'layer_names']
    """
    write_layers(layers, f)


def preprocess_weights_for_loading(
    layer: Layer,
    weights: Sequence[Any],
    original_keras_version: str | None = None,
    original_backend: str | None = None,
    reshape: bool = False,
) -> list[np.ndarray]:
    """The arrays of an old file as `layer.set_weights` takes them.

    Gates of recurrent layers of Keras 1 are joined, kernels of convolutions turned to today's order of axes and flipped
    where Theano wrote them, and those of layers on cuDNN transposed.

    Args:
        layer: the layer, which is built.
        weights: the arrays, in the order of the file.
        original_keras_version: the version of Keras that wrote the file. Defaults to None, for Keras 1.
        original_backend: the name of the backend that wrote it. Defaults to None, for one that correlates.
        reshape: reshape arrays of another shape that have as many values. Defaults to False.

    Returns:
        The arrays, in the order of `layer.weights`.

    Raises:
        ValueError: for arrays that do not fit the layer.

    Example:
        >>> from keras_layers import Conv1D
        >>> layer = Conv1D(1, 3, use_bias=False)
        >>> layer.build((None, 5, 1))
        >>> kernel = np.array([1.0, 2.0, 3.0]).reshape(3, 1, 1)
        >>> found = preprocess_weights_for_loading(layer, [kernel], "2.2.4", "theano")
        >>> found[0].ravel().tolist()
        [3.0, 2.0, 1.0]
    """
    arrays = [np.asarray(array) for array in weights]
    origin = Origin.told(original_keras_version or "1", original_backend)
    pairs = placed(Target(layer.name, layer), arrays, [""] * len(arrays), origin, reshape)
    found = {id(variable): array for variable, array in pairs}
    return [found[id(variable)] for variable in layer.weights]


def load_attributes_from_hdf5_group(group: Any, name: str) -> list[str]:
    """A list of texts among the attributes of a group, which may be split over `name0`, `name1`, ...

    Args:
        group: an open `h5py.Group`.
        name: the attribute's name.

    Returns:
        The texts; an empty list where there are none.

    Raises:
        ValueError: when it is something else, or larger than the file.

    Example:
        >>> import io, h5py
        >>> with h5py.File(io.BytesIO(), "w") as file:
        ...     save_attributes_to_hdf5_group(file, "layer_names", ["one", "two"])
        ...     load_attributes_from_hdf5_group(file, "layer_names")
        ['one', 'two']
    """
    return checked_group(group).texts(name) or []


def save_attributes_to_hdf5_group(group: Any, name: str, data: Sequence[str | bytes]) -> None:
    """Write a list of texts as an attribute of a group, split over `name0`, `name1`, ... where it is too large.

    Args:
        group: an open `h5py.Group`.
        name: the attribute's name.
        data: the texts.

    Raises:
        ValueError: for a text that no attribute can hold.

    Example:
        >>> import io, h5py
        >>> with h5py.File(io.BytesIO(), "w") as file:
        ...     save_attributes_to_hdf5_group(file, "names", ["x" * 60_000, "y" * 60_000])
        ...     sorted(file.attrs)
        ['names0', 'names1']
    """
    write_names(group, name, [text.decode() if isinstance(text, bytes) else text for text in data])


def _weights_in(group: Any) -> Group:
    found = checked_group(group)
    if not any(found.has_attribute(name) for name in ("layer_names", "layer_names0")):
        raise FileFormatError(
            f"The group '{group.name}' of '{found.file}' has no weights in Keras 2's layout: it lacks the attribute "
            "'layer_names'."
        )
    return found
