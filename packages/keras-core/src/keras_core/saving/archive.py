"""`.keras` archives: architecture, weights, assets and training state of a model in one file."""

from __future__ import annotations

import datetime
import functools
import importlib.metadata
import io
import json
import zipfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from keras_core.config import loading_limits
from keras_core.optimizers import LossScaleOptimizer
from keras_core.saving.assets import FOLDER, assets_of, read_assets
from keras_core.saving.contents import FileContent
from keras_core.saving.file_checks import CHUNK
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.file_part import FilePart
from keras_core.saving.older_configs import in_todays_form
from keras_core.saving.reader import AT_ONCE, parse_json
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from keras_core.saving.weights import (
    read_weights,
    write_weights,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keras_core.saving.hdf5_group import Group
    from keras_core.saving.protocol import Members, SavableModel

METADATA = "metadata.json"
CONFIG = "config.json"
ARCHIVE_MEMBER = "model.weights.h5"
_READABLE = (2, 3, 4)  # major versions of Keras whose files are read


def write_archive(model: SavableModel, path: Path, include_optimizer: bool = True) -> None:
    """Write a new `.keras` file.

    Raises:
        TypeError: for something in the model that no file can hold.
        ValueError: for a configuration that is too large to be read again, and for assets that cannot be named so.
    """
    import h5py

    members = members_of(model, include_optimizer)
    with open(path, "x+b") as whole, zipfile.ZipFile(whole, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with archive.open(ARCHIVE_MEMBER, "w", force_zip64=True) as member:
            if _bytes_of_weights(model) <= AT_ONCE:
                weights = io.BytesIO()
                with h5py.File(weights, "w") as file:
                    write_weights(model, file, include_optimizer)
                member.write(weights.getbuffer())
                return
            start = whole.tell()
            with FilePart(whole, start) as part:  # closed before its file, whenever it is let go of
                with h5py.File(part, "w") as file:
                    write_weights(model, file, include_optimizer)
                _account_for(part, whole, start, member)


def _bytes_of_weights(model: SavableModel) -> int:
    return sum(one.nbytes for one in model.weights)


def _account_for(part: FilePart, whole: BinaryIO, start: int, member: IO[bytes]) -> None:
    """Let the archive know size and checksum of what is in its file already: it writes the same bytes once more."""
    part.seek(0)
    buffer = memoryview(bytearray(CHUNK))
    while count := part.readinto(buffer):
        whole.seek(start + part.tell() - count)
        member.write(buffer[:count])


def members_of(model: SavableModel, include_optimizer: bool = True) -> dict[str, bytes]:
    """The members of a model's archive besides its weights: who wrote it and when, its configuration, and its assets.

    Raises:
        TypeError: for something in the model that no file can hold.
        ValueError: for a configuration that is too large to be read again, and for assets that cannot be named so.
    """
    assets = assets_of(model)
    config = serialize_keras_object(model)
    if not include_optimizer:
        config.pop("compile_config", None)
    text = json.dumps(config)
    most = loading_limits().config_bytes
    if len(text) > most:
        raise ValueError(
            f"The configuration of model '{model.name}' has {len(text):,} bytes, more than the {most:,} "
            "that a file may have. Is a large array among the arguments of a layer? Make it a weight."
        )
    return {METADATA: json.dumps(_metadata()).encode(), CONFIG: text.encode(), **assets}


def _metadata() -> dict[str, str]:
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    return {"keras_version": _own_version(), "date_saved": now}


@functools.cache
def _own_version() -> str:
    return importlib.metadata.version("keras-core")


def read_archive(archive: Members) -> Any:
    """The model in an open `.keras` archive, compiled where the load asks for it.

    Raises:
        ValueError: for a file of a version that is not read, a config that gives no model, and weights or assets that
            do not fit it.
    """
    version = _checked_version(archive)
    config = _parsed(archive, CONFIG)
    if isinstance(config, dict) and version.startswith("2."):
        config = in_todays_form({**config, "keras_version": version})
    with archive.hdf5(ARCHIVE_MEMBER) as root:
        with root.limiting_variables():
            model = deserialize_keras_object(config, kind="layer")
        if not getattr(model, "stands_alone", False):
            raise FileFormatError(f"The archive '{archive.name}' holds a {type(model).__name__}, not a model.")
        _scale_loss_again(model, root)
        read_assets(model, archive)
        read_weights(model, root)
    return model


def read_archived_weights(
    model: SavableModel, archive: Members, skip_mismatch: bool, by_name: bool, reshape: bool = False
) -> None:
    """Read the weights of a model from an open `.keras` archive; see `load_weights`."""
    with archive.hdf5(ARCHIVE_MEMBER) as root:
        read_weights(model, root, skip_mismatch, by_name, reshape)


@contextmanager
def describe_archive(archive: Members) -> Iterator[FileContent]:
    """What an open `.keras` archive says of itself; see `FormatSpec.describer`."""
    metadata, config = (_parsed(archive, name) for name in (METADATA, CONFIG))
    origin = {key: str(value) for key, value in metadata.items()} if isinstance(metadata, dict) else {}
    training = config.get("compile_config") if isinstance(config, dict) else None
    assets = tuple(name.removeprefix(f"{FOLDER}/") for name in archive.below(f"{FOLDER}/"))
    with archive.hdf5(ARCHIVE_MEMBER) as root:
        yield FileContent(origin, config, training, root, assets)


def _parsed(archive: Members, member: str) -> Any:
    return parse_json(archive.read(member, loading_limits().config_bytes), f"{member} in '{archive.name}'")


def _scale_loss_again(model: Any, root: Group) -> None:
    """Let an optimizer scale the loss if it did in the file, whose config does not always say so."""
    optimizer = getattr(model, "optimizer", None)
    scaled = root.group("optimizer/inner_optimizer") is not None
    if scaled and optimizer is not None and not isinstance(optimizer, LossScaleOptimizer):
        model.optimizer = LossScaleOptimizer(optimizer)


def _checked_version(archive: Members) -> str:
    metadata = _parsed(archive, METADATA)
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    major = str(version).split(".")[0]
    if not isinstance(version, str) or not major.isdigit():
        raise FileFormatError(f"The archive '{archive.name}' does not say which Keras wrote it.")
    if int(major) not in _READABLE:
        raise FileFormatError(
            f"The file '{archive.name}' was written by Keras {version}; this is {_own_version()}, which "
            f"reads files of Keras {', '.join(map(str, _READABLE))}. Use a newer Keras."
        )
    return version
