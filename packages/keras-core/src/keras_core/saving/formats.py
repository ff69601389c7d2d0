"""Which file formats there are, and which one a path asks for.

A package adds a format by an entry point in the group `keras.formats`, whose target is a `FormatSpec`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import json
import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from keras_core.saving.file_checks import content_of, head_of
from keras_core.saving.file_errors import FileFormatError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

GROUP = "keras.formats"
FOLDER_OF_PROGRAMS = "tf_saved_model"  # what upstream writes unless told otherwise
_MAGIC = {"hdf5": b"\x89HDF\r\n\x1a\n", "zip": b"PK\x03\x04"}
Holds = Literal["model", "weights", "program"]
Container = Literal["zip", "hdf5", "file", "folder", "shards"]


@dataclass(frozen=True)
class FormatSpec:
    """A file format: what files of it hold, how they are recognized, and what reads and writes them.

    Importing the module of a spec should import nothing else; readers and writers are imported when they are used.

    Attributes:
        name: the format's name, for messages.
        holds: "model" for architecture, weights and training state; "weights" for weights alone; "program" for what
            a model computes, for other tools. A format whose files serve for several has a spec for each.
        extensions: endings of paths, such as ``(".keras",)``; the longest that fits a path decides.
        container: what the reader is given, opened and checked: "zip" for an archive whose members are read by
            ``archive.read(name)``, "hdf5" for a file's root group, "file" for an open binary file; "folder" and
            "shards" are the core's own.
        magic: the bytes that such files start with, by which one without a known ending is recognized.
        marks: names of attributes or members in the root of an HDF5 file, each of which shows that it is of the format.
        reader: ``"module:attribute"`` of the function that reads. For a model it is called as ``reader(file)`` and
            returns the model; for weights as ``reader(model, file, skip_mismatch, by_name, reshape)``; for a program
            as ``reader(path, endpoint)``, and it returns that function of the file, which takes and returns lists of
            arrays. None: not read.
        writer: ``"module:attribute"`` of the function that writes the new file at a path, which takes the place of
            the old one when it is complete: ``writer(model, path, include_optimizer)`` for a model, ``writer(model,
            path)`` for weights, ``writer(program, path, **options)`` for a `keras_core.exporting.Program`. None: not
            written.
        describer: ``"module:attribute"`` of a context manager that gets what a reader gets and yields its
            `FileContent`, without making an object. None: an HDF5 file is described by its arrays, another by nothing.
        bare: whether a path without any ending is written in it.
        parts: where a program is a folder of one file for each of these endings, the first of which is in `extensions`:
            a path that ends in it is that file, and the others lie beside it. Defaults to ().
        distribution: the distribution that provides it; known from the entry point.

    Raises:
        ValueError: for an extension without a dot, or a spec with neither reader nor writer.

    Example:
        >>> from keras_core.saving import FormatSpec
        >>> spec = FormatSpec("npz", "weights", (".weights.npz",), reader="my_package.npz:read")
        >>> spec.fits("run/best.weights.npz"), spec.fits("best.keras")
        (True, False)
    """

    name: str
    holds: Holds
    extensions: tuple[str, ...]
    container: Container = "file"
    magic: tuple[bytes, ...] = ()
    marks: tuple[str, ...] = ()
    reader: str | None = None
    writer: str | None = None
    describer: str | None = None
    bare: bool = False
    parts: tuple[str, ...] = ()
    distribution: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.extensions, str) or not all(one.startswith(".") for one in self.extensions):
            raise ValueError(f"Format '{self.name}': extensions must be a tuple of endings with a dot.")
        if self.holds not in get_args(Holds) or self.container not in get_args(Container):
            raise ValueError(f"Format '{self.name}' holds {self.holds!r} in {self.container!r}, which is not known.")
        if self.reader is None and self.writer is None:
            raise ValueError(f"Format '{self.name}' has neither a reader nor a writer.")

    def fits(self, path: str) -> bool:
        """Whether a path has one of the format's endings."""
        return path.endswith(self.extensions)

    def longest_ending(self, path: str) -> int:
        """The length of the longest of the format's endings that a path has; 0 for none."""
        return max((len(ending) for ending in self.extensions if path.endswith(ending)), default=0)

    def read(self, *args: Any) -> Any:
        """Call the reader."""
        return _resolve(self.reader)(*args)

    def write(self, *args: Any, **options: Any) -> None:
        """Call the writer."""
        _resolve(self.writer)(*args, **options)

    def describe(self, file: Any) -> AbstractContextManager[Any]:
        """Call the describer."""
        return cast("AbstractContextManager[Any]", _resolve(self.describer)(file))


