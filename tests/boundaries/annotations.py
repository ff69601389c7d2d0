"""How much of the public interface is annotated with a bare `Any`.

``python tests/boundaries/annotations.py [subpackage ...]`` prints the share of each subpackage of the core, and the
places in those that are named.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from package_sources import SourceFile, read_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CALLED = ("__init__", "__call__")
"""Special methods whose parameters are public."""


@dataclass(frozen=True)
class Annotation:
    """The annotation of a parameter or a result of a public function.

    Attributes:
        subpackage: directory of the file below the package's root; "" for its own modules.
        place: file, line, function, and the parameter or "->".
        bare: whether it is `Any` and no more.
    """

    subpackage: str
    place: str
    bare: bool


def annotations(files: Iterable[SourceFile]) -> Iterator[Annotation]:
    """What the public functions and methods of these files are annotated with.

    ``*args`` and ``**kwargs`` are left out: they are handed on to a signature that is not known where they stand.
    """
    for file in files:
        parts = file.module.split(".")[1 : None if file.is_package else -1]
        for function in _public(file.tree.body):
            for name, annotation in _annotated(function):
                place = f"{file}:{function.lineno} {function.name} {name}"
                yield Annotation(parts[0] if parts else "", place, _is_any(annotation))


def shares(found: Iterable[Annotation]) -> dict[str, float]:
    """Per cent of the annotations of each subpackage that are a bare `Any`."""
    counts: dict[str, list[int]] = {}
    for annotation in found:
        count = counts.setdefault(annotation.subpackage, [0, 0])
        count[0] += annotation.bare
        count[1] += 1
    return {name: 100 * bare / total for name, (bare, total) in sorted(counts.items())}


def any_aliases(file: SourceFile) -> set[str]:
    """The names that a module defines as another word for `Any`."""
    return {
        target.id
        for node in file.tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and _is_any(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def _public(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and (not node.name.startswith("_") or node.name in CALLED):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body)
        elif isinstance(node, ast.If):
            yield from _public([*node.body, *node.orelse])


def _annotated(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.annotation is not None:
            yield argument.arg, argument.annotation
    if function.returns is not None and function.name != "__init__":
        yield "->", function.returns


def _is_any(annotation: ast.expr) -> bool:
    return ast.unparse(annotation).strip("'") in ("Any", "typing.Any", "Any | None", "Optional[Any]")


if __name__ == "__main__":
    listed = list(annotations(read_packages()["keras-core"].files()))
    for annotation in listed:
        if annotation.bare and annotation.subpackage in sys.argv[1:]:
            print(annotation.place)
    for name, share in shares(listed).items():
        print(f"{name or 'modules':16}{share:6.1f} %")
