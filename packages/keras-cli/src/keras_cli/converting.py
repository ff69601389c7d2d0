"""`keras convert`: the same model or weights in another format."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from keras_core.saving import file_content, load_weights, names_program, names_weights, save_model, save_weights

from keras_cli.loading import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import PathLike


def convert(
    source: PathLike,
    target: PathLike,
    model: PathLike | None = None,
    modules: Sequence[str] = (),
    weights: bool = False,
    optimizer: bool = True,
    overwrite: bool = False,
    format: str | None = None,
) -> None:
    """Write what one file holds to another, in the format that its ending names.

    Args:
        source: the path of a model's file, or of weights.
        target: the path to write.
        model: a file of the model whose weights `source` holds; needed for weights alone, whose files do not say
            what model they are of. Defaults to None.
        modules: Python modules that define custom classes of the model.
        weights: whether to write the weights of a model alone, where the ending does not say so. Defaults to False.
        optimizer: whether what a model was compiled with is written, too. Defaults to True.
        overwrite: whether a file at `target` is replaced. Defaults to False.
        format: the format of programs in which to write what the model predicts, as for `Model.export`; needed where
            the ending does not say it. Defaults to None.

    Raises:
        FileNotFoundError: when there is no such file.
        FileExistsError: for an existing `target`, unless `overwrite`.
        ValueError: for a target without an ending, a format that is not installed, a file that is refused, and weights
            without a model.

    Example:
        >>> import tempfile, keras_core
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     keras_core.Sequential([keras_core.Input((2,))]).save(f"{folder}/empty.keras")
        ...     convert(f"{folder}/empty.keras", f"{folder}/copy.keras")
    """
    if format is None and not os.path.splitext(target)[1]:
        raise ValueError(f"'{os.fspath(target)}' has no ending, such as .keras or .h5, that names the format to write.")
    with file_content(source) as content:
        alone = content.config is None
    if alone and model is None:
        raise ValueError(
            f"'{os.fspath(source)}' holds weights alone, and formats of weights need the model that they are of: name "
            "a file of it by --model."
        )
    made = load(source if model is None else model, modules, compile=optimizer and not alone)
    if alone:
        load_weights(made, source)
    if format is not None or names_program(os.fspath(target)):
        made.export(target, format, overwrite=overwrite)
    elif alone or weights or names_weights(os.fspath(target)):
        save_weights(made, target, overwrite=overwrite)
    else:
        save_model(made, target, overwrite=overwrite, include_optimizer=optimizer)
