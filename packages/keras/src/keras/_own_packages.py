"""Keras's own packages are found although a script's folder has one of the same name.

A script's folder comes first on `sys.path`: a user's own `keras_layers` there hides the package of that name, and
`from keras.layers import Dense` would ask the user's folder for it.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def prefer_own(*packages: str) -> None:
    """Import each package from Keras's own folder where another one hides it.

    Modules in the other folder can be imported under the package's name all the same, and names that only its
    `__init__.py` defines are found, too. A module that is in both is Keras's.

    Args:
        *packages: import names.
    """
    for package in packages:
        folders = list(_folders(package))
        own = next((folder for folder in folders if _is_own(folder)), None)
        others = [folder for folder in folders if not _is_own(folder)]
        if own is not None and others:
            _import_own(package, own, others)


def _folders(package: str) -> Iterator[Path]:
    """What `sys.path` offers under that name, in its order."""
    for entry in sys.path:
        folder = Path(entry or ".", package)
        if folder.is_dir():
            yield folder


def _is_own(folder: Path) -> bool:
    """Whether it is a package of Keras's: those have a stub and a marker of types beside the `__init__.py`."""
    return all((folder / name).is_file() for name in ("__init__.py", "__init__.pyi", "py.typed"))


def _import_own(package: str, own: Path, others: list[Path]) -> None:
    loaded = sys.modules.get(package)
    if loaded is not None and str(own) in getattr(loaded, "__path__", ()):
        return  # imported before, by code that found it
    found = [str(folder) for folder in others]
    spec = spec_from_file_location(package, own / "__init__.py", submodule_search_locations=[str(own), *found])
    assert spec is not None and spec.loader is not None
    module = sys.modules[package] = module_from_spec(spec)
    spec.loader.exec_module(module)
    own_names = module.__getattr__

    def names_of_both(name: str) -> Any:
        try:
            return own_names(name)
        except AttributeError:
            for other in _inits(package, loaded, others):
                if hasattr(other, name):
                    return getattr(other, name)
            raise

    module.__getattr__ = names_of_both  # type: ignore[method-assign]


def _inits(package: str, loaded: ModuleType | None, folders: list[Path]) -> Iterator[ModuleType]:
    """The user's packages: the one that is loaded, or what their `__init__.py` define."""
    if loaded is not None:
        yield loaded
        return
    for folder in folders:
        spec = spec_from_file_location(package, folder / "__init__.py", submodule_search_locations=[str(folder)])
        if (folder / "__init__.py").is_file() and spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            yield module
