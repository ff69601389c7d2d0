"""Models and weights in files: the format is chosen by the path, the file opened and replaced safely."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keras_core.config.loading_limits import limited
from keras_core.saving.contents import FileContent
from keras_core.saving.file_checks import head_of
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.folder import Folder, replacing_folder
from keras_core.saving.formats import (
    FOLDER,
    FormatSpec,
    Holds,
    by_content,
    by_marks,
    for_reading,
    for_writing,
    named,
    names_weights,
    of_groups,
    of_open_files,
)
from keras_core.saving.places import GroupPlace, PathPlace, Place, StreamPlace, source_of, target_of
from keras_core.saving.reader import opened
from keras_core.saving.save_scope import loading, saving
from keras_core.saving.serialization import BROKEN, DeserializationError, reason
from keras_core.saving.shards import (
    INDEX,
    index_path,
    open_shards,
    own_shards,
    remove_old_shards,
    write_shards,
)
from keras_core.saving.weights import show_averages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.loose_weights import LooseWeights
    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import FileLike


def save_model(
    model: SavableModel,
    filepath: FileLike,
    overwrite: bool = True,
    include_optimizer: bool = True,
    zipped: bool | None = None,
    save_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Save a model to a file; a `.keras` file can be loaded by this and by upstream Keras 3.

    An existing file is replaced at once when the new one is complete, so it survives any failure.

    Args:
        model: the model.
        filepath: a path that ends in `.keras`, or in the ending of an installed format of models; or a binary file open
            for writing, which gets the format of its name or else a `.keras` archive; or, with keras-legacy, an
            `h5py.File` or `h5py.Group`, which gets Keras 2's layout.
        overwrite: whether an existing file is replaced. Defaults to True.
        include_optimizer: whether optimizer, losses and metrics are saved too. Defaults to True.
        zipped: False saves a folder with what a `.keras` archive holds, under any name. Defaults to None, for a file.
        save_format: which format to write, whatever the path ends in: "keras", "h5" or the ending of an installed
            format. Defaults to None, for what the path says.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        ValueError: for another ending or format, and an HDF5 group that is not empty.
        FileExistsError: for an existing file with `overwrite=False`.
        TypeError: for something in the model that no file can hold, and a `filepath` that is nothing of these.

    Warns:
        UserWarning: naming all custom objects that loading will have to be told.
    """
    if kwargs:
        raise TypeError(f"save_model() does not take {', '.join(kwargs)}.")
    place = target_of(filepath, "save_model")
    if zipped is False:
        show_averages(model)
        _save_folder(model, place, overwrite, include_optimizer, save_format)
        return
    spec = _written_format(place, "model", save_format)
    show_averages(model)
    with saving(), place.writing(overwrite) as temporary:
        spec.write(model, temporary, include_optimizer)


def _save_folder(
    model: SavableModel, place: Place, overwrite: bool, include_optimizer: bool, save_format: str | None
) -> None:
    if not isinstance(place, PathPlace) or save_format not in (None, "keras"):
        raise ValueError("zipped=False writes a folder in the format 'keras': give the path of one.")
    with saving(), replacing_folder(place.name, overwrite) as temporary:
        FOLDER.write(model, temporary, include_optimizer)


def _written_format(place: Place, holds: Holds, save_format: str | None) -> FormatSpec:
    if save_format is not None:
        spec = named(save_format, holds)
        if isinstance(place, GroupPlace) and spec.container != "hdf5":
            raise ValueError(f"An HDF5 group cannot hold the format '{spec.name}'; give a path or an open file.")
        return spec
    if isinstance(place, GroupPlace):
        return of_groups(holds, writing=True)
    if isinstance(place, StreamPlace) and "." not in place.name:
        return named("keras", holds)
    return for_writing(place.name, holds)


