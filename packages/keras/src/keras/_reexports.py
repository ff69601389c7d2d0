"""Modules whose names are those of their type stub.

The `.pyi` beside a module lists its names, as editors and type checkers see them; each is imported from
where the stub says when it is first used. Unlike `lazy_loader.attach_stub` this follows imports from other
packages, and `from package import *`, which stands for all public names of that package. Modules inside a package
are its attributes without being listed: `keras.layers.core` after `import keras`.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from importlib.util import resolve_name
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def attach_stub(name: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make `__getattr__` and `__dir__` of a module.

    Args:
        name: the module's `__name__`.
        file: its `__file__`; the stub is the file of the same name that ends in `.pyi`.
    """
    path = Path(file).with_suffix(".pyi")
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    own, sources = _read(path, package)

    def getattribute(attribute: str) -> Any:
        if attribute not in own and path.stem == "__init__" and _is_module(path.parent, attribute):
            return import_module(f"{name}.{attribute}")
        value = _find(name, attribute, own, sources)
        setattr(sys.modules[name], attribute, value)
        return value

    def names() -> list[str]:
        public = {n for source in sources for n in import_module(source).__all__}
        return sorted(
            public.union(n for n, (module, _) in own.items() if not n.startswith("_") and not _is_backend(module))
        )

    def getattr_or_all(attribute: str) -> Any:
        return names() if attribute == "__all__" else getattribute(attribute)

    return getattr_or_all, names


def _is_backend(module: str) -> bool:
    """Whether names come from a backend's package, which loads its framework: they are not among those behind `*`."""
    return module.startswith("keras_backend_")


def _is_module(folder: Path, name: str) -> bool:
    if name.startswith("_"):
        return False
    return (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


def _read(path: Path, package: str) -> tuple[dict[str, tuple[str, str | None]], list[str]]:
    """What a stub imports: name → (module, attribute; None for a module), and the modules behind `*`."""
    own: dict[str, tuple[str, str | None]] = {}
    sources: list[str] = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign):  # alias = name
            own.update((target.id, own[node.value.id]) for target in node.targets)  # type: ignore[attr-defined]
        if not isinstance(node, ast.ImportFrom):
            continue
        module = resolve_name("." * node.level + (node.module or ""), package) if node.level else str(node.module)
        for alias in node.names:
            if alias.name == "*":
                sources.append(module)
            elif node.level and not node.module:
                own[alias.asname or alias.name] = (f"{module}.{alias.name}", None)
            else:
                own[alias.asname or alias.name] = (module, alias.name)
    return own, sources


def _find(name: str, attribute: str, own: dict[str, tuple[str, str | None]], sources: list[str]) -> Any:
    if attribute in own:
        module, member = own[attribute]
        try:
            return import_module(module) if member is None else getattr(import_module(module), member)
        except ModuleNotFoundError as error:
            if error.name != module.partition(".")[0]:
                raise
            package = error.name.replace("_", "-")
            raise ModuleNotFoundError(
                f"{name}.{attribute} is in the package {package}, which is not installed: it comes with the extra "
                f"keras[{package.removeprefix('keras-')}] (pip install {package}).",
                name=error.name,
            ) from error
    if not attribute.startswith("_"):
        for source in map(import_module, sources):
            if attribute in source.__all__:
                return getattr(source, attribute)
    raise AttributeError(f"module {name!r} has no attribute {attribute!r}")
