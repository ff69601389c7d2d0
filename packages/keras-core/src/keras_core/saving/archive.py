"""`.keras` archives: architecture, weights and training state of a model in one file."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import tempfile
import zipfile
from typing import Any

from keras_core.optimizers import LossScaleOptimizer
from keras_core.saving.atomic import refuse_overwriting, replacing
from keras_core.saving.reader import (
    JSON_BYTES,
    Archive,
    FileFormatError,
    Group,
    copy_stream,
    parse_json,
)
from keras_core.saving.save_scope import loading, saving
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from keras_core.saving.weights import (
    ARCHIVE_MEMBER,
    open_archived_weights,
    read_weights,
    stored_bytes,
    write_weights,
)
from keras_core.staging.variable_budget import variable_budget

METADATA = "metadata.json"
CONFIG = "config.json"
_READABLE = (2, 3, 4)  # major versions of Keras whose files are read


def save_model(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    include_optimizer: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Save a model to a `.keras` file, which this and upstream Keras 3 can load.

    An existing file is replaced at once when the new one is complete, so it survives any failure.


    Warns:
        UserWarning: naming all custom objects that loading will have to be told.

    Args:
        model: the model.
        filepath: a path that ends in `.keras`.
        overwrite: whether an existing file is replaced. Defaults to True.
        include_optimizer: whether optimizer, losses and metrics are saved too. Defaults to True.
        zipped: accepted; the file is always an archive. Defaults to None.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        ValueError: for another ending.
        FileExistsError: for an existing file with `overwrite=False`.
        TypeError: for something in the model that no file can hold.
    """
    if kwargs:
        raise TypeError(f"save_model() does not take {', '.join(kwargs)}.")
    path = os.fspath(filepath)
    if not path.endswith(".keras"):
        raise ValueError(
            f"A model is saved to a path that ends in '.keras', got '{path}'. For the weights alone "
            "call model.save_weights('name.weights.h5')."
        )
    refuse_overwriting(path, overwrite)
    with saving():
        config = serialize_keras_object(model)
        if not include_optimizer:
            config.pop("compile_config", None)
        text = json.dumps(config)
        if len(text) > JSON_BYTES:
            raise ValueError(
                f"The configuration of model '{model.name}' has {len(text):,} bytes, more than the {JSON_BYTES:,} "
                "that a file may have. Is a large array among the arguments of a layer? Make it a weight."
            )
        with replacing(path) as temporary:
            _write(model, temporary, text, include_optimizer)


def _write(model: Any, path: Any, config: str, optimizer: bool) -> None:
    import h5py

    with zipfile.ZipFile(path, "x") as archive, tempfile.TemporaryFile(dir=path.parent) as weights:
        archive.writestr(METADATA, json.dumps(_metadata()))
        archive.writestr(CONFIG, config)
        with h5py.File(weights, "w") as file:
            write_weights(model, file, optimizer)
        weights.seek(0)
        with archive.open(ARCHIVE_MEMBER, "w", force_zip64=True) as member:
            copy_stream(weights, member)


def _metadata() -> dict[str, str]:
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    return {"keras_version": _own_version(), "date_saved": now}


def _own_version() -> str:
    return importlib.metadata.version("keras-core")


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Load a model from a `.keras` file of this or an upstream Keras 3.

    Nothing in the file is run or imported: the names in it resolve to built-in objects, objects of
    installed packages, registered ones, and `custom_objects`.

    Args:
        filepath: the file.
        custom_objects: names of custom classes and functions, among them those of Lambda layers.
        compile: whether to restore optimizer, losses and metrics.
        safe_mode: accepted; code in a file is never run, whatever is given here.

    Returns:
        The model.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: for a file that is empty, truncated, of another format or version, or refused, and
            for names that are not known; it says which.
    """
    with Archive(filepath) as archive:
        _check_version(archive)
        label = f"{CONFIG} in '{archive.name}'"
        config = parse_json(archive.read(CONFIG, JSON_BYTES), label)
    with open_archived_weights(filepath) as root:
        with variable_budget(stored_bytes(root)), loading(custom_objects, compile):
            model = deserialize_keras_object(config, kind="layer")
        _check_is_model(model, archive.name)
        if compile:
            _scale_loss_again(model, root)
        read_weights(model, root)
    return model


def _scale_loss_again(model: Any, root: Group) -> None:
    """Let an optimizer scale the loss if it did in the file, whose config does not always say so."""
    optimizer = getattr(model, "optimizer", None)
    scaled = root.group("optimizer/inner_optimizer") is not None
    if scaled and optimizer is not None and not isinstance(optimizer, LossScaleOptimizer):
        model.optimizer = LossScaleOptimizer(optimizer)


def _check_version(archive: Archive) -> None:
    metadata = parse_json(archive.read(METADATA, JSON_BYTES), f"{METADATA} in '{archive.name}'")
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    major = str(version).split(".")[0]
    if not isinstance(version, str) or not major.isdigit():
        raise FileFormatError(f"The archive '{archive.name}' does not say which Keras wrote it.")
    if int(major) not in _READABLE:
        raise FileFormatError(
            f"The file '{archive.name}' was written by Keras {version}; this is {_own_version()}, which "
            f"reads files of Keras {', '.join(map(str, _READABLE))}. Use a newer Keras."
        )


def _check_is_model(model: Any, name: str) -> None:
    if not getattr(model, "_is_model", False):
        raise FileFormatError(f"The archive '{name}' holds a {type(model).__name__}, not a model.")