WEIGHTS = FormatSpec(
    "weights.h5",
    "weights",
    (".weights.h5",),
    container="hdf5",
    marks=("layers", "_layer_checkpoint_dependencies"),
    reader="keras_core.saving.weights:read_weights",
    writer="keras_core.saving.weights:write_file",
    distribution="keras-core",
)
ARCHIVE = FormatSpec(
    "keras",
    "model",
    (".keras",),
    container="zip",
    magic=(b"PK\x03\x04",),
    reader="keras_core.saving.archive:read_archive",
    describer="keras_core.saving.archive:describe_archive",
    writer="keras_core.saving.archive:write_archive",
    distribution="keras-core",
)
ARCHIVED_WEIGHTS = FormatSpec(
    "keras",
    "weights",
    (".keras",),
    container="zip",
    reader="keras_core.saving.archive:read_archived_weights",
    describer="keras_core.saving.archive:describe_archive",
    distribution="keras-core",
)
FOLDER = FormatSpec(
    "keras folder",
    "model",
    (),
    container="folder",
    reader="keras_core.saving.archive:read_archive",
    describer="keras_core.saving.archive:describe_archive",
    writer="keras_core.saving.folder:write_folder",
    distribution="keras-core",
)
FOLDER_OF_WEIGHTS = FormatSpec(
    "keras folder",
    "weights",
    (),
    container="folder",
    reader="keras_core.saving.archive:read_archived_weights",
    describer="keras_core.saving.archive:describe_archive",
    distribution="keras-core",
)
SHARDS = FormatSpec(
    "weights.h5 in shards",
    "weights",
    (".weights.json",),
    container="shards",
    reader="keras_core.saving.weights:read_weights",
    writer="keras_core.saving.shards:write_shards",
    distribution="keras-core",
)


@functools.cache
def installed() -> tuple[FormatSpec, ...]:
    """The formats of the core and of all installed packages."""
    found = [WEIGHTS, ARCHIVE, ARCHIVED_WEIGHTS, SHARDS, FOLDER, FOLDER_OF_WEIGHTS]
    for entry in importlib.metadata.entry_points(group=GROUP):
        distribution = entry.dist.name if entry.dist is not None else entry.name
        try:
            spec = entry.load()
            found.append(replace(spec, distribution=distribution))
        except Exception as error:
            warnings.warn(f"The file format {entry.name!r} of {distribution} is left out: {error!r}")
    return tuple(dict.fromkeys(found))


def for_writing(path: str, holds: Holds) -> FormatSpec:
    """The format in which a path asks to be written.

    A path without an ending is written as Keras 2 did, where a package provides that format, with a warning.

    Raises:
        ValueError: for an ending of no installed format that is written, or of two.
    """
    candidates = [spec for spec in installed() if spec.holds == holds and spec.writer is not None]
    found = _by_ending(path, candidates)
    if found is None and "." not in os.path.basename(path):
        found = next((spec for spec in candidates if spec.bare), None)
        if found is not None:
            warnings.warn(
                f"'{path}' has no ending, so it is written in the format {found.name}. A path that ends in "
                f"{_endings(candidates)} says which format is meant.",
                stacklevel=2,
            )
    if found is None:
        what = "A model is" if holds == "model" else "Weights are"
        other = _other_use(path, holds, writing=True)
        raise ValueError(f"{what} saved to a path that ends in {_endings(candidates)}, got '{path}'.{other}")
    return found


def named(name: str, holds: Holds) -> FormatSpec:
    """The format that `save_format=` asks for, or the ending of its files without a dot.

    Raises:
        ValueError: for one that no installed package writes.
    """
    names = _format_names()
    ending = names[name][holds] if name in names else f".{str(name).lstrip('.')}"
    if ending is None:
        raise ValueError(
            f"save_format={name!r} is a format that only its framework reads, and is not written. Save to a path that "
            f"ends in '{names['keras'][holds]}', which every backend reads."
        )
    return for_writing(ending, holds)


