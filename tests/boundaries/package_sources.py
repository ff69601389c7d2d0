"""The source of every package, read once: files, imports, declared dependencies."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import workspace  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Import:
    """One imported module.

    `names` are taken from it and `bound` is what they are called here; where it stands and whether it runs at import.
    """

    module: str
    names: tuple[str, ...]
    bound: tuple[str, ...]
    line: int
    at_import: bool
    typing_only: bool


class _Imports(ast.NodeVisitor):
    """Collects the imports of a file, relative ones made absolute."""

    def __init__(self, package: str) -> None:
        self.package, self.found = package, []
        self.depth, self.typing = 0, False

    def visit_FunctionDef(self, node: ast.AST) -> None:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_If(self, node: ast.If) -> None:
        before, self.typing = self.typing, self.typing or "TYPE_CHECKING" in ast.unparse(node.test)
        for child in node.body:
            self.visit(child)
        self.typing = before
        for child in node.orelse:
            self.visit(child)

    def add(self, module: str, names: tuple[str, ...], bound: tuple[str, ...], line: int) -> None:
        self.found.append(Import(module, names, bound, line, self.depth == 0, self.typing))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.add(alias.name, (), (alias.asname,) if alias.asname else (), node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            base = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
            module = ".".join([*base, *filter(None, [node.module])])
        names = tuple(alias.name for alias in node.names)
        self.add(module, names, tuple(alias.asname or alias.name for alias in node.names), node.lineno)


@dataclass(frozen=True)
class SourceFile:
    """A Python file or stub of a package."""

    path: Path
    module: str
    text: str

    @property
    def is_package(self) -> bool:
        return self.path.stem == "__init__"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[Import]:
        visitor = _Imports(self.module if self.is_package else self.module.rpartition(".")[0])
        visitor.visit(self.tree)
        return visitor.found

    @property
    def code_lines(self) -> int:
        """How many lines it has besides docstrings."""
        documented = 0
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
                first = node.body[0]
                if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                    documented += (first.end_lineno or first.lineno) - first.lineno + 1
        return self.text.count("\n") - documented

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


class Package(workspace.Package):
    """One distribution of the repository, with its source."""

    def files(self, *suffixes: str) -> Iterator[SourceFile]:
        for path in sorted(self.source.rglob("*")):
            if path.suffix in (suffixes or (".py",)) and "__pycache__" not in path.parts:
                parts = path.relative_to(self.folder / "src").with_suffix("").parts
                module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                yield SourceFile(path, module, path.read_text(encoding="utf-8"))


def read_packages(root: Path = ROOT) -> dict[str, Package]:
    """Every package of the repository at `root`, by its distribution's name."""
    return {path.parent.name: Package(path.parent.name, path.parent) for path in root.glob("packages/*/pyproject.toml")}
