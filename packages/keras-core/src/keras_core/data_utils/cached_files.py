"""Files that are downloaded once and kept."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from keras_core.config.settings import keras_home
from keras_core.data_utils.archives import unpack
from keras_core.data_utils.download import check_origin, download
from keras_core.saving.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.typing import PathLike

_DIGITS = {"md5": 32, "sha256": 64}
_FORMATS = ("tar", "zip")
_UNFIT = re.compile(r"[\x00-\x1f/\\:]")


def get_file(
    fname: PathLike | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: PathLike = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: PathLike | None = None,
    force_download: bool = False,
) -> str:
    """Download a file, unless it was before; and unpack it, if it is an archive.

    The file appears in the cache when all of it is there and its hash is right, and is unpacked after that; when
    something fails, the cache is as it was. A connection that breaks off is made anew for the rest. With a hash,
    what an interrupted call has fetched is kept beside the cache for the next call.

    Keras 2 unpacked archives into the cache folder itself; as in Keras 3, each has a folder of its own here, whose path
    is returned.

    Args:
        fname: name of the file in the cache folder. A path with folders stays below it, an absolute one (Keras 2) is
            taken as it is. The last part of `origin` when None.
        origin: URL to download from, of http, https or file.
        untar: Keras 2's `extract` of a tar archive. Where all that the archive holds is in one folder called `fname`,
            its path is returned.
        md5_hash: Keras 2's name of a `file_hash` by MD5.
        file_hash: the hash that the file must have, in hexadecimal digits.
        cache_subdir: folder below `cache_dir`. Defaults to "datasets".
        hash_algorithm: "md5", "sha256", or "auto", which tells by the length of the hash.
        extract: whether to unpack the file, and to return the folder: `fname` for a name without ending and for
            one from the URL (the archive itself is beside it, with "_archive"), else the name with "_extracted" in
            place of its endings.
        archive_format: "tar" (plain or compressed), "zip", a list of these, or "auto" for both; None for none.
        cache_dir: where to keep files. By default KERAS_HOME or "~/.keras".
        force_download: whether to download although the file is there.

    Returns:
        The path of the file, or of the folder that it was unpacked to.

    Raises:
        ValueError: when `origin` or a name cannot be used, when the file has another hash, and when
            it is no archive or one with members that are not allowed.
        OSError: when the download fails, or the cache cannot be written.

    Example:
        >>> import os, pathlib, tempfile
        >>> from keras_core.data_utils import get_file
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "words.txt").write_text("a b")
        >>> path = get_file("copy.txt", (folder / "words.txt").as_uri(), cache_dir=folder)
        >>> os.path.relpath(path, folder).replace(os.sep, "/"), pathlib.Path(path).read_text()
        ('datasets/copy.txt', 'a b')
    """
    if origin is None:
        raise ValueError("get_file() needs `origin`, the URL to download from.")
    check_origin(origin)
    if file_hash is None and md5_hash is not None:
        file_hash, hash_algorithm = md5_hash, "md5"
    if file_hash is not None:
        _algorithm(file_hash, hash_algorithm)
    folder = Path(keras_home() if cache_dir is None else cache_dir).expanduser() / cache_subdir
    name = _name_in(origin) if fname is None or not os.fspath(fname) else os.fspath(fname)
    unpacked = None
    if extract or untar:
        formats = ("tar",) if untar else _formats(archive_format)
        unpacked, name = _names_of_archive(name, given=fname is not None)
    target = _inside(folder, name)
    fetched = _ensure(target, origin, file_hash, hash_algorithm, force_download)
    if unpacked is None:
        return str(target)
    goal = _inside(folder, unpacked)
    if fetched or not goal.is_dir():
        unpack(target, goal, formats, strip=untar)
    return str(goal)


def validate_file(fpath: PathLike, file_hash: str, algorithm: str = "auto", chunk_size: int = 65535) -> bool:
    """Whether a file has a hash.

    Args:
        fpath: the file.
        file_hash: the hash, in hexadecimal digits.
        algorithm: "md5", "sha256", or "auto", which tells by the length of the hash.
        chunk_size: accepted for Keras 2; how much is read at once makes no difference.

    Raises:
        ValueError: when the hash is none of these.

    Example:
        >>> import pathlib, tempfile
        >>> from keras_core.data_utils import validate_file
        >>> path = pathlib.Path(tempfile.mkdtemp(), "empty")
        >>> path.touch()
        >>> validate_file(path, "d41d8cd98f00b204e9800998ecf8427e")
        True
    """
    return _hash(Path(fpath), _algorithm(file_hash, algorithm)) == file_hash.lower()


def _algorithm(file_hash: str, algorithm: str) -> str:
    """The algorithm of a hash, which must be as long as its hashes are."""
    found = algorithm
    if algorithm == "auto":
        found = next((name for name, digits in _DIGITS.items() if digits == len(file_hash)), "")
    if _DIGITS.get(found) != len(file_hash) or not re.fullmatch("[0-9a-fA-F]*", file_hash):
        raise ValueError(
            "A hash has 32 (md5) or 64 (sha256) hexadecimal digits and hash_algorithm is 'auto', 'md5' or 'sha256'; "
            f"got {file_hash!r} of {len(file_hash)} characters with {algorithm!r}."
        )
    return found


def _hash(path: Path, algorithm: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _formats(archive_format: str | Sequence[str] | None) -> tuple[str, ...]:
    if archive_format is None:
        found: tuple[str, ...] = ()
    elif archive_format == "auto":
        found = _FORMATS
    else:
        found = (archive_format,) if isinstance(archive_format, str) else tuple(archive_format)
    if not found or not set(found) <= set(_FORMATS):
        raise ValueError(
            f"To extract an archive, archive_format must be 'auto', 'tar', 'zip' or a list; got {archive_format!r}."
        )
    return found


def _name_in(origin: str) -> str:
    """The last part of a URL, which must be a plain name."""
    name = unquote(urlsplit(origin).path.rpartition("/")[2])
    if not name.strip(".") or _UNFIT.search(name):
        raise ValueError(f"The URL {origin!r} does not end with a name for the file: give get_file() `fname`.")
    return name


def _names_of_archive(name: str, *, given: bool) -> tuple[str, str]:
    """The names of the folder that an archive is unpacked to, and of the archive."""
    head, last = os.path.split(name)
    if given and "." in last.lstrip("."):
        dots = len(last) - len(last.lstrip("."))
        stem = last[: last.index(".", dots)]
        return os.path.join(head, f"{stem}_extracted"), name
    return name, f"{name}_archive"


def _inside(folder: Path, name: str) -> Path:
    """The path of that name: absolute as it is, else below the folder."""
    path = Path(name).expanduser()
    if ".." in path.parts or not path.name:
        raise ValueError(f"get_file() got fname={name!r}; expected a name, a path below the cache folder without '..', "
                         "or an absolute path.")  # fmt: skip
    return path if path.is_absolute() else folder / path


def _ensure(target: Path, origin: str, file_hash: str | None, algorithm: str, force: bool) -> bool:
    """Let the file be there with the right hash; whether it was fetched for that."""
    if target.is_file() and not force:
        if file_hash is None or validate_file(target, file_hash, algorithm):
            return False
        warnings.warn(
            f"The file '{target}' does not have the hash {file_hash}: it is incomplete or another version. "
            f"It is downloaded again from {origin}.",
            stacklevel=3,
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _partial(origin, file_hash) as part:
            _fetch(origin, part, file_hash, algorithm)
            with replacing(target) as temporary:
                shutil.move(part, temporary)
    except PermissionError as error:
        raise PermissionError(
            f"The folder '{target.parent}' cannot be written ({error}). "
            "Set KERAS_HOME, or give cache_dir, to a folder that can."
        ) from error
    return True


def _fetch(origin: str, part: Path, file_hash: str | None, algorithm: str) -> None:
    """Download to a file that may hold the beginning, and check the hash."""
    resumed = part.exists()
    download(origin, part)
    if file_hash is None or validate_file(part, file_hash, algorithm):
        return
    found, size = _hash(part, _algorithm(file_hash, algorithm)), part.stat().st_size
    part.unlink()
    if resumed:  # the beginning was of another version
        _fetch(origin, part, file_hash, algorithm)
        return
    raise ValueError(
        f"The file from {origin} is not the one that was expected: its hash is {found}, expected {file_hash}. "
        f"Nothing of its {size} bytes was kept. It is another version, or was changed on the way."
    )


@contextmanager
def _partial(origin: str, file_hash: str | None) -> Iterator[Path]:
    """The path of a file to download to, which no other process uses.

    With a hash, what an earlier call fetched is in it: should it be of another version, the hash says so.
    """
    folder = keras_home() / "partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a home that cannot be written, and a cache elsewhere
        folder, file_hash = Path(tempfile.gettempdir()), None
    mine = folder / f"keras-{secrets.token_hex(16)}"
    kept = None if file_hash is None else folder / hashlib.sha256(f"{file_hash} {origin}".encode()).hexdigest()
    if kept is not None:
        with suppress(FileNotFoundError):  # there is none, or another process was faster
            os.replace(kept, mine)
    try:
        yield mine
    except BaseException:
        if kept is not None and mine.exists():
            os.replace(mine, kept)
        raise
    finally:
        mine.unlink(missing_ok=True)
