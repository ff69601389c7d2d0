"""The weights of a model in Keras 2's layout, read and written."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from keras_core import Model

from keras_legacy.hdf5.layout import (
    OWN_WEIGHTS,
    Origin,
    StoredLayer,
    stored_layers,
    stored_own_weights,
    weights_group,
    write_names,
    write_origin,
)
from keras_legacy.hdf5.placement import Target, Unfit, own_target, placed, targets_among, targets_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keras_core import Layer, Variable
    from keras_core.saving import Group

Match = tuple[Target, StoredLayer]


class Receiver(NamedTuple):
    """What weights are read into: layers with weights, weights of the model's own, and what to call it."""

    targets: list[Target]
    own: Target | None
    label: str

    @classmethod
    def of(cls, model: Model) -> Receiver:
        """A model."""
        return cls(targets_of(model), own_target(model), f"model '{model.name}'")

    @classmethod
    def among(cls, layers: Sequence[Layer]) -> Receiver:
        """Layers of no model."""
        return cls(targets_among(layers), None, "the list of layers")


# --- reading --------------------------------------------------------------------------------------


def read_weights(
    model: Model, root: Group, skip_mismatch: bool = False, by_name: bool = False, reshape: bool = False
) -> None:
    """Read the weights of a model from the root group of a file of Keras 2; see `load_weights`.

    Raises:
        ValueError: for weights that do not fit (all are listed); the model is unchanged then.
    """
    group = weights_group(root)
    read_into(Receiver.of(model), group, Origin.of(group, root), skip_mismatch, by_name, reshape)


def read_into(
    receiver: Receiver,
    group: Group,
    origin: Origin,
    skip_mismatch: bool = False,
    by_name: bool = False,
    reshape: bool = False,
) -> None:
    """Read a group of weights into layers.

    Args:
        receiver: the layers.
        group: the group.
        origin: who wrote it.
        skip_mismatch: leave out layers whose weights do not fit, with a warning. Defaults to False.
        by_name: match layers by their names. Defaults to False.
        reshape: reshape arrays of another shape that have as many values. Defaults to False.

    Raises:
        ValueError: for weights that do not fit (all are listed); the layers are unchanged then.
    """
    matches = _named(receiver, group) if by_name else _ordered(receiver, group, origin, reshape)
    problems = _problems(matches, origin, reshape)
    if problems and not skip_mismatch:
        raise ValueError(_listed(f"The weights in '{group.file}' do not fit the model", list(problems.values())))
    if problems:
        warnings.warn(_listed(f"Weights in '{group.file}' that do not fit were left out", list(problems.values())))
    for number, (target, stored) in enumerate(matches):
        if number not in problems:
            for variable, array in placed(target, stored.arrays(), stored.names, origin, reshape):
                variable.assign(array)


def read_all_weights(model: Model, root: Group) -> None:
    """Read all weights of a model that was made from the config in the same file."""
    group = weights_group(root)
    names = {stored.name for stored in stored_layers(group)}
    read_weights(model, root, by_name=bool(names) and names == {target.name for target in targets_of(model)})


def _ordered(receiver: Receiver, group: Group, origin: Origin, reshape: bool) -> list[Match]:
    """Layers and what the file has for them, by their places; by their names if these are the same and places fail."""
    targets, stored = receiver.targets, stored_layers(group)
    if len(targets) != len(stored):
        raise ValueError(
            f"The file '{group.file}' has weights of {len(stored)} layers ({_names(stored)}), and {receiver.label} "
            f"has {len(targets)} layers with weights ({_names(targets)}). To load what has the same name, pass "
            "by_name=True."
        )
    matches = [*zip(targets, stored, strict=True), *_own(receiver, group)]
    if {one.name for one in targets} == {one.name for one in stored} and _problems(matches, origin, reshape):
        named = _named(receiver, group)
        if not _problems(named, origin, reshape):
            return named
    return matches


