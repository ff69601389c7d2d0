"""Compiled programs for pictures whose shapes come again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from keras_core import KerasTensor, Staged, active_trace, backend, dtypes, tree

from keras_preprocessing.layers.image.fused_call import FusedCall

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from keras_core.random import SeedGenerator
    from keras_core.typing import Tensor

    from keras_preprocessing.layers.image.changing import ChangesPictures

CHANGED = ("images", "bounding_boxes", "labels", "segmentation_masks")
"""What of a dict belongs to the pictures, in the order in which it is changed."""

_CALLS = 2
"""Calls of one kind that run op by op before it is compiled, which takes as long as 10 to 300 of them (measured)."""

_KINDS = 8
"""Kinds of calls that a layer compiles; pictures of every size would have it compile for ever."""

_REMEMBERED = 256
"""Kinds that are counted; then counting begins again."""

_LEAST = 2**14
"""Values in a batch below which most calls take under a millisecond op by op, so that compiling would not pay soon."""

_USUAL_BATCH = 32
"""How many pictures a batch has whose size is not known."""


class Programs:
    """What a layer draws, and what it does with pictures, as compiled programs.

    Numbers in hand are drawn and changed op by op at first, and by programs when pictures of the same shapes come for
    the third time. In a graph of a backend that fuses, pictures of known sizes are drawn for and changed by one kernel.
    """

    def __init__(self) -> None:
        self._programs: dict[Hashable, Callable[..., Any]] = {}
        self._fused: dict[Hashable, Callable[..., Any]] = {}
        self._calls: dict[Hashable, int] = {}

    def __reduce__(self) -> tuple[type[Programs], tuple[()]]:
        return Programs, ()  # a copy of a layer compiles its own

    def call(self, layer: ChangesPictures, data: Any, training: bool, generator: SeedGenerator | None = None) -> Any:
        """``layer.changed_at_once(data, training)``, as one program where numbers are in hand or a graph draws.

        Args:
            layer: whose programs they are.
            data: what it is called on.
            training: whether the layer trains.
            generator: what it draws from; None where it draws nothing. Defaults to None.
        """
        here, given = backend.active(), _given(data)
        if generator is not None and _is_graph_of_data(here, given):
            fused = self._fused_call(layer, isinstance(data, Mapping), given, here)
            if fused is not None:
                found = fused(generator, given)
                return {**data, **found} if isinstance(data, Mapping) else found["images"]
        pictures = given.get("images")
        if here.name != layer.backend_name or not _in_hand(here, pictures) or _values(here.shape(pictures)) < _LEAST:
            return layer.changed_at_once(data, training)
        leaves = tree.flatten(given)
        if not all(here.is_tensor(leaf) and here.is_concrete(leaf) for leaf in leaves):
            return layer.changed_at_once(data, training)
        named = isinstance(data, Mapping)
        kinds = tuple((tuple(here.shape(leaf)), here.dtype(leaf)) for leaf in leaves)
        key = ("call", named, training, tuple(given), kinds, layer.state_version())

        def called(given: dict[str, Any]) -> Any:
            return layer.changed_at_once(given if named else given["images"], training)

        program = self._found(key, lambda: Staged(called, lambda: layer.variables, here))
        if program is None:
            return layer.changed_at_once(data, training)
        return {**data, **program(given)} if named else program(given)

    def draw(self, layer: ChangesPictures, data: Any) -> Any:
        """``layer.get_random_transformation(data)``, of which only the shape of the pictures matters.

        Args:
            layer: whose programs they are.
            data: what it is called on.
        """
        pictures = data["images"] if isinstance(data, Mapping) else data
        here, shape = backend.active(), layer.images_shape(data)
        if here.name != layer.backend_name or not _in_hand(here, pictures) or _values(shape) < _LEAST:
            return layer.get_random_transformation(data, training=True)
        key = ("draw", shape, isinstance(data, Mapping), layer.state_version())
        program = self._found(key, lambda: _draws(layer, shape, isinstance(data, Mapping), here))
        return program() if program else layer.get_random_transformation(data, training=True)

    def change(self, layer: ChangesPictures, transform: str, value: Any, transformation: Any, training: bool) -> Any:
        """``getattr(layer, transform)(value, transformation=transformation, training=training)``.

        Args:
            layer: whose programs they are.
            transform: name of a method that changes pictures or masks, and reads no variables.
            value: the pictures or masks.
            transformation: what was drawn.
            training: whether the layer trains.
        """
        here = backend.active()
        shape = tuple(here.shape(value)) if here.is_tensor(value) else ()
        if _values(shape) < _LEAST or here.is_recording():
            return getattr(layer, transform)(value, transformation=transformation, training=training)
        tensors, form = _parted(transformation, here)

        def changed(value: Tensor, *drawn: Tensor) -> Tensor:
            return getattr(layer, transform)(value, transformation=_whole(form, drawn), training=training)

        fuses = isinstance(here, backend.Fuses)
        kinds = tuple((tuple(here.shape(one)), here.dtype(one)) for one in (value, *tensors))
        key = (here.name, transform, training, repr(form), kinds, layer.state_version())
        if _in_hand(here, value):
            program = self._found(("hand", *key), lambda: Staged(changed, (), here, jit=True if fuses else None))
            return (program or changed)(value, *tensors)
        if not isinstance(here, backend.Fuses) or here.is_concrete(value):
            return changed(value, *tensors)
        fused = self._fused.get(key)
        if fused is None:
            if len(self._fused) >= _KINDS:
                return changed(value, *tensors)
            fused = self._fused[key] = here.fused(lambda *given: [changed(*given)])
        return fused(value, *tensors)[0]

    def _fused_call(self, layer: ChangesPictures, named: bool, given: dict[str, Any], here: Any) -> FusedCall | None:
        """The kernel for a kind of call in graphs; None where there are too many already."""
        kinds = tuple((tuple(here.shape(leaf)), here.dtype(leaf)) for leaf in tree.flatten(given))
        key = ("call", here.name, named, _form(given), kinds, layer.state_version())
        found = self._fused.get(key)
        if found is None and len(self._fused) < _KINDS:
            found = self._fused[key] = FusedCall(layer, named, given, here)
        return cast("FusedCall | None", found)

    def _found(self, key: Hashable, make: Callable[[], Callable[..., Any]]) -> Callable[..., Any] | None:
        """The program for a kind of call, once there were some."""
        program = self._programs.get(key)
        if program is None:
            if len(self._calls) > _REMEMBERED:
                self._calls.clear()
            calls = self._calls[key] = self._calls.get(key, 0) + 1
            if calls > _CALLS and len(self._programs) < _KINDS:
                program = self._programs[key] = make()
        return program


def _given(data: Any) -> dict[str, Any]:
    """What a layer changes of the data, by name."""
    return {name: data[name] for name in CHANGED if name in data} if isinstance(data, Mapping) else {"images": data}


def _draws(layer: ChangesPictures, shape: tuple[Any, ...], named: bool, here: Any) -> Callable[[], Any]:
    """What a layer draws for pictures of a shape, as a program of no arguments."""
    form: list[Any] = []

    def drawn() -> list[Tensor]:
        pictures = KerasTensor(shape)
        found = layer.get_random_transformation({"images": pictures} if named else pictures, training=True)
        tensors, form[:] = _parted(found, here)
        return tensors

    program = Staged(drawn, lambda: layer.variables, here)

    def transformation() -> Any:
        tensors = program()
        return _whole(form, tensors)

    return transformation


def _in_hand(here: Any, tensor: Any) -> bool:
    """Whether a call gains from programs that are compiled now."""
    whole = {"compiles", "eager"} <= here.capabilities and active_trace() is None and not here.is_recording()
    return whole and (type(tensor) is np.ndarray or bool(here.is_tensor(tensor) and here.is_concrete(tensor)))


def _is_graph_of_data(here: Any, given: dict[str, Any]) -> bool:
    """Whether a graph that reads data computes what is given, numbers of sizes that are known but for the batch's."""
    fuses = isinstance(here, backend.Fuses)
    if not fuses or active_trace() is not None or here.is_recording():
        return False
    leaves = tree.flatten(given)
    if "images" not in given or not all(here.is_tensor(leaf) and not here.is_concrete(leaf) for leaf in leaves):
        return False
    if not all(any(is_kind(here.dtype(leaf)) for is_kind in _NUMBERS) for leaf in leaves):
        return False
    shapes = [here.shape(leaf) for leaf in leaves]
    return all(None not in shape[1:] for shape in shapes) and _values(here.shape(given["images"])) >= _LEAST


