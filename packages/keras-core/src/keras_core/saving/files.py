"""Models and weights in files: the format is chosen by the path, the file opened and replaced safely."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from keras_core.saving.atomic import refuse_overwriting, replacing
from keras_core.saving.formats import by_content, for_reading, for_writing
from keras_core.saving.reader import FileFormatError, opened
from keras_core.saving.save_scope import loading, saving

if TYPE_CHECKING:
    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import PathLike


def save_model(
    model: SavableModel,
    filepath: PathLike,
    overwrite: bool = True,
    include_optimizer: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Save a model to a file; a `.keras` file can be loaded by this and by upstream Keras 3.

    An existing file is replaced at once when the new one is complete, so it survives any failure.

    Args:
        model: the model.
        filepath: a path that ends in `.keras`, or in the ending of an installed format of models.
        overwrite: whether an existing file is replaced. Defaults to True.
        include_optimizer: whether optimizer, losses and metrics are saved too. Defaults to True.
        zipped: accepted; the format decides. Defaults to None.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        ValueError: for another ending.
        FileExistsError: for an existing file with `overwrite=False`.
        TypeError: for something in the model that no file can hold.

    Warns:
        UserWarning: naming all custom objects that loading will have to be told.
    """
    if kwargs:
        raise TypeError(f"save_model() does not take {', '.join(kwargs)}.")
    path = os.fspath(filepath)
    spec = for_writing(path, "model")
    refuse_overwriting(path, overwrite)
    with saving(), replacing(path) as temporary:
        spec.write(model, temporary, include_optimizer)


def load_model(
    filepath: PathLike,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Load a model from a `.keras` file of this or an upstream Keras 3, or from a file of another installed format.

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

    Warns:
        UserWarning: when the model was saved compiled and a package that this needs is missing; it is not compiled.
    """
    path = os.fspath(filepath)
    spec = for_reading(path, "model")
    with opened(path, spec.container) as file, loading(custom_objects, compile):
        model = by_content(spec, file).read(file)
        if not getattr(model, "_is_model", False):
            raise FileFormatError(f"The file '{path}' holds a {type(model).__name__}, not a model.")
    return model


def save_weights(model: SavableModel, filepath: PathLike, overwrite: bool = True, **kwargs: Any) -> None:
    """Save all weights, optimizer state included, to a `.weights.h5` file.

    Args:
        model: the model, which must be built.
        filepath: a path that ends in `.weights.h5`, or in the ending of an installed format of weights.
        overwrite: whether an existing file is replaced. Defaults to True.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        ValueError: for another ending, or a model that is not built.
        FileExistsError: for an existing file with `overwrite=False`.
    """
    if kwargs:
        raise TypeError(f"save_weights() does not take {', '.join(kwargs)}.")
    path = os.fspath(filepath)
    spec = for_writing(path, "weights")
    _check_built(model, "saved")
    refuse_overwriting(path, overwrite)
    with replacing(path) as temporary:
        spec.write(model, temporary)


def load_weights(
    model: SavableModel,
    filepath: PathLike,
    skip_mismatch: bool = False,
    by_name: bool = False,
    reshape: bool = False,
    **kwargs: Any,
) -> None:
    """Load weights from a `.weights.h5` file of this or an upstream Keras 3, or one of another installed format.

    Args:
        model: the model, which must be built.
        filepath: a path that ends in `.weights.h5`, or the `.keras` file of a whole model.
        skip_mismatch: leave out, with a warning, layers whose number or shapes of weights differ. Defaults to False.
        by_name: match layers by their names instead of their places; layers that the file does not name keep their
            weights. Defaults to False.
        reshape: in files of Keras 2, take arrays of another shape that have as many values. Defaults to False.
        **kwargs: not accepted; any raises TypeError.

    Raises:
        ValueError: for a damaged or refused file, and weights that do not fit (all are listed); the
            model is unchanged then.
    """
    if kwargs:
        raise TypeError(f"load_weights() does not take {', '.join(kwargs)}.")
    path = os.fspath(filepath)
    spec = for_reading(path, "weights")
    _check_built(model, "loaded")
    with opened(path, spec.container) as file:
        by_content(spec, file).read(model, file, skip_mismatch, by_name, reshape)


def _check_built(model: Any, what: str) -> None:
    if not model.built:
        raise ValueError(
            f"Model '{model.name}' has no weights yet that could be {what}. Call it on data, or "
            "build(input_shape), first."
        )