def for_program(path: str, name: str | None) -> FormatSpec:
    """The format in which a program is written.

    Args:
        path: where to.
        name: the name of a format; None for the one of the path's ending, or else the first of those that are folders.

    Raises:
        ValueError: for one that no installed package writes; it names the package that would.
    """
    candidates = [spec for spec in installed() if spec.holds == "program" and spec.writer is not None]
    found = next((spec for spec in candidates if spec.name == name), None) if name else _by_ending(path, candidates)
    if found is None and name is None and "." not in os.path.basename(path):
        name = FOLDER_OF_PROGRAMS
        found = next((spec for spec in candidates if spec.name == name), None)
    if found is not None:
        return found
    asked = f"format={name!r}" if name else f"a path that ends as '{path}'"
    known = _known_programs()
    package = known.get(name) if name else _known().get(os.path.splitext(path)[1])
    if package is not None:
        raise ValueError(
            f"export() got {asked}, which {package} provides, and that is not installed; from a checkout of Keras: "
            f"pip install ./packages/{package}"
        )
    there = ", ".join(f"'{spec.name}'" for spec in candidates)
    others = ", ".join(f"'{one}' of {package}" for one, package in known.items())
    raise ValueError(f"export() got {asked}. Formats that are installed: {there or 'none'}. There are {others}.")


@functools.cache
def _known_programs() -> dict[str, str]:
    """Name of a format of programs → the distribution that provides it."""
    return dict(json.loads(Path(__file__).with_name("known_programs.json").read_text(encoding="utf-8")))


@functools.cache
def _format_names() -> dict[str, dict[str, str | None]]:
    """What Keras 2 called formats → the ending of a model and of weights; None for what is not written."""
    found: dict[str, dict[str, str | None]] = json.loads(
        Path(__file__).with_name("format_names.json").read_text(encoding="utf-8")
    )
    return found


def of_groups(holds: Holds, writing: bool) -> FormatSpec:
    """The format of what is put into, or read from, a group of an open HDF5 file.

    Raises:
        ValueError: when no installed package has one.
    """
    for spec in installed():
        if spec.holds == holds and spec.container == "hdf5" and (spec.writer if writing else spec.reader) is not None:
            return spec
    raise ValueError(f"No installed format puts a model into an HDF5 file.{_missing('.h5')}")


def of_open_files(head: bytes, name: str, holds: Holds) -> FormatSpec:
    """The format of an open file, or of bytes, by their name if it has an ending or else by the first bytes.

    Raises:
        ValueError: when it is of no installed format that is read.
    """
    candidates = [spec for spec in installed() if spec.holds == holds and spec.reader is not None]
    found = _by_ending(name, candidates) or _by_head(head, holds, candidates)
    if found is None:
        raise FileFormatError(
            f"What '{name}' holds is of no format that is known: its first bytes are {head!r}. Models are read from "
            f"{_endings(candidates)} files; give the path, or an open file whose name has such an ending."
        )
    return found


def for_reading(path: str, holds: Holds) -> FormatSpec:
    """The format of a file, by its ending or else by the bytes it starts with.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is of no installed format that is read, or an ending is claimed by two distributions.
    """
    if os.path.isdir(path):
        return FOLDER if holds == "model" else FOLDER_OF_WEIGHTS
    candidates = [spec for spec in installed() if spec.holds == holds and spec.reader is not None]
    found = _by_ending(path, candidates)
    if found is None:
        head = b"" if holds == "weights" and not os.path.exists(path) else head_of(path)
        found = _by_head(head, holds, candidates)
    if found is not None:
        return found
    what = "Weights are" if holds == "weights" else "A model is"
    raise FileFormatError(
        f"{what} loaded from a path that ends in {_endings(candidates)}, got '{path}'{content_of(head)}."
        f"{_other_use(path, holds, writing=False)}"
    )


def _by_head(head: bytes, holds: Holds, candidates: list[FormatSpec]) -> FormatSpec | None:
    """The format of a file by its first bytes; what an HDF5 file is for, its marks say when it is open."""
    if head.startswith(_MAGIC["hdf5"]):
        return next((spec for spec in candidates if spec.container == "hdf5"), None)
    if head.startswith(_MAGIC["zip"]):
        return ARCHIVE if holds == "model" else ARCHIVED_WEIGHTS
    return next((spec for spec in candidates if head.startswith(spec.magic or (b"\0none",))), None)


