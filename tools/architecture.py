"""Writes the parts of ARCHITECTURE.md that repeat code: `python tools/architecture.py`, with --check to compare only.

A part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. State of modules is described where it is
made, by comments above it that begin with ``#:``.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
CORE = ROOT / "packages" / "keras-core" / "src" / "keras_core"
PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.S)
# Calls that make something which is written to while a program runs.
MUTABLE = {
    "ContextVar", "Counter", "Lock", "OrderedDict", "RLock", "WeakKeyDictionary", "WeakSet", "WeakValueDictionary",
    "count", "defaultdict", "deque", "dict", "list", "local", "set",
}  # fmt: skip


class State(NamedTuple):
    """A module-level name whose value changes while a program runs."""

    module: str
    name: str
    kind: str
    why: str


def module_name(path: Path) -> str:
    """`keras_core.ops.table` of a source file."""
    parts = path.relative_to(next(p for p in path.parents if p.name == "src")).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _kind(value: ast.expr | None) -> str | None:
    """How a value can change, or None if it is a constant."""
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        constant = name in ("dict", "list", "set") and (value.args or value.keywords)
        return name if name in MUTABLE and not constant else None
    if isinstance(value, ast.Dict | ast.List) and not (getattr(value, "keys", None) or getattr(value, "elts", None)):
        return type(value).__name__.lower()
    return None


def _why(lines: list[str], line: int) -> str:
    """The ``#:`` comment above a line."""
    found: list[str] = []
    while line > 1 and lines[line - 2].startswith("#:"):
        found.insert(0, lines[line - 2][2:].strip())
        line -= 1
    return " ".join(found)


def state_of(path: Path) -> Iterator[State]:
    """The module-level state of a file: context variables, containers that are filled, names that are rebound."""
    text = path.read_text("utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    rebound = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if not isinstance(target, ast.Name) or target.id == "__all__":
                continue
            kind = "rebound" if target.id in rebound else _kind(node.value)
            if kind:
                yield State(module_name(path), target.id, kind, _why(lines, node.lineno))


def all_state() -> list[State]:
    """The module-level state of every package."""
    files = sorted(ROOT.glob("packages/*/src/*/**/*.py"))
    return [state for path in files for state in state_of(path)]


def stub_names(path: Path) -> list[str]:
    """Public names of a stub."""
    return [
        alias.asname or alias.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def public_modules() -> str:
    """The modules of keras_core that other packages may import."""
    stub = ast.parse((CORE / "__init__.pyi").read_text("utf-8"))
    names = [
        alias.name
        for node in stub.body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and not node.module
        for alias in node.names
    ]
    return "`" + "`, `".join(sorted(names)) + "`"


def _decorators(path: Path) -> list[str]:
    """The names of decorators of the functions of a file."""
    return [
        name.id
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        for found in node.decorator_list
        if isinstance(name := found.func if isinstance(found, ast.Call) else found, ast.Name)
    ]


def counts() -> str:
    """How many ops and layers there are, by family."""
    rows = ["| family of ops | primitives | derived |", "| --- | ---: | ---: |"]
    total = [0, 0]
    found: dict[str, Counter[str]] = {}
    for path in sorted((CORE / "ops").rglob("*.py")):
        family = path.relative_to(CORE / "ops").parts[0].removesuffix(".py")
        found.setdefault(family, Counter()).update(_decorators(path))
    for family, one in found.items():
        pair = one["primitive"], one["derived"]
        if any(pair):
            total = [total[0] + pair[0], total[1] + pair[1]]
            rows.append(f"| {family} | {pair[0]} | {pair[1]} |")
    rows.append(f"| together | {total[0]} | {total[1]} |")
    layers = ROOT / "packages" / "keras-layers" / "src" / "keras_layers"
    rows += ["", "| family of layers | layers |", "| --- | ---: |"]
    for stub in sorted(layers.glob("*/__init__.pyi")):
        rows.append(f"| {stub.parent.name} | {sum(name[0].isupper() for name in stub_names(stub))} |")
    return "\n".join(rows)


def packages() -> str:
    """Every package: what its pyproject says, and which siblings it needs."""
    rows = ["| distribution | import | what it is | needs of the family |", "| --- | --- | --- | --- |"]
    for path in sorted(ROOT.glob("packages/*/pyproject.toml")):
        project = tomllib.loads(path.read_text("utf-8"))["project"]
        siblings = [found for text in project["dependencies"] if (found := re.match(r"keras[\w-]*", text))]
        needs = ", ".join(found[0] for found in siblings)
        rows.append(
            f"| {project['name']} | `{project['name'].replace('-', '_')}` | {project['description']} | {needs} |"
        )
    return "\n".join(rows)


def state_table(context: bool) -> str:
    """The context variables, or all other module-level state."""
    rows = ["| name | what it is for |", "| --- | --- |"]
    for state in all_state():
        if (state.kind == "ContextVar") == context:
            rows.append(f"| `{state.module}.{state.name}` | {state.why} |")
    return "\n".join(rows)


GENERATED = {
    "packages": packages,
    "public-modules": public_modules,
    "counts": counts,
    "context-variables": lambda: state_table(True),
    "module-state": lambda: state_table(False),
}


def updated(page: str) -> str:
    """The page with every generated part made anew from the code."""
    return PART.sub(lambda part: f"{part[1]}{GENERATED[part[2]]()}\n{part[3]}", page)


def main() -> None:
    """Writes the page, or says that it is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
    check = parser.parse_args().check
    before = PAGE.read_text("utf-8")
    after = updated(before)
    if check and after != before:
        sys.exit("ARCHITECTURE.md is out of date: run python tools/architecture.py")
    PAGE.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
