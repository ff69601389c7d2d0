"""Which of a layer's variables each array of a file belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keras_legacy.hdf5.conversion import converted, stored_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from keras_core import Layer, Model, Variable

    from keras_legacy.hdf5.layout import Origin

Pairs = list[tuple["Variable", "np.ndarray"]]


class Unit(NamedTuple):
    """A layer with the weights that it holds itself, apart from those of layers in it."""

    layer: Layer
    variables: list[Variable]


class Unfit(ValueError):
    """Arrays that do not fit a layer; the message says why."""


def units_of(layer: Layer) -> list[Unit]:
    """A layer and the layers in it that hold weights themselves, in Keras's order."""
    seen: set[int] = set()
    found = []
    for one in layer.flatten_layers():
        below = {id(v) for inner in one.flatten_layers(include_self=False) for v in inner.weights} | seen
        own = [v for v in one.weights if id(v) not in below]
        seen.update(map(id, own))
        if own:
            found.append(Unit(one, own))
    return found


class Target:
    """What a file has weights for: a layer with all in it, or a model's own weights.

    Args:
        name: what to call it.
        layer: the layer.
        units: what holds the weights; everything in the layer by default.
    """

    def __init__(self, name: str, layer: Layer, units: list[Unit] | None = None) -> None:
        self.name = name
        self.units = units_of(layer) if units is None else units
        self.trained = {id(v) for v in layer.trainable_weights}


def targets_of(model: Model) -> list[Target]:
    """The layers of a model that have weights."""
    return targets_among(model.layers)


def targets_among(layers: Iterable[Layer]) -> list[Target]:
    """The layers that have weights."""
    found = (Target(layer.name, layer) for layer in layers)
    return [target for target in found if target.units]


def own_target(model: Model) -> Target | None:
    """The weights that a model holds itself, apart from those of its layers; None where there are none."""
    first = next(iter(units_of(model)), None)
    return Target(model.name, model, [first]) if first is not None and first.layer is model else None


def placed(target: Target, arrays: list[np.ndarray], names: list[str], origin: Origin, reshape: bool) -> Pairs:
    """Pairs of variable and array of one layer.

    Keras 2 wrote the trained weights of a layer and of all in it before the others. A frozen one's came layer by layer
    in tf.keras, and as if it were not frozen in other releases. Where several of these orders fit, names decide.

    Args:
        target: the layer.
        arrays: the arrays of the file.
        names: their names in the file.
        origin: who wrote the file.
        reshape: whether arrays of another shape that have as many values are reshaped.

    Raises:
        Unfit: when no order fits.
    """
    orders: list[Callable[[Variable], bool]] = [
        lambda variable: id(variable) in target.trained,
        lambda variable: bool(variable.trainable),
        lambda variable: True,
    ]
    best: Pairs | None = None
    most, first_error = -1, None
    for is_first in orders:
        try:
            pairs, agreeing = _in_order(target, arrays, names, origin, reshape, is_first)
        except Unfit as error:
            first_error = first_error or error
            continue
        if agreeing > most:
            best, most = pairs, agreeing
    if best is None:
        assert first_error is not None
        raise first_error
    return best


def _in_order(
    target: Target,
    arrays: list[np.ndarray],
    names: list[str],
    origin: Origin,
    reshape: bool,
    is_first: Callable[[Variable], bool],
) -> tuple[Pairs, int]:
    """The pairs, if trained weights come first and these are those, and how many names agree."""
    units = [Unit(one.layer, sorted(one.variables, key=lambda v: not is_first(v))) for one in target.units]
    taken: list[list[int]] = [[] for _ in units]
    position = 0
    for section in (True, False):
        for unit, places in zip(units, taken, strict=True):
            count = sum(is_first(v) is section for v in unit.variables)
            whole = count == len(unit.variables)
            count = stored_count(unit.layer, count, origin) if whole else count
            places.extend(range(position, position + count))
            position += count
    if position != len(arrays):
        listed = ", ".join(f"{v.name} {v.shape}" for unit in units for v in unit.variables)
        raise Unfit(f"layer '{target.name}' has {position} weights ({listed}), the file has {len(arrays)} for it")
    pairs: Pairs = []
    agreeing = 0
    for unit, places in zip(units, taken, strict=True):
        pairs += _fitted(unit, target.name, [arrays[i] for i in places], origin, reshape)
        if len(places) == len(unit.variables):
            agreeing += sum(_last_part(names[i]) == v.name for i, v in zip(places, unit.variables, strict=True))
    return pairs, agreeing


def _fitted(unit: Unit, name: str, arrays: list[np.ndarray], origin: Origin, reshape: bool) -> Pairs:
    shapes = [v.shape for v in unit.variables]
    try:
        arrays = converted(unit.layer, shapes, arrays, origin, reshape)
    except ValueError as error:
        raise Unfit(f"layer '{name}': {error}") from error
    for variable, array in zip(unit.variables, arrays, strict=True):
        if tuple(array.shape) != tuple(variable.shape):
            raise Unfit(f"layer '{name}': {variable.path} has shape {variable.shape}, the file {array.shape}")
    return list(zip(unit.variables, arrays, strict=True))


def _last_part(name: str) -> str:
    return name.rpartition("/")[2].partition(":")[0]