def _named(receiver: Receiver, group: Group) -> list[Match]:
    by_name: dict[str, list[Target]] = {}
    for target in receiver.targets:
        by_name.setdefault(target.name, []).append(target)
    stored = stored_layers(group)
    by_name.update(_renamed(by_name, stored))
    found = [(target, one) for one in stored for target in by_name.get(one.name, ())]
    if not found and stored and by_name:
        warnings.warn(
            f"No layer of {receiver.label} ({_names(receiver.targets)}) has a name that the file "
            f"'{group.file}' has weights for ({_names(stored)}): nothing was loaded."
        )
    return [*found, *_own(receiver, group)]


def _renamed(by_name: dict[str, list[Target]], stored: Sequence[StoredLayer]) -> dict[str, list[Target]]:
    """By names that are in the file alone: the layers that are called so since names may have no slash.

    Keras 3 took `/` out of names, and with it capitals and `BatchNorm`, which MobileNetV3 has from scopes of TF-Slim.
    """
    taken = {one.name for one in stored}
    today: dict[str, list[str]] = {}
    for name in by_name:
        if name not in taken:
            today.setdefault(_plain(name), []).append(name)
    old: dict[str, list[str]] = {}
    for name in taken - set(by_name):
        old.setdefault(_plain(name), []).append(name)
    pairs = [(names, today.get(plain, ())) for plain, names in old.items()]
    return {names[0]: by_name[new[0]] for names, new in pairs if len(names) == len(new) == 1}


def _plain(name: str) -> str:
    return name.replace("/", "_").lower().replace("batchnorm", "bn")


def _own(receiver: Receiver, group: Group) -> list[Match]:
    if receiver.own is None:
        return []
    stored = stored_own_weights(group)
    return [(receiver.own, stored)] if stored is not None else []


def _problems(matches: Sequence[Match], origin: Origin, reshape: bool) -> dict[int, str]:
    """Why matches do not fit, by their numbers; found by shapes, without reading arrays."""
    found = {}
    for number, (target, stored) in enumerate(matches):
        empty = [np.broadcast_to(np.float32(0), shape) for shape in stored.shapes()]
        try:
            placed(target, empty, stored.names, origin, reshape)
        except Unfit as error:
            found[number] = str(error)
    return found


def _names(items: Sequence[Target] | Sequence[StoredLayer]) -> str:
    names = [item.name for item in items]
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")


def _listed(title: str, errors: list[str]) -> str:
    return f"{title}: {errors[0]}." if len(errors) == 1 else "\n  ".join([f"{title}:", *errors])


# --- writing --------------------------------------------------------------------------------------


def write_file(model: Model, path: Path) -> None:
    """Write a new file of weights."""
    import h5py

    with h5py.File(path, "w", locking=False) as file:
        write_weights(model, file)


def write_weights(model: Model, group: Any) -> None:
    """Write the weights of a model into an open `h5py.Group`."""
    write_layers(model.layers, group)
    own = own_target(model)
    if own is not None:
        variables = own.units[0].variables
        _write_variables(group.create_group(OWN_WEIGHTS), variables, "")


def write_layers(layers: Sequence[Layer], group: Any) -> None:
    """Write the weights of layers into an open `h5py.Group`."""
    write_names(group, "layer_names", [layer.name for layer in layers])
    write_origin(group)
    for layer in layers:
        around = f"{layer.path}/" if isinstance(layer, Model) else layer.path.removesuffix(layer.name)
        _write_variables(group.create_group(layer.name), _in_file_order(layer), around)


def _in_file_order(layer: Layer) -> list[Variable]:
    """Trained weights first."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _write_variables(group: Any, variables: Sequence[Variable], around: str) -> None:
    """Write variables by their paths, without `around`, the path of what is around their layer."""
    names: list[str] = []
    for variable in variables:
        names.append(_free_name(str(variable.path).removeprefix(around), names))
        array = variable.numpy()
        group[names[-1]] = array.astype("float32") if array.dtype.name == "bfloat16" else array
    write_names(group, "weight_names", names)


def _free_name(path: str, taken: Sequence[str]) -> str:
    """The name of a variable in the file, its owner's numbered where another one has it."""
    owner, slash, own = path.rpartition("/")
    name, number = f"{owner}{slash}{own}:0", 0
    while name in taken:
        number += 1
        name = f"{owner}_{number}{slash or '_'}{own}:0"
    return name
