"""Which module needs which, counted four ways, and the circles in it.

    python tests/boundaries/import_graph.py [package] [root of a checkout]

prints each circle with the edges that tie it, and the longest chain of modules.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from package_sources import ROOT, Import, SourceFile, read_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IMPORT, FUNCTION, TYPING, ATTRIBUTE = "import", "in a function", "for types", "attribute"
KINDS = (IMPORT, FUNCTION, TYPING, ATTRIBUTE)


@dataclass(frozen=True)
class Edge:
    """`source` needs `target` in a line of its file, by one of the four kinds."""

    source: str
    target: str
    kind: str
    line: int


class ImportGraph:
    """The modules of some packages and what each needs of the others.

    A package root whose stub lists its names runs nothing: who takes a name from it needs the module that the
    stub names.

    Args:
        files: the modules (`.py`) and stubs (`.pyi`).
    """

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self.modules: dict[str, SourceFile] = {}
        self.stubs: dict[str, dict[str, tuple[str, str]]] = {}
        self.stars: dict[str, list[str]] = {}
        for file in files:
            if file.path.suffix == ".py":
                self.modules[file.module] = file
            else:
                self._read_stub(file)
        self.edges = [edge for file in self.modules.values() for edge in self._edges(file)]

    def _read_stub(self, file: SourceFile) -> None:
        names = self.stubs[file.module] = {}
        self.stars[file.module] = []
        for found in file.imports:
            for name, bound in zip(found.names, found.bound, strict=True):
                if name == "*":
                    self.stars[file.module].append(found.module)
                else:
                    names[bound] = found.module, name

    def resolve(self, module: str, name: str) -> str | None:
        """The module that `module.name` needs: a module of that name, or the one that defines the name."""
        if f"{module}.{name}" in self.modules:
            return f"{module}.{name}"
        if module not in self.stubs:
            return module if module in self.modules else None
        if name in self.stubs[module]:
            origin, original = self.stubs[module][name]
            return self.resolve(origin, original)
        for origin in self.stars[module]:
            found = self.resolve(origin, name)
            if found is not None and found != origin:
                return found
        return module

    def _edges(self, file: SourceFile) -> Iterator[Edge]:
        roots: dict[str, str] = {}  # local name → the module it is bound to
        for found in file.imports:
            kind = TYPING if found.typing_only else IMPORT if found.at_import else FUNCTION
            for target in self._targets(found, roots):
                if target != file.module:
                    yield Edge(file.module, target, kind, found.line)
        for line, target in self._attributes(file.tree, roots):
            if target != file.module:
                yield Edge(file.module, target, ATTRIBUTE, line)

    def _targets(self, found: Import, roots: dict[str, str]) -> Iterator[str]:
        if found.module in self.modules:
            yield found.module
        if not found.names:  # import a.b, or import a.b as c
            top = found.module.split(".")[0]
            roots.update(dict.fromkeys(found.bound, found.module) or {top: top})
            return
        for name, bound in zip(found.names, found.bound, strict=True):
            target = self.resolve(found.module, name)
            if target is None:
                continue
            yield target
            if target.rpartition(".")[2] == name and target != found.module:
                roots[bound] = target

    def _attributes(self, tree: ast.Module, roots: dict[str, str]) -> Iterator[tuple[int, str]]:
        """What chains such as `ops.add` or `keras_core.ops.add` need."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                module = self._module(node.value, roots)
                target = module and self.resolve(module, node.attr)
                if target:
                    yield node.lineno, target

    def _module(self, node: ast.expr, roots: dict[str, str]) -> str | None:
        if isinstance(node, ast.Name):
            return roots.get(node.id)
        if isinstance(node, ast.Attribute):
            module = self._module(node.value, roots)
            target = module and self.resolve(module, node.attr)
            return target if target and target.rpartition(".")[2] == node.attr else None
        return None

    def needs(self, kinds: Iterable[str] = KINDS) -> dict[str, set[str]]:
        """Each module's targets by edges of these kinds."""
        kinds = set(kinds)
        found: dict[str, set[str]] = {module: set() for module in self.modules}
        for edge in self.edges:
            if edge.kind in kinds:
                found[edge.source].add(edge.target)
        return found

    def circles(self, kinds: Iterable[str] = KINDS) -> list[list[str]]:
        """Groups of modules that need each other by edges of these kinds, the largest first."""
        groups = [sorted(group) for group in components(self.needs(kinds)) if len(group) > 1]
        return sorted(groups, key=len, reverse=True)

    def ties(self, circle: Iterable[str]) -> list[Edge]:
        """The edges inside a circle, one for each pair of modules and kind."""
        inside = set(circle)
        found = {}
        for edge in self.edges:
            if edge.source in inside and edge.target in inside:
                found.setdefault((edge.source, edge.target, edge.kind), edge)
        return sorted(found.values(), key=lambda edge: (edge.source, edge.target, edge.kind))

    def longest_chain(self, kinds: Iterable[str] = KINDS) -> list[str]:
        """The longest row of modules of which each needs the next; of a circle it visits one member."""
        needs = self.needs(kinds)
        groups = components(needs)
        group_of = {module: number for number, group in enumerate(groups) for module in group}
        longest: list[list[str]] = []
        for number, group in enumerate(groups):  # Tarjan's order: what a group needs comes before it
            best: list[str] = []
            head = min(group)
            for module in sorted(group):
                for target in sorted(needs[module]):
                    other = group_of[target]
                    if other != number and len(longest[other]) > len(best):
                        best, head = longest[other], module
            longest.append([head, *best])
        return max(longest, key=len, default=[])


def components(graph: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected components, by Tarjan's method; each comes after those it leads to."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            start = stack.index(node)
            found.append(stack[start:])
            del stack[start:]

    for node in graph:
        if node not in index:
            visit(node)
    return found


def main(package: str | None = None, root: str | None = None) -> None:
    packages = read_packages(Path(root) if root else ROOT).values()
    chosen = [p for p in packages if package in (None, p.name, p.import_name)]
    graph = ImportGraph(file for p in chosen for file in p.files(".py", ".pyi"))
    for circle in graph.circles():
        print(f"\ncircle of {len(circle)}: {', '.join(circle)}")
        for edge in graph.ties(circle):
            print(f"  {edge.source}:{edge.line} -> {edge.target} ({edge.kind})")
    circles, chain = graph.circles(), graph.longest_chain()
    print(f"\n{len(graph.modules)} modules, {len(circles)} circles of {[len(circle) for circle in circles]} modules")
    print(f"longest chain at import: {len(graph.longest_chain([IMPORT]))} modules")
    print(f"longest chain: {len(chain)} modules:\n  " + "\n  ".join(chain))


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main(*(argument or None for argument in sys.argv[1:]))
