"""Whole models in Keras 2's HDF5 files, read and written."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keras_core import losses
from keras_core.saving import (
    FileContent,
    FileFormatError,
    compile_loaded,
    model_from_config,
    parse_json,
    serialize_keras_object,
)

from keras_legacy.hdf5.downgrade import downgraded, downgraded_model, needs_keras_3
from keras_legacy.hdf5.layout import Origin, write_origin
from keras_legacy.hdf5.optimizer_state import UnfitState, read_state, write_state
from keras_legacy.hdf5.upgrade import upgraded, upgraded_training
from keras_legacy.hdf5.weights import read_all_weights, write_weights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keras_core import Model
    from keras_core.saving import Group


# --- reading --------------------------------------------------------------------------------------


def read_model(root: Group) -> Any:
    """The model in a file of Keras 1 or 2, compiled where the load asks for it.

    Raises:
        ValueError: for a file of weights alone, a config that gives no model, and weights that do not fit it.
    """
    config = _config(root, "model_config")
    if config is None:
        raise FileFormatError(
            f"The HDF5 file '{root.file}' holds no model: it lacks the attribute 'model_config'. If it holds weights "
            "alone, make the model and call its load_weights()."
        )
    group = root.group("model_weights") if "model_weights" in root else None
    origin = Origin.of(*([root] if group is None else [root, group]))
    with root.limiting_variables():
        model = model_from_config(upgraded(config, origin))
    if not getattr(model, "_is_model", False):
        raise FileFormatError(f"The HDF5 file '{root.file}' holds a {type(model).__name__}, not a model.")
    if group is not None:
        read_all_weights(model, root)
    training = _config(root, "training_config")
    if isinstance(training, dict):
        compile_loaded(model, upgraded_training(training, _outputs(config), origin))
        try:
            read_state(model, root, origin)
        except UnfitState as error:
            warnings.warn(f"'{root.file}': {error}")
    return model


@contextmanager
def describe_file(root: Group) -> Iterator[FileContent]:
    """What an open file of Keras 1 or 2 says of itself; see `FormatSpec.describer`."""
    weights = root.group("model_weights") if "model_weights" in root else None
    groups = [root] if weights is None else [root, weights]
    origin = {}
    for name in ("keras_version", "backend"):
        told = next(filter(None, (group.text(name) for group in groups)), None)
        if told is not None:
            origin[name] = told
    config, training = _config(root, "model_config"), _config(root, "training_config")
    yield FileContent(origin, config, training, root if weights is None else weights)


def _config(root: Group, name: str) -> Any:
    text = root.text(name)
    return None if text is None else parse_json(text, f"'{name}' in '{root.file}'")


def _outputs(config: Any) -> list[str]:
    """The names of a functional model's outputs."""
    inner = config.get("config") if isinstance(config, dict) else None
    refs = inner.get("output_layers") if isinstance(inner, dict) else None
    return [str(ref[0]) for ref in refs if isinstance(ref, list) and ref] if isinstance(refs, list) else []


# --- writing --------------------------------------------------------------------------------------


def write_model(model: Model, path: Path, include_optimizer: bool = True) -> None:
    """Write a new file of a whole model.

    Raises:
        TypeError: for something in the model that no file can hold.
    """
    import h5py

    config = serialize_keras_object(model)
    training = config.get("compile_config") if include_optimizer else None
    with h5py.File(path, "w", locking=False) as file:
        write_origin(file, needs_keras_3(config))
        _write_text(file, "model_config", downgraded_model(model, config))
        write_weights(model, file.create_group("model_weights"))
        if training is not None:
            _write_text(file, "training_config", _training(training))
            write_state(model, file)


def _write_text(group: Any, name: str, config: Any) -> None:
    group.attrs[name] = json.dumps(config).encode()


def _training(config: Any) -> dict[str, Any]:
    """What `compile()` got, as Keras 2 kept it."""
    known = {name: downgraded(config.get(name)) for name in ("loss", "metrics", "weighted_metrics", "loss_weights")}
    optimizer = downgraded(config["optimizer"])
    if isinstance(optimizer, dict) and ">" not in optimizer["class_name"]:
        optimizer = {key: optimizer[key] for key in ("class_name", "config")}
        optimizer["class_name"] = f"Custom>{optimizer['class_name']}"  # one with slots by variable, since tf.keras 2.11
    return {"optimizer_config": optimizer, **known, "loss": _with_long_names(known["loss"])}


def _with_long_names(loss: Any) -> Any:
    """Losses that are named "mse" by the names of their functions, which upstream Keras 3 finds in such a file."""
    if isinstance(loss, list):
        return [_with_long_names(one) for one in loss]
    if isinstance(loss, dict):
        return loss if "class_name" in loss else {output: _with_long_names(one) for output, one in loss.items()}
    try:
        return getattr(losses.get(loss), "__name__", loss)
    except ValueError:  # one that is registered under this name when the file is read
        return loss
