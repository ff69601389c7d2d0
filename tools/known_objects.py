"""Writes the core's `known_objects.toml`: which distribution provides which layers, optimizers and schedules.

    python tools/known_objects.py [--check]

The packages' stubs and sources are read and nothing is imported. A name is what a stub of a package with an entry
point in `keras.objects` exports; its kind follows from the base class in the core that its class derives from.
`--check` writes nothing and fails when the file is not up to date.
"""

from __future__ import annotations

import argparse
import ast
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "packages" / "keras-core" / "src" / "keras_core" / "known_objects.toml"
# Base classes of the core and the kind of object that derives from them.
KINDS = {
    "Layer": "layer",
    "HostLayer": "layer",
    "Model": "layer",
    "Optimizer": "optimizer",
    "LearningRateSchedule": "schedule",
}
HEADER = """\
# Which distribution provides which public names, so that a missing package can be named, and their other names.
# Written by `nox -s known_objects` from the packages' stubs: change those, not this file.
"""


class Package:
    """The modules of one distribution, parsed as they are asked for.

    Args:
        folder: the distribution's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.source = folder / "src" / folder.name.replace("-", "_")
        self._parsed: dict[Path, ast.Module] = {}

    def exports(self) -> Iterator[tuple[str, Path]]:
        """Public names, by the stubs of the package and its families, and the file that each comes from."""
        for stub in sorted(self.source.rglob("__init__.pyi")):
            for node in self._tree(stub).body:
                if isinstance(node, ast.ImportFrom) and node.module and node.level == 1:
                    for alias in node.names:
                        yield alias.asname or alias.name, self._file(stub.parent, node.module)

    def definition(self, name: str, file: Path) -> tuple[str, str] | None:
        """The kind and the class's own name of what a file calls `name`; None for what is no object of the table."""
        for node in self._tree(file).body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                kinds = (self._kind(base, file) for base in node.bases if isinstance(base, ast.Name))
                kind = next(filter(None, kinds), None)
                return None if kind is None else (kind, name)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and name in _targets(node):
                return self.definition(node.value.id, file)
            if isinstance(node, ast.ImportFrom) and name in _bound(node) and self._is_own(node):
                module = str(node.module).partition(".")[2]
                return self.definition(_bound(node)[name], self._file(self.source, module))
        return None

    def _is_own(self, node: ast.ImportFrom) -> bool:
        return str(node.module).split(".")[0] == self.source.name

    def _kind(self, base: ast.Name, file: Path) -> str | None:
        for node in self._tree(file).body:
            core = isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "keras_core"
            if core and base.id in _bound(node):
                return KINDS.get(_bound(node)[base.id])
        found = self.definition(base.id, file)
        return None if found is None else found[0]

    def _file(self, folder: Path, module: str) -> Path:
        path = folder.joinpath(*module.split("."))
        return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

    def _tree(self, file: Path) -> ast.Module:
        if file not in self._parsed:
            self._parsed[file] = ast.parse(file.read_text(encoding="utf-8"))
        return self._parsed[file]


def _targets(node: ast.Assign) -> set[str]:
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def _bound(node: ast.ImportFrom) -> dict[str, str]:
    """The names that an import binds, and what they are called where they come from."""
    return {one.asname or one.name: one.name for one in node.names}


def packages(root: Path = ROOT) -> list[Package]:
    """The distributions of a checkout that contribute objects."""
    found = []
    for path in sorted(root.glob("packages/*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        if "keras.objects" in project.get("entry-points", {}):
            found.append(Package(path.parent))
    return found


def table(root: Path = ROOT) -> str:
    """The text of the file.

    Raises:
        SystemExit: for a name that two distributions provide.
    """
    names: dict[tuple[str, str], set[str]] = {}
    aliases: dict[tuple[str, str], dict[str, str]] = {}
    providers: dict[str, str] = {}
    for package in packages(root):
        for name, file in package.exports():
            found = package.definition(name, file)
            if found is None:
                continue
            kind, own = found
            if providers.setdefault(name, package.name) != package.name:
                raise SystemExit(f"Both {providers[name]} and {package.name} provide {name}.")
            if name == own:
                names.setdefault((kind, package.name), set()).add(name)
            else:
                aliases.setdefault((kind, package.name), {})[name] = own
    parts = [HEADER]
    order = list(KINDS.values())
    for key in sorted(names, key=lambda key: (order.index(key[0]), key[1])):
        kind, distribution = key
        listed = ", ".join(f'"{name}"' for name in sorted(names[key]))
        lines = textwrap.fill(listed, 120, initial_indent="    ", subsequent_indent="    ")
        parts.append(f'[[{kind}]]\ndistribution = "{distribution}"\nnames = [\n{lines},\n]\n')
        if key in aliases:
            rows = "\n".join(f'{name} = "{own}"' for name, own in sorted(aliases[key].items()))
            parts.append(f"[{kind}.aliases]\n{rows}\n")
    return "\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Write or check the file; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file is not up to date")
    options = parser.parse_args(arguments)
    text = table()
    current = TARGET.read_text(encoding="utf-8") == text
    if options.check:
        print(f"{TARGET.name} is {'up to date' if current else 'not up to date: run nox -s known_objects'}")
        return 0 if current else 1
    if not current:
        TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name}: {'unchanged' if current else 'written'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