_NUMBERS = (dtypes.is_float, dtypes.is_int, dtypes.is_bool)


def _form(given: Any) -> str:
    """How data are nested."""
    return repr(tree.map_structure(lambda leaf: 0, given))


def _values(shape: Sequence[Any]) -> int:
    """How many numbers there are in pictures of a shape; 0 where that is not known."""
    if None in shape[1:]:
        return 0
    count = 1
    for size in shape:
        count *= _USUAL_BATCH if size is None else size
    return count


def _parted(transformation: Any, here: Any) -> tuple[list[Tensor], list[Any]]:
    """The tensors of a transformation, and the rest of it."""
    leaves = tree.flatten(transformation)
    holes = [here.is_tensor(leaf) for leaf in leaves]
    rest = [None if hole else leaf for leaf, hole in zip(leaves, holes, strict=True)]
    tensors = [leaf for leaf, hole in zip(leaves, holes, strict=True) if hole]
    return tensors, [tree.map_structure(lambda leaf: 0, transformation), holes, rest]


def _whole(form: Sequence[Any], tensors: Sequence[Tensor]) -> Any:
    """The transformation of which `_parted` made tensors and a form."""
    structure, holes, rest = form
    given = iter(tensors)
    leaves = [next(given) if hole else leaf for hole, leaf in zip(holes, rest, strict=True)]
    return tree.pack_sequence_as(structure, leaves)
