"""`keras new`: a program to begin with."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_core.typing import PathLike

_SUFFIX = ".py.txt"


def tasks() -> dict[str, str]:
    """The tasks for which there is a program → what its first line says.

    Example:
        >>> sorted(tasks())
        ['images', 'series', 'table', 'text']
    """
    folder = files("keras_cli") / "templates"
    found = {file.name.removesuffix(_SUFFIX): file for file in folder.iterdir() if file.name.endswith(_SUFFIX)}
    return {name: found[name].read_text(encoding="utf-8").splitlines()[0].strip('"') for name in sorted(found)}


def start(task: str, path: PathLike | None = None, overwrite: bool = False) -> str:
    """Write a program that trains, saves and uses a model on data that it makes itself.

    Args:
        task: a name of `tasks`.
        path: where; `<task>.py` by default.
        overwrite: whether a file there is replaced. Defaults to False.

    Returns:
        The path.

    Raises:
        ValueError: for another task.
        FileExistsError: for a file that is there already, unless `overwrite`.

    Example:
        >>> import tempfile, os
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     os.path.basename(start("table", f"{folder}/prices.py"))
        'prices.py'
    """
    known = tasks()
    if task not in known:
        listed = ", ".join(known)
        raise ValueError(f"There is no program for '{task}'. There are programs for: {listed}.")
    target = os.fspath(path) if path is not None else f"{task}.py"
    text = (files("keras_cli") / "templates" / f"{task}{_SUFFIX}").read_text(encoding="utf-8")
    try:
        with open(target, "w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FileExistsError(f"The file '{target}' exists; give another name, or --force to replace it.") from None
    return target
