"""Weights that belong to no model, to be saved like those of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np

    from keras_core.typing import WeightStore


class LooseWeights:
    """Arrays by the paths of `.weights.h5`, which `save_weights` takes in place of a model.

    Formats of Keras 2 cannot hold them, as they say nothing of layers.

    Args:
        objects: path of an object, such as ``"layers/dense"``, → its arrays by name ("0", "1").
        labels: path of an object → the name of its layer. Defaults to None.

    Example:
        >>> import io
        >>> import numpy as np
        >>> from keras_core.saving import LooseWeights, file_content, save_weights
        >>> file = io.BytesIO()
        >>> save_weights(LooseWeights({"layers/dense": {"0": np.zeros((2, 3))}}), file)
        >>> with file_content(file.getvalue()) as content:
        ...     print([(array.path, array.shape) for array in content.arrays()])
        [('layers/dense/vars/0', (2, 3))]
    """

    name = "loose weights"
    built = True

    def __init__(
        self, objects: Mapping[str, Mapping[str, np.ndarray]], labels: Mapping[str, str] | None = None
    ) -> None:
        self._objects = objects
        self._labels = labels or {}

    def savable_objects(self) -> Iterator[tuple[str, str | None, LooseObject]]:
        """The path of each object's arrays, the name of its layer, and the object."""
        for path, arrays in self._objects.items():
            yield f"{path}/vars".lstrip("/"), self._labels.get(path), LooseObject(arrays)


class LooseObject:
    """An object of which only the arrays are known.

    Args:
        arrays: its arrays by name.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._arrays = arrays

    def save_own_variables(self, store: WeightStore) -> None:
        """Put the arrays into a mapping."""
        for name, array in self._arrays.items():
            store[name] = array
