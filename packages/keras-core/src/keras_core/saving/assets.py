"""Assets: files of text or data that travel in a `.keras` archive beside the weights, such as vocabularies.

An object's assets are members ``assets/<path>/<name>`` of the archive, where the path is the one that its weights have.
A class has them by one of two pairs of methods: ``get_assets()`` and ``set_assets(files)``, with a mapping from names
to bytes that no file system sees, or Keras 3's ``save_assets(dir_path)`` and ``load_assets(dir_path)``, for which a
temporary folder is made.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.save_scope import current_save
from keras_core.saving.weights import stateful_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.protocol import Members, SavableModel

FOLDER = "assets"
_PLAIN_NAME = re.compile(r"[\w\-+=@,() ][\w\-+=@,(). ]*(?<![. ])")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # which Windows takes for devices

Assets = Mapping[str, bytes]
"""Files by their names, which may have folders: ``{"vocabulary.txt": b"..."}``."""


def has_assets_kept(item: object) -> bool:
    """Whether the save under way writes the assets of an object, so that its config need not repeat what they hold."""
    scope = current_save()
    return scope is not None and id(item) in scope.with_assets


def assets_of(model: SavableModel) -> dict[str, bytes]:
    """The assets of everything in a model, by the names that they have in an archive.

    Raises:
        ValueError: for a name that is no plain relative one; it says whose.
    """
    found: dict[str, bytes] = {}
    scope = current_save()
    for path, item in stateful_objects(model):
        files = _written_by(item)
        for name, content in files.items():
            if not is_asset_name(name):
                raise ValueError(
                    f"{_label(item)} has an asset called {name!r}. Give it a name of letters, digits, '.', '-' and "
                    "'_', with '/' after the names of folders."
                )
            found[_member(path, name)] = content
        if files and scope is not None:
            scope.with_assets[id(item)] = item
    return found


def read_assets(model: SavableModel, archive: Members) -> None:
    """Give every object in a model the assets that the archive holds for it.

    Raises:
        ValueError: for assets that are damaged, too large together, or do not fit the object.
    """
    names = archive.below(f"{FOLDER}/")
    if not names:
        return
    for path, item in stateful_objects(model):
        if not (_has(item, "set_assets") or _has(item, "load_assets")):
            continue
        start = _member(path, "")
        files = _ArchivedAssets(archive, {name[len(start) :]: name for name in names if name.startswith(start)})
        if len(files):
            _give(item, files)


class _ArchivedAssets(Mapping[str, bytes]):
    """Assets in an archive, each read when it is asked for.

    Args:
        archive: the archive.
        members: names of its members by the names of the assets.
    """

    def __init__(self, archive: Members, members: Mapping[str, str]) -> None:
        self._archive = archive
        self._members = members

    def __getitem__(self, name: str) -> bytes:
        return self._archive.read(self._members[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def is_asset_name(name: str) -> bool:
    """Whether a name can be an asset's, and a file's on every system.

    Example:
        >>> is_asset_name("words/first.txt"), is_asset_name("../words.txt"), is_asset_name("nul.txt")
        (True, False, False)
    """
    parts = name.split("/")
    return all(_PLAIN_NAME.fullmatch(part) and not _RESERVED.fullmatch(part) for part in parts)


def _member(path: str, name: str) -> str:
    return f"{FOLDER}/{path}/{name}" if path else f"{FOLDER}/{name}"


def _written_by(item: Any) -> Assets:
    if _uses_folder(item, "save_assets", "get_assets"):
        with tempfile.TemporaryDirectory(prefix="keras-") as folder:
            item.save_assets(folder)
            return dict(_files_in(Path(folder), _label(item)))
    return dict(item.get_assets()) if _has(item, "get_assets") else {}


def _give(item: Any, files: Assets) -> None:
    if not _uses_folder(item, "load_assets", "set_assets"):
        item.set_assets(files)
        return
    with tempfile.TemporaryDirectory(prefix="keras-") as folder:
        for name in files:
            if not is_asset_name(name):
                raise FileFormatError(f"The asset {name!r} of {_label(item)} has a name that no file may have.")
            place = Path(folder, *name.split("/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            with open(place, "xb") as file:
                file.write(files[name])
        item.load_assets(folder)


def _files_in(folder: Path, label: str) -> Iterator[tuple[str, bytes]]:
    """The files that an object wrote; nothing but folders and regular files may be there."""
    for root, folders, names in os.walk(folder):
        for name in sorted([*folders, *names]):
            place = Path(root, name)
            relative = place.relative_to(folder).as_posix()
            mode = place.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise ValueError(f"{label}: save_assets() made {relative!r}, which is a link or no regular file.")
            if stat.S_ISREG(mode):
                yield relative, place.read_bytes()


def _uses_folder(item: Any, folder_method: str, mapping_method: str) -> bool:
    """Whether the method with a folder counts: where both are there, that of the more derived class."""
    if not _has(item, folder_method):
        return False
    return not _has(item, mapping_method) or _depth(item, folder_method) < _depth(item, mapping_method)


def _has(item: Any, method: str) -> bool:
    return callable(getattr(type(item), method, None))


def _depth(item: Any, method: str) -> int:
    """How far up the classes of an object define a method."""
    return next(at for at, cls in enumerate(type(item).__mro__) if method in vars(cls))


def _label(item: Any) -> str:
    name = getattr(item, "name", None)
    return f"{type(item).__name__} {name!r}" if isinstance(name, str) else type(item).__name__
