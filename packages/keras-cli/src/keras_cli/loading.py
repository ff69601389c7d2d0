"""Loads a model for a command, with the classes that a program of the user's supplies."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

from keras_core.saving import load_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_core.typing import PathLike


def load(file: PathLike, modules: Iterable[str] = (), compile: bool = True) -> Any:
    """The model in a file.

    Args:
        file: its path.
        modules: names of Python modules of the user's, found from the current folder on: what they define is known
            while the file is read.
        compile: whether to compile it as it was. Defaults to True.

    Raises:
        ModuleNotFoundError: when there is no such module.
        ValueError: for what `load_model` refuses.
    """
    return load_model(file, custom_objects=defined_in(modules), compile=compile)


def defined_in(modules: Iterable[str]) -> dict[str, Any]:
    """The classes and functions that modules define, by their names.

    Raises:
        ModuleNotFoundError: when there is no such module.
    """
    found: dict[str, Any] = {}
    for name in modules:
        if os.getcwd() not in sys.path:
            sys.path.insert(0, os.getcwd())
        module = importlib.import_module(name)
        own = {key: value for key, value in vars(module).items() if getattr(value, "__module__", None) == name}
        found |= {key: value for key, value in own.items() if callable(value)}
    return found