def load_model(
    filepath: FileLike,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Load a model from a `.keras` file of this or an upstream Keras 3, or from a file of another installed format.

    Nothing in the file is run or imported: the names in it resolve to built-in objects, objects of
    installed packages, registered ones, and `custom_objects`.

    Args:
        filepath: the file: a path, also of a folder that `save_model(zipped=False)` wrote, a binary file open for
            reading, the bytes of a file, an `h5py.File` or an `h5py.Group`.
        custom_objects: names of custom classes and functions, among them those of Lambda layers.
        compile: whether to restore optimizer, losses and metrics.
        safe_mode: accepted; code in a file is never run, whatever is given here.

    Returns:
        The model.

    Raises:
        FileNotFoundError: when there is no such file.
        TypeError: for a `filepath` that is nothing of these.
        ValueError: for a file that is empty, truncated, of another format or version, or refused, and
            for names that are not known; it says which.

    Warns:
        UserWarning: when the model was saved compiled and a package that this needs is missing; it is not compiled.
    """
    place = source_of(filepath, "load_model")
    with naming(place.name), _opened(place, "model") as (spec, file), loading(custom_objects, compile):
        model = spec.read(file)
        if not getattr(model, "stands_alone", False):
            raise FileFormatError(f"The file '{place.name}' holds a {type(model).__name__}, not a model.")
    return model


def save_weights(
    model: SavableModel | LooseWeights,
    filepath: FileLike,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    save_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Save all weights, optimizer state included, to a `.weights.h5` file.

    Args:
        model: the model, which must be built; or a `LooseWeights`.
        filepath: a path that ends in `.weights.h5`, or in the ending of an installed format of weights; or a binary
            file open for writing, an `h5py.File` or an `h5py.Group`.
        overwrite: whether an existing file is replaced. Defaults to True.
        max_shard_size: the most gigabytes of arrays in one file: several are written, and an index that ends in
            `.weights.json`, which is what to load. Defaults to None, for one file.
        save_format: which format to write, whatever the path ends in: "keras", "h5" for Keras 2's, or the ending of
            an installed format. Defaults to None, for what the path says.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        ValueError: for another ending or format, a model that is not built, an array larger than `max_shard_size`, and
            an HDF5 group that is not empty.
        FileExistsError: for an existing file with `overwrite=False`.
        TypeError: for a `filepath` that is nothing of these.
    """
    if kwargs:
        raise TypeError(f"save_weights() does not take {', '.join(kwargs)}.")
    place = target_of(filepath, "save_weights")
    if max_shard_size is not None:
        place = _index(place, save_format)
    spec = _written_format(place, "weights", save_format)
    _check_built(model, "saved")
    show_averages(model)
    if spec.container == "shards":
        with place.writing(overwrite) as temporary:
            write_shards(model, place.name, temporary, float("inf") if max_shard_size is None else max_shard_size)
            old = own_shards(place.name)
        remove_old_shards(place.name, old)
        return
    with place.writing(overwrite) as temporary:
        spec.write(model, temporary)


def _index(place: Place, save_format: str | None) -> PathPlace:
    """The index for weights in several files."""
    path = index_path(place.name)
    if not isinstance(place, PathPlace) or save_format is not None or not path.endswith(INDEX):
        raise ValueError(
            f"max_shard_size writes several files and an index: give a path that ends in '{INDEX}', got '{place.name}'."
        )
    return PathPlace(path)


def load_weights(
    model: SavableModel,
    filepath: FileLike,
    skip_mismatch: bool = False,
    by_name: bool = False,
    reshape: bool = False,
    **kwargs: Any,
) -> None:
    """Load weights from a `.weights.h5` file of this or an upstream Keras 3, or one of another installed format.

    Args:
        model: the model, which must be built.
        filepath: a path that ends in `.weights.h5`, in `.weights.json` for the index of several files, or in another
            format's ending; the `.keras` file or folder of a whole model; a binary file open for reading, the bytes of
            a file, an `h5py.File` or an `h5py.Group`.
        skip_mismatch: leave out, with a warning, layers whose number or shapes of weights differ. Defaults to False.
        by_name: match layers by their names instead of their places; layers that the file does not name keep their
            weights. Defaults to False.
        reshape: in files of Keras 2, take arrays of another shape that have as many values. Defaults to False.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        TypeError: for a `filepath` that is nothing of these.
        ValueError: for a damaged or refused file, and weights that do not fit (all are listed); the
            model is unchanged then.
    """
    if kwargs:
        raise TypeError(f"load_weights() does not take {', '.join(kwargs)}.")
    place = source_of(filepath, "load_weights")
    _check_built(model, "loaded")
    with naming(place.name), limited(), _opened(place, "weights") as (spec, file):
        spec.read(model, file, skip_mismatch, by_name, reshape)


@contextmanager
def file_content(filepath: FileLike) -> Iterator[FileContent]:
    """Open a file of a model or of weights and say what is in it; no object is made and nothing is run.

    Args:
        filepath: what `load_model` or `load_weights` take.

    Yields:
        The content. Its arrays can be read until the block ends.

    Raises:
        FileNotFoundError: when there is no such file.
        TypeError: for a `filepath` that is no file.
        ValueError: for a file that is empty, damaged, refused or of no known format.

    Example:
        >>> import io, keras_core
        >>> file = io.BytesIO()
        >>> model = keras_core.Sequential([keras_core.Input((2,))], name="none")
        >>> model.save(file)
        >>> with file_content(file.getvalue()) as content:
        ...     print(content.spec.name, content.config["config"]["name"])
        keras none
    """
    place = source_of(filepath, "file_content")
    with ExitStack() as stack:
        with naming(place.name):
            holds: Holds = "weights" if names_weights(place.name) else "model"
            spec, file = stack.enter_context(_opened(place, holds))
            spec = by_marks(spec, file)
            if spec.describer is not None:
                content = replace(stack.enter_context(spec.describe(file)), spec=spec)
            else:
                content = FileContent(weights=file if spec.container in ("hdf5", "shards") else None, spec=spec)
        yield content


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Every error of a load is a ValueError that names the file; a missing file or package says so itself.

    Args:
        name: what the file is called.
    """
    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except (ValueError, OSError, EOFError, *BROKEN) as error:
        if isinstance(error, ValueError) and name in str(error):
            raise
        if isinstance(error, DeserializationError):
            raise type(error)(f"The file '{name}' cannot be loaded: {error}") from error
        if isinstance(error, OSError) and error.errno is not None:  # of the disk
            raise
        raise FileFormatError(f"The file '{name}' cannot be loaded: {reason(error)}") from error


@contextmanager
def _opened(place: Place, holds: Holds) -> Iterator[tuple[FormatSpec, Any]]:
    """The format of what is in a place, and what its reader gets: opened and checked."""
    if isinstance(place, GroupPlace):
        group = place.read()
        yield by_content(of_groups(holds, writing=False), group), group
        return
    with place.reading() as path:
        if isinstance(place, PathPlace):
            spec = for_reading(path, holds)
        else:
            spec = of_open_files(head_of(path), place.name, holds)
        if spec.container == "folder":
            yield spec, Folder(path)
        elif spec.container == "shards":
            with open_shards(path) as tree:
                yield spec, tree
        else:
            with opened(path, spec.container, place.name) as file:
                yield by_content(spec, file), file


def _check_built(model: Any, what: str) -> None:
    if not model.built:
        raise ValueError(
            f"Model '{model.name}' has no weights yet that could be {what}. Call it on data, or "
            "build(input_shape), first."
        )
