"""A layer's call in graphs that read data, as one kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops, random, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import Tensor

    from keras_preprocessing.layers.image.changing import ChangesPictures


class KeyStream(random.SeedGenerator):
    """The keys that a generator gives from one on, for a program that has no variables.

    Args:
        key: the first of them.

    Attributes:
        count: how many were given.
    """

    def __init__(self, key: Tensor) -> None:
        self.key, self.count = key, 0

    def next(self, ordered: bool = True) -> Tensor:
        """The next key."""
        self.count += 1
        return self.key if self.count == 1 else after(self.key, self.count - 1)


def after(key: Tensor, count: int) -> Tensor:
    """The key that a generator gives `count` draws later.

    Args:
        key: a uint32 tensor of shape (2,).
        count: number of the draws.
    """
    return ops.add(key, ops.convert_to_tensor(np.array([0, count], "uint32")))


class FusedCall:
    """What a layer draws and changes in training, as one kernel; its generator moves on outside of it.

    Args:
        layer: the layer.
        named: whether it is called on a dict.
        given: what of the data it changes, by name.
        here: the backend whose graph it is.
    """

    def __init__(self, layer: ChangesPictures, named: bool, given: Mapping[str, Any], here: Any) -> None:
        self._layer, self._named = layer, named
        self._given = tree.map_structure(lambda leaf: 0, given)
        self._fused = here.fused(self._changed)
        self._draws = 0
        self._found: Any = None  # the form of what comes out, known once it was traced, ...
        self._sources: list[int | None] = []  # ... and which argument each part of it is, if it is one

    def __call__(self, generator: random.SeedGenerator, given: Mapping[str, Any]) -> dict[str, Any]:
        leaves = tree.flatten(given)
        key = generator.state.value
        computed = iter(self._fused(key, *leaves))
        if self._draws:
            generator.state.assign(after(key, self._draws))
        parts = [next(computed) if source is None else leaves[source] for source in self._sources]
        found: dict[str, Any] = tree.pack_sequence_as(self._found, parts)
        return found

    def _changed(self, key: Tensor, *leaves: Tensor) -> Sequence[Tensor]:
        stream, given = KeyStream(key), tree.pack_sequence_as(self._given, list(leaves))
        changed = self._layer.changed_at_once(given if self._named else given["images"], True, stream)
        found = changed if self._named else {"images": changed}
        parts = tree.flatten(found)
        places = {id(leaf): place for place, leaf in enumerate(leaves)}
        self._draws, self._found = stream.count, tree.map_structure(lambda leaf: 0, found)
        self._sources = [places.get(id(part)) for part in parts]
        return [part for part, source in zip(parts, self._sources, strict=True) if source is None]
