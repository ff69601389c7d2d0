"""The state of an optimizer in Keras 2's files, read and written.

Until tf.keras 2.10 the slots of one kind of all variables followed each other; since then, and here, all slots of one
variable do. Learning rates were not stored.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_legacy.hdf5.layout import Origin, StoredLayer, write_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import Model, Variable
    from keras_core.optimizers import Optimizer
    from keras_core.saving import Group

GROUP = "optimizer_weights"
_COUNTERS = ("iteration", "iterations", "iter")
_OF_SCALING = ("step_counter", "dynamic_scale")
"""What upstream Keras 3 writes of a LossScaleOptimizer, besides its number of steps, before the inner optimizer's."""
_NOT_SLOTS = ("learning_rate", "decay", "momentum_cache", "m_schedule", *_OF_SCALING)


class UnfitState(ValueError):
    """State that does not fit an optimizer; the message says why."""


def read_state(model: Model, root: Group, origin: Origin) -> None:
    """Give a compiled model's optimizer the state in a file, where there is any.

    Raises:
        UnfitState: when it does not fit; the optimizer is unchanged then.
    """
    group = root.group(GROUP) if GROUP in root else None
    if group is None or model.optimizer is None:
        return
    optimizer = _inner(model.optimizer)
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    stored = StoredLayer(GROUP, group)
    names = [_last_part(name) for name in stored.names]
    named = list(zip(names, stored.arrays(), strict=True))
    steps = [array for name, array in named if _counts(name, array)]
    slots = [array for name, array in named if not (_counts(name, array) or name in _NOT_SLOTS)]
    old = origin.version < (2, 11) or "iter" in names
    pairs = _matched(optimizer, model.trainable_variables, slots, old)
    for variable, array in pairs:
        variable.assign(array)
    if steps:
        optimizer.variables_before_build()[0].assign(np.asarray(steps[-1], "int64"))
    for name, array in named:
        if name in _OF_SCALING and optimizer is not model.optimizer:
            getattr(model.optimizer, name).assign(array)
    _set_what_follows(optimizer, model.trainable_variables)


def _set_what_follows(optimizer: Optimizer, variables: Sequence[Variable]) -> None:
    """Let an optimizer compute the state that files do not have from the number of steps, if it can."""
    slots = {id(slot) for kind in slots_by_kind(optimizer, variables).values() for slot in kind}
    kept = [*optimizer.variables_before_build(), *(slot for slot in _slots(optimizer) if id(slot) in slots)]
    if len(kept) < len(optimizer.variables):
        with suppress(ValueError):  # of an optimizer that cannot
            optimizer.load_own_variables({str(index): variable.numpy() for index, variable in enumerate(kept)})


def _inner(optimizer: Optimizer) -> Optimizer:
    """The optimizer, or what scales the loss around it."""
    inner: Optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    return inner


def _last_part(name: str) -> str:
    return name.rpartition("/")[2].partition(":")[0]


def _counts(name: str, array: np.ndarray) -> bool:
    return array.ndim == 0 and name not in _OF_SCALING and (name in _COUNTERS or array.dtype.kind in "iu")


def _matched(
    optimizer: Optimizer, variables: Sequence[Variable], arrays: list[np.ndarray], old: bool
) -> list[tuple[Variable, np.ndarray]]:
    """Slots and their arrays."""
    kinds = slots_by_kind(optimizer, variables)
    today = [slot for slot in _slots(optimizer) if any(slot is one for kind in kinds.values() for one in kind)]
    by_kind = [slot for kind in kinds.values() for slot in kind]
    rest = arrays[len(today) :]
    if rest and all(array.shape == (1,) for array in rest):  # what Keras 2 wrote for slots that are not used
        arrays = arrays[: len(today)]
    if not today and [array.shape for array in arrays] == [one.shape for one in variables]:
        return []  # SGD since tf.keras 2.11 has momenta that it does not use
    for order in (by_kind, today) if old else (today, by_kind):
        if [array.shape for array in arrays] == [tuple(slot.shape) for slot in order]:
            return list(zip(order, arrays, strict=True))
    raise UnfitState(
        f"The state of optimizer '{optimizer.name}' in the file does not fit the model and was left out: it has "
        f"{len(arrays)} arrays, and the optimizer {len(today)} ({', '.join(kinds) or 'none'} of {len(variables)} "
        "variables)."
    )


def _slots(optimizer: Optimizer) -> list[Variable]:
    return list(optimizer.variables[len(optimizer.variables_before_build()) :])


def slots_by_kind(optimizer: Optimizer, variables: Sequence[Variable]) -> dict[str, list[Variable]]:
    """The slots of an optimizer that belong to variables: those of each kind, in the order of the variables."""
    starts = [f"{variable.path.replace('/', '_')}_" for variable in variables]
    found: dict[str, dict[int, Variable]] = {}
    for slot in _slots(optimizer):
        fitting = [start for start in starts if slot.name.startswith(start)]
        if not fitting:
            continue
        start = max(fitting, key=len)
        kind = found.setdefault(slot.name.removeprefix(start), {})
        free = (index for index, one in enumerate(starts) if one == start and index not in kind)
        index = next(free, None)
        if index is not None:
            kind[index] = slot
    return {name: [kind[index] for index in sorted(kind)] for name, kind in found.items()}


def write_state(model: Model, file: Any) -> None:
    """Write the state of a model's optimizer into an open `h5py.Group`."""
    if model.optimizer is None or not model.optimizer.built:
        return
    optimizer = _inner(model.optimizer)
    group = file.create_group(GROUP)
    kinds = slots_by_kind(optimizer, model.trainable_variables)
    labels = {
        id(slot): f"{optimizer.name}/{kind}/{variable.path}"
        for kind, slots in kinds.items()
        for slot, variable in zip(slots, model.trainable_variables, strict=True)
    }
    names: list[str] = []
    written = [(optimizer.variables_before_build()[0], "iteration")]
    written += [(slot, labels[id(slot)]) for slot in _slots(optimizer) if id(slot) in labels]
    for variable, label in written:
        name, number = f"{label}:0", 0
        while name in names:
            number += 1
            name = f"{label}_{number}:0"
        names.append(name)
        group[name] = variable.numpy()
    write_names(group, "weight_names", names)