def by_content(spec: FormatSpec, file: Any) -> FormatSpec:
    """The format of an open file: what its ending says, unless it shows the marks of another one for the same use.

    Keras 2 wrote its own layout to paths that end in `.weights.h5`, too.
    """
    if spec.container != "hdf5" or _shows(spec, file):
        return spec
    others = (one for one in installed() if one.holds == spec.holds and one.container == "hdf5" and one.reader)
    return next((one for one in others if _shows(one, file)), spec)


def names_weights(path: str) -> bool:
    """Whether a path's ending is that of a format of weights alone.

    Args:
        path: the path.

    Example:
        >>> names_weights("best.weights.h5"), names_weights("best.keras")
        (True, False)
    """
    fitting = [(spec.longest_ending(path), spec) for spec in installed() if spec.reader is not None and spec.fits(path)]
    longest = max((length for length, _ in fitting), default=0)
    return bool(fitting) and all(spec.holds == "weights" for length, spec in fitting if length == longest)


def names_program(path: str) -> bool:
    """Whether a path's ending is that of an installed format of programs, and of none of models.

    Args:
        path: the path.

    Example:
        >>> names_program("best.keras")
        False
    """
    fitting = [spec for spec in installed() if spec.writer is not None and spec.fits(path)]
    return bool(fitting) and all(spec.holds == "program" for spec in fitting)


def by_marks(spec: FormatSpec, file: Any) -> FormatSpec:
    """The format of an open file whatever it is used for: one whose marks it shows, of models rather than weights."""
    if spec.container != "hdf5":
        return spec
    shown = [one for one in installed() if one.container == "hdf5" and _shows(one, file)]
    return min(shown, key=lambda one: one.holds != "model", default=spec)


def _shows(spec: FormatSpec, file: Any) -> bool:
    return any(mark in file or file.has_attribute(mark) for mark in spec.marks)


def _by_ending(path: str, candidates: list[FormatSpec]) -> FormatSpec | None:
    fitting = [(spec.longest_ending(path), spec) for spec in candidates if spec.fits(path)]
    if not fitting:
        return None
    longest = max(length for length, _ in fitting)
    chosen = [spec for length, spec in fitting if length == longest]
    if len(chosen) > 1:
        owners = " and ".join(sorted(f"{spec.name} of {spec.distribution}" for spec in chosen))
        raise ValueError(f"Two formats have the ending of '{path}': {owners}. Uninstall one of the packages.")
    return chosen[0]


def _other_use(path: str, holds: Holds, writing: bool) -> str:
    """What else can be done with such a path: another method, or the package that is missing."""
    verb = "save" if writing else "load"
    others = [spec for spec in installed() if spec.holds != holds and (spec.writer if writing else spec.reader)]
    other = _by_ending(path, others)
    if other is not None and other.holds == "program":
        return f" It names a program for other tools: {'use model.export()' if writing else 'none is loaded'}."
    if other is not None:
        if holds == "model":
            return f" It names a format of weights alone: use model.{verb}_weights()."
        return f" It names a format of whole models: use {'model.save()' if writing else 'keras.saving.load_model()'}."
    return _missing(path)


def _missing(path: str) -> str:
    """Which package has the ending of a path, where it is known and not installed."""
    known = _known()
    ending = max((one for one in known if path.endswith(one)), key=len, default=None)
    if ending is None:
        return ""
    package = known[ending]
    if package is None:
        return f" No package of Keras has the format '{ending}'."
    return (
        f" The format '{ending}' is provided by {package}, which is not installed; from a checkout of Keras: "
        f"pip install ./packages/{package}"
    )


@functools.cache
def _known() -> dict[str, str | None]:
    """Ending → the distribution that provides it, or None where nothing does."""
    return dict(json.loads(Path(__file__).with_name("known_formats.json").read_text(encoding="utf-8")))


def _endings(specs: list[FormatSpec]) -> str:
    return " or ".join(f"'{ending}'" for spec in specs for ending in spec.extensions)


def _resolve(target: str | None) -> Any:
    module, _, attribute = str(target).partition(":")
    return getattr(importlib.import_module(module), attribute)
