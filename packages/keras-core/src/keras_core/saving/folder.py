"""A `.keras` archive that is not packed: a folder with the archive's members as files."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from keras_core.saving.archive import ARCHIVE_MEMBER, members_of
from keras_core.saving.atomic import replacing
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.hdf5_group import Group, open_hdf5
from keras_core.saving.reader import is_plain_path
from keras_core.saving.weights import write_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import PathLike


class Folder:
    """The members of an archive as files of a folder, read like those of an `Archive`.

    Args:
        path: the folder.

    Raises:
        ValueError: when it is none.
    """

    def __init__(self, path: PathLike) -> None:
        self.name = os.fspath(path)
        if not os.path.isdir(path):
            raise FileFormatError(f"'{self.name}' is no folder.")

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __contains__(self, member: str) -> bool:
        return is_plain_path(member) and os.path.lexists(os.path.join(self.name, member))

    def below(self, prefix: str) -> list[str]:
        """The names of all members that begin with `prefix`."""
        found = [Path(root, name) for root, _, names in os.walk(self.name) for name in names]
        named = [path.relative_to(self.name).as_posix() for path in found]
        return sorted(name for name in named if name.startswith(prefix))

    def read(self, member: str, budget: int | None = None) -> bytes:
        """The content of a member.

        Args:
            member: its name.
            budget: the most bytes it may have.

        Raises:
            ValueError: when it is missing, too large, a link or no file.
        """
        path = self._file(member)
        size = path.stat().st_size
        if budget is not None and size > budget:
            raise FileFormatError(
                f"'{member}' in '{self.name}' has {size:,} bytes, more than the {budget:,} that it may have."
            )
        return path.read_bytes()

    @contextmanager
    def hdf5(self, member: str) -> Iterator[Group]:
        """Open a member that is an HDF5 file, as its checked root group.

        Args:
            member: its name.

        Raises:
            ValueError: when it is missing, a link, no file, damaged or no HDF5 file.
        """
        with open_hdf5(self._file(member), f"{self.name} ({member})") as root:
            yield root

    def _file(self, member: str) -> Path:
        """The path of a member, if it may be read."""
        if member not in self:
            raise FileFormatError(f"The folder '{self.name}' has no '{member}', so it is no Keras model.")
        path, place = Path(self.name), ""
        for part in member.split("/"):
            path, place = path / part, f"{place}/{part}".lstrip("/")
            if stat.S_ISLNK(path.lstat().st_mode):
                raise FileFormatError(f"The folder '{self.name}' is refused: '{place}' is a link.")
        if not path.is_file():
            raise FileFormatError(f"The folder '{self.name}' is refused: '{member}' is no file.")
        return path


def write_folder(model: SavableModel, path: Path, include_optimizer: bool = True) -> None:
    """Write a model into a new folder.

    Raises:
        TypeError: for something in the model that no file can hold.
        ValueError: for a configuration that is too large to be read again.
    """
    import h5py

    members = members_of(model, include_optimizer)
    path.mkdir()
    for name, content in members.items():
        place = path.joinpath(*name.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    with h5py.File(path / ARCHIVE_MEMBER, "w", locking=False) as file:
        write_weights(model, file, include_optimizer)


@contextmanager
def replacing_folder(path: str, overwrite: bool) -> Iterator[Path]:
    """Give the path of a new folder beside `path`; at the end it takes the place of `path`.

    A file is replaced as a folder is, a folder that Keras has not written is not. Old and new change places at once
    where the system can, as Linux does; elsewhere a process that is killed between two moves leaves the old folder
    beside, as `.NAME.<machine>-<process>-<letters>.old`, and the next save puts it back.

    Raises:
        FileExistsError: for an existing folder with `overwrite=False`, or one with something else in it.
        FileNotFoundError: when the folder around it does not exist.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not overwrite:
        raise FileExistsError(f"The folder '{path}' exists, and overwrite=False was given. Choose another name.")
    if target.is_dir() and any(target.iterdir()) and not (target / "config.json").is_file():
        raise FileExistsError(f"The folder '{path}' exists and holds no model: it is not replaced. Choose another.")
    with replacing(target) as temporary:
        yield temporary
