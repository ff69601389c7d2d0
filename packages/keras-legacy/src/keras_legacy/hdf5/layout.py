"""Where Keras 2's HDF5 files keep weights: a group for each layer, names in attributes, arrays by these names.

The root of a file of weights, or the group `model_weights` of a whole model, has the attribute `layer_names`; each
layer's group has `weight_names`. A list of names that is larger than an attribute may be is split over `layer_names0`,
`layer_names1` and so on. The attributes `keras_version` and `backend` say who wrote the file.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.saving import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.saving import Group

ATTRIBUTE_BYTES = 64512  # an object header of HDF5 holds 64 KB, and other attributes need some
OWN_WEIGHTS = "top_level_model_weights"  # the group of a model's own weights, written since tf.keras 2.6
_ORIGINS = tomllib.loads(Path(__file__).with_name("origin.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Origin:
    """Who wrote a file.

    Attributes:
        version: major and minor version of Keras; (1, 0) where the file does not say.
        backend: the backend's name, None where the file does not say.
    """

    version: tuple[int, int] = (1, 0)
    backend: str | None = None

    @property
    def convolves(self) -> bool:
        """Whether kernels lie flipped in the file, as the backend convolved where others correlate."""
        return self.backend in _ORIGINS["convolving"]["backends"]

    @classmethod
    def of(cls, *groups: Group) -> Origin:
        """The origin that the first of these groups with such attributes tells."""
        version = next(filter(None, (group.text("keras_version") for group in groups)), "1")
        backend = next(filter(None, (group.text("backend") for group in groups)), None)
        return cls.told(version, backend)

    @classmethod
    def told(cls, version: object, backend: object) -> Origin:
        """The origin by what a file or a config says: the version of Keras and the name of the backend."""
        found = re.match(r"(\d{1,9})(?:\.(\d{1,9}))?", version) if isinstance(version, str) else None
        backend = backend if isinstance(backend, str) else None
        return cls((int(found[1]), int(found[2] or 0)) if found else (1, 0), backend)


class StoredLayer:
    """The weights that a file has for one layer.

    Args:
        name: the layer's name.
        group: its group in the file.
        names: the paths of its arrays below the group, in order; what the attribute says by default.
    """

    def __init__(self, name: str, group: Group, names: list[str] | None = None) -> None:
        self.name = name
        self.names = (group.texts("weight_names") or []) if names is None else names
        self._group = group

    def __len__(self) -> int:
        return len(self.names)

    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the arrays, without reading them."""
        return [group.shape(name) for group, name in map(self._locate, self.names)]

    def arrays(self) -> list[np.ndarray]:
        """The arrays."""
        return [np.asarray(group[name]) for group, name in map(self._locate, self.names)]

    def _locate(self, path: str) -> tuple[Group, str]:
        try:
            return self._group.locate(path)
        except KeyError:
            raise FileFormatError(
                f"The HDF5 file '{self._group.file}' is damaged: layer '{self.name}' names the weight '{path}', which "
                "is not there."
            ) from None


def weights_group(root: Group) -> Group:
    """The group of weights of a file, be it a file of weights or of a whole model.

    Raises:
        ValueError: when there is none.
    """
    if not (root.has_attribute("layer_names") or root.has_attribute("layer_names0")):
        inner = root.group("model_weights") if "model_weights" in root else None
        if inner is not None:
            return inner
        raise FileFormatError(
            f"The HDF5 file '{root.file}' has no weights in the layout of Keras 1 and 2: it lacks the attribute "
            "'layer_names'." + (" It is from before Keras 1.0." if root.has_attribute("nb_layers") else "")
        )
    return root


def stored_layers(root: Group) -> list[StoredLayer]:
    """The layers in a group of weights that have any, in the order of the file.

    Raises:
        ValueError: when a layer that is named has no group.
    """
    found = []
    for name in root.texts("layer_names") or []:
        group = root.group(name)
        if group is None:
            raise FileFormatError(f"The HDF5 file '{root.file}' is damaged: it has no group for its layer '{name}'.")
        layer = StoredLayer(name, group)
        if len(layer):
            found.append(layer)
    return found


def stored_own_weights(root: Group) -> StoredLayer | None:
    """The weights of the model itself in a group of weights, where it has any."""
    group = root.group(OWN_WEIGHTS) if OWN_WEIGHTS in root else None
    layer = None if group is None else StoredLayer(OWN_WEIGHTS, group)
    return layer if layer else None


def write_names(group: Any, attribute: str, names: Sequence[str]) -> None:
    """Write a list of names as an attribute of an `h5py.Group`, or as several where one would be too large.

    Raises:
        ValueError: for a name that no attribute can hold.
    """
    encoded = [name.encode() for name in names]
    longest = max(map(len, encoded), default=0)
    if longest > ATTRIBUTE_BYTES:
        raise ValueError(
            f"The name '{names[0][:40]}...' has more than the {ATTRIBUTE_BYTES:,} bytes that HDF5 can hold."
        )
    per_part = ATTRIBUTE_BYTES // longest if longest else 1  # every name takes the room of the longest
    if len(encoded) <= per_part:
        group.attrs[attribute] = np.asarray(encoded)
        return
    for number, start in enumerate(range(0, len(encoded), per_part)):
        group.attrs[f"{attribute}{number}"] = np.asarray(encoded[start : start + per_part])


def write_origin(group: Any, keras_3: bool = False) -> None:
    """Say in an `h5py.Group` which dialect its content has: kernels that correlate, as those of TensorFlow do.

    Args:
        group: the group.
        keras_3: whether activations mean what they do in Keras 3. Defaults to False.
    """
    for attribute, value in {**_ORIGINS["written"], **(_ORIGINS["written_for_keras_3"] if keras_3 else {})}.items():
        group.attrs[attribute] = value.encode()
