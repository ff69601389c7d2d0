"""Weights in HDF5: `.weights.h5` files and the weights inside a `.keras` archive.

The layout is Keras 3's. Every object with state has a group `<path>/vars` with arrays "0", "1", ...;
the path is made of attribute names, and of class names in lists (`layers/dense_1`). Attributes are
visited in the order of their names, private ones last, and each object once. Beyond Keras 3, seed
generators are saved in the same way, so that random state comes back.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from keras_core.layers.weights import in_file_order
from keras_core.naming import snake_case
from keras_core.random.seed_generator import SeedGenerator
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.loose_weights import LooseWeights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.array_tree import ArrayTree
    from keras_core.saving.hdf5_group import Group
    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import PathLike, WeightStore

    Stored: TypeAlias = Group | ArrayTree  # a group of arrays in a file

# --- what has state, and where --------------------------------------------------------------------


def stateful_objects(root: object) -> list[tuple[str, Any]]:
    """Pairs of path and object for everything below `root` (itself included) that has state."""
    return list(_visit(root, "", {}))


def _visit(item: Any, path: str, seen: dict[int, Any]) -> Iterator[tuple[str, Any]]:
    """Pairs of path and object, but for what was seen: by identity, and kept, so that no other gets the same one."""
    if id(item) in seen:
        return
    if isinstance(item, (list, tuple, dict)):
        seen[id(item)] = item
        yield from _visit_container(item, path, seen)
    elif _has_state(item):
        seen[id(item)] = item
        yield path, item
        if not isinstance(item, SeedGenerator):
            for name, value in _attributes(item):
                yield from _visit(value, f"{path}/{name}" if path else name, seen)


def _visit_container(items: Any, path: str, seen: dict[int, Any]) -> Iterator[tuple[str, Any]]:
    used: dict[str, int] = {}
    for item in list(items.values()) if isinstance(items, dict) else items:
        if not isinstance(item, (list, tuple, dict)) and not _has_state(item):
            continue
        nested = isinstance(item, (list, tuple, dict))
        name = "container" if nested else snake_case(type(item).__name__)
        number = used.get(name, -1) + 1
        used[name] = number
        yield from _visit(item, f"{path}/{name}_{number}" if number else f"{path}/{name}", seen)


def _has_state(item: Any) -> bool:
    return isinstance(item, SeedGenerator) or (
        not isinstance(item, type) and hasattr(item, "save_own_variables") and hasattr(item, "load_own_variables")
    )


def _attributes(item: Any) -> list[tuple[str, Any]]:
    """What the attributes of an object hold, in the order of the file; layers and models say it themselves."""
    if hasattr(item, "_stateful_attributes"):
        return list(item._stateful_attributes())
    skipped: frozenset[str] = getattr(item, "_untracked", frozenset())
    return in_file_order({name: value for name, value in vars(item).items() if name not in skipped})


# --- writing --------------------------------------------------------------------------------------


def show_averages(model: Any) -> None:
    """Let a model have the weights that are to be used and saved, where it trains others.

    Args:
        model: the model, or what else has weights.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and getattr(optimizer, "swaps_weights", False):
        optimizer.swap_to_eval()


def write_file(model: SavableModel | LooseWeights, path: PathLike) -> None:
    """Write a new `.weights.h5` file."""
    import h5py

    with h5py.File(path, "w", locking=False) as file:
        write_weights(model, file)


def write_weights(model: SavableModel | LooseWeights, file: Any, optimizer: bool = True) -> None:
    """Write the weights of a model into an open `h5py.File`."""
    for path, label, item in savable_objects(model, optimizer):
        group = file.create_group(path)
        if label is not None:
            group.attrs["name"] = label
        put_arrays(item, array_writer(group))


def savable_objects(
    model: SavableModel | LooseWeights, optimizer: bool = True
) -> Iterator[tuple[str, str | None, Any]]:
    """What has state in a model, in the order of files: the path of its arrays, its name if it has one, and itself.

    Args:
        model: the model.
        optimizer: whether the optimizer is among them. Defaults to True.
    """
    if isinstance(model, LooseWeights):
        yield from model.savable_objects()
        return
    for path, item in stateful_objects(model):
        if optimizer or path.split("/")[0] != "optimizer":
            name = getattr(item, "name", None)
            yield f"{path}/vars" if path else "vars", name if isinstance(name, str) else None, item


def put_arrays(item: Any, store: WeightStore) -> None:
    """Put the arrays of an object with state into a mapping, by their names in files.

    Args:
        item: the object, as `savable_objects` gives it.
        store: the mapping.
    """
    if isinstance(item, SeedGenerator):
        store["0"] = item.state.numpy()
    else:
        item.save_own_variables(store)


def array_writer(group: Any) -> WeightStore:
    """The mapping by which arrays are put into an `h5py.Group`, those of bfloat16 in the form that is read again."""
    return _Writer(group)


@functools.cache
def _array_options() -> Any:
    """How arrays are created: without the time, so that files of the same arrays are the same."""
    from h5py import h5p

    options = h5p.create(h5p.DATASET_CREATE)
    options.set_obj_track_times(False)
    return options


def _create_array(group: Any, name: str, array: np.ndarray) -> None:
    """Write an array of numbers as `group[name] = array` does, in half the time for small ones."""
    from h5py import h5d, h5s, h5t

    kind, space = h5t.py_create(array.dtype, logical=True), h5s.create_simple(array.shape)
    made = h5d.create(group.id, name.encode(), kind, space, dcpl=_array_options())
    made.write(h5s.ALL, h5s.ALL, np.require(array, requirements="C"))


class _Writer:
    """The mapping that `save_own_variables` fills: name → array or Variable."""

    def __init__(self, group: Any) -> None:
        self._group = group

    def __setitem__(self, name: str, value: Any) -> None:
        array = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
        if array.dtype.kind in "biufc" and "/" not in name:
            _create_array(self._group, name, array)
        elif array.dtype.name == "bfloat16":
            self._group[name] = array.view("V2")
            self._group[name].attrs["dtype"] = "bfloat16"
        else:
            self._group[name] = array

    def __len__(self) -> int:
        return len(self._group)

    def __contains__(self, name: str) -> bool:
        return name in self._group

    def keys(self) -> list[str]:
        return list(self._group)


# --- reading --------------------------------------------------------------------------------------


def read_weights(
    model: SavableModel,
    root: Stored,
    skip_mismatch: bool = False,
    by_name: bool = False,
    reshape: bool = False,
) -> None:
    """Read the weights of a model from the root group of an open file; see `load_weights`.

    Args:
        model: the model.
        root: the arrays of the file, by the paths of `.weights.h5`.
        skip_mismatch: leave out layers whose weights do not fit, with a warning. Defaults to False.
        by_name: match layers by their names. Defaults to False.
        reshape: accepted by formats of Keras 2 alone. Defaults to False.

    Raises:
        ValueError: for weights that do not fit; the model is unchanged then.
    """
    if reshape:
        raise ValueError(f"reshape=True is for files of Keras 2; '{root.file}' has the layout of Keras 3.")
    _build_optimizer(model)
    targets = _named_targets(model, root) if by_name else _placed_targets(model, root)
    errors = [error for error in (_mismatch(item, store) for item, store in targets) if error]
    if errors and not skip_mismatch:
        raise ValueError(_listed(f"The weights in '{root.file}' do not fit the model", errors))
    skipped: list[str] = []
    for item, store in targets:
        is_optimizer = hasattr(item, "apply_gradients")
        try:
            _load(item, store)
        except (ValueError, KeyError) as error:
            if not (skip_mismatch or is_optimizer) or isinstance(error, FileFormatError):
                raise
            if is_optimizer:
                warnings.warn(f"The optimizer's state in '{root.file}' does not fit and was left out: {error}")
            else:
                skipped.append(str(error))
    if skipped:
        warnings.warn(_listed(f"Weights in '{root.file}' that do not fit were left out", skipped))
    if not by_name:
        _warn_of_rest(model, root)


def _placed_targets(model: Any, root: Stored) -> list[tuple[Any, Any]]:
    return [(item, _store(root, path)) for path, item in stateful_objects(model)]


def _store(root: Stored, path: str) -> Stored | dict[str, Any]:
    """The arrays of the object at a path; Keras 2.13's name of the list of layers is known too."""
    found = root.group(f"{path}/vars")
    if found is None and "_layer_checkpoint_dependencies" in root:
        old = path.replace("layers", "_layer_checkpoint_dependencies")
        found = root.group(f"{old}/vars")
    return {} if found is None else found


def _named_targets(model: Any, root: Stored) -> list[tuple[Any, Any]]:
    by_name: dict[str, Stored] = {}
    for _, group in var_groups(root):
        label = group.label()
        if label is not None and len(group):
            by_name.setdefault(label, group)
    layers = [(layer, by_name.get(layer.name)) for layer in model._flatten_layers()]
    return [(layer, group) for layer, group in layers if group is not None]


def _mismatch(item: Any, store: Any) -> str | None:
    """Why the arrays in the file do not fit an object that can say so."""
    why: str | None = item._why_unfit(store) if hasattr(item, "_why_unfit") else None
    return why


def _load(item: Any, store: Any) -> None:
    if isinstance(item, SeedGenerator):
        if "0" in store and store.shape("0") == item.state.shape:
            item.state.assign(store["0"])
    elif len(store) or hasattr(item, "_why_unfit"):  # a layer also says that it misses weights
        item.load_own_variables(store)


def _build_optimizer(model: Any) -> None:
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and not getattr(optimizer, "built", True):
        optimizer.build(model.trainable_variables)


def var_groups(root: Stored) -> Iterator[tuple[str, Stored]]:
    """All groups of arrays in the file with their paths, each once."""
    seen: set[int] = set()
    stack: list[tuple[str, Stored]] = [("", root)]
    while stack:
        path, group = stack.pop()
        if group.address() in seen:
            continue
        seen.add(group.address())
        for name, below in group.groups():
            if name == "vars":
                yield path, below
            else:
                stack.append((f"{path}/{name}" if path else name, below))


def _warn_of_rest(model: Any, root: Stored) -> None:
    known = {path for path, _ in stateful_objects(model)} | {"optimizer"}
    known |= {path.replace("layers", "_layer_checkpoint_dependencies") for path in known}
    rest = [path for path, group in var_groups(root) if len(group) and path not in known]
    rest = [p for p in rest if not p.endswith("seed_generator")]
    rest = [p for p in rest if not p.startswith("metrics/")]  # Keras 2 writes what metrics have counted
    if getattr(model, "optimizer", None) is None:
        rest = [p for p in rest if "optimizer" not in p.split("/")]
    if rest:
        warnings.warn(
            f"The file '{root.file}' also has weights that model '{model.name}' has no place for: "
            f"{', '.join(sorted(rest)[:10])}{' ...' if len(rest) > 10 else ''}. Is it another model's?"
        )


def _listed(title: str, errors: list[str]) -> str:
    if len(errors) == 1:
        return f"{title}: {errors[0]}."
    return f"{title}:\n" + "\n".join(f"  {error}" for error in errors)
