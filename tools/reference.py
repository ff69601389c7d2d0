"""The pages of the reference, made of the stubs and docstrings of the packages.

A public name is what the stub of a public module lists, or what a module without a stub defines, without an underscore.
Every one has a row in the table of its module. What several names lead to is described once: where the package that
defines it lists it deepest. Nothing is imported but modules that make functions by a call, for their docstrings.
`tools/pages.py` puts these pages into the site; `python tools/reference.py` lists the names.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import resolve_name
from typing import TYPE_CHECKING

import workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE = 40  # a module with more names has a page for each family of them
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Home:
    """Where something is defined.

    Attributes:
        module: dotted name of the module.
        name: its name there, "" for the module itself.
    """

    module: str
    name: str = ""

    @property
    def dotted(self) -> str:
        """The whole name."""
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True)
class Module:
    """A module's sources.

    Attributes:
        name: its dotted name.
        path: the file that is run.
    """

    name: str
    path: Path

    @property
    def package(self) -> str:
        """What its relative imports begin at."""
        return self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]

    @cached_property
    def tree(self) -> ast.Module:
        """The code that is run."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def stub(self) -> ast.Module | None:
        """The list of its names."""
        path = self.path.with_suffix(".pyi")
        return ast.parse(path.read_text(encoding="utf-8")) if path.exists() else None

    @cached_property
    def definitions(self) -> dict[str, tuple[Definition, str]]:
        """What it defines, by name, each with its docstring."""
        found: dict[str, tuple[Definition, str]] = {}
        for node, after in zip(self.tree.body, [*self.tree.body[1:], None]):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[node.name] = node, ast.get_docstring(node) or ""
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            for target in targets:
                for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(one, ast.Name):
                        found[one.id] = node, text if isinstance(text, str) else ""  # type: ignore[assignment]
        return found


@cache
def module(name: str) -> Module | None:
    """The module of that dotted name, None where it is none of ours."""
    first = name.partition(".")[0]
    for package in workspace.packages().values():
        if package.import_name == first:
            path = package.source.parent.joinpath(*name.split("."))
            for file in (path / "__init__.py", path.with_suffix(".py")):
                if file.exists():
                    return Module(name, file)
    return None


def imports(source: Module, tree: ast.Module) -> Iterator[tuple[str, Home]]:
    """Name and origin of each import of one of our modules; the name is "*" for all of a module's names."""
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        origin = resolve_name("." * node.level + (node.module or ""), source.package) if node.level else node.module
        if origin is None or module(origin) is None:
            continue
        for alias in node.names:
            inner = f"{origin}.{alias.name}"
            is_module = node.level and not node.module and module(inner)
            yield alias.asname or alias.name, Home(inner) if is_module else Home(origin, alias.name)


@cache
def exports(name: str) -> dict[str, Home]:
    """The public names of a module, each with what it stands for."""
    source = module(name)
    if source is None:
        raise ValueError(f"There is no module {name} in packages/.")
    found: dict[str, Home] = {}
    if source.stub is None:
        return _exports_of_code(source)
    for key, home in imports(source, source.stub):
        if key == "*":
            found |= {k: v for k, v in exports(home.module).items() if not v.module.startswith("keras_backend_")}
        else:
            found[key] = home
    for node in source.stub.body:  # alias = name
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            found |= {target.id: found[node.value.id] for target in node.targets if isinstance(target, ast.Name)}
    return {key: home for key, home in found.items() if not key.startswith("_")}


def _exports_of_code(source: Module) -> dict[str, Home]:
    """The public names of a module without a stub: ``__all__``, or what it defines, and imports that say ``as``."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return {key: Home(source.name, key) for key in ast.literal_eval(node.value)}
    found: dict[str, Home] = {}
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and not node.level and module(node.module or ""):
            found |= {one.name: Home(str(node.module), one.name) for one in node.names if one.asname == one.name}
    for key, (node, text) in source.definitions.items():
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AnnAssign) or text:
            found[key] = Home(source.name, key)
    return {key: home for key, home in found.items() if not key.startswith("_")}


@cache
def home_of(place: Home) -> Home:
    """Where what a name stands for is defined, following imports and ``alias = name``."""
    source = module(place.module)
    if source is None or not place.name:
        return place
    if source.stub is not None and place.name in (listed := exports(place.module)) and listed[place.name] != place:
        return home_of(listed[place.name])
    if place.name in source.definitions:
        node = source.definitions[place.name][0]
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and isinstance(node.targets[0], ast.Name):
            return home_of(Home(place.module, node.value.id))
        return place
    for key, origin in imports(source, source.tree):
        if key == place.name:
            return home_of(origin)
        if key == "*" and place.name in exports(origin.module):
            return home_of(Home(origin.module, place.name))
    if module(place.dotted):
        return Home(place.dotted)
    raise ValueError(f"{place.module} lists {place.name}, which is not defined there.")


@cache
def public_modules() -> tuple[str, ...]:
    """Every module that can be reached by names without an underscore, a package before what is in it."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in found:
            return
        found[name] = None
        for key, home in exports(name).items():
            if home == Home(f"{name}.{key}"):
                visit(home.module)

    for package in workspace.packages().values():
        visit(package.import_name)
    return tuple(found)


@cache
def public_names() -> dict[str, Home]:
    """Every public name with where it is defined; modules have their own name."""
    return {f"{name}.{key}": home_of(home) for name in public_modules() for key, home in sorted(exports(name).items())}


@cache
def names_of() -> dict[Home, list[str]]:
    """The public names of everything that is defined, the one under which it is described first."""
    found: dict[Home, list[str]] = {}
    for name, home in public_names().items():
        found.setdefault(home, []).append(name)

    def order(home: Home, name: str) -> tuple[bool, int, bool]:
        own = name.partition(".")[0] == home.module.partition(".")[0]
        return not own, -name.count("."), name.rpartition(".")[2] != home.name

    return {home: sorted(names, key=lambda name: order(home, name)) for home, names in found.items()}


def spoken(home: Home) -> str:
    """The name that a user writes: that of the package keras where it has one, the shortest."""
    names = names_of()[home]
    usual = [name for name in names if name.startswith("keras.") and name.rpartition(".")[2] == home.name]
    return min(usual, key=lambda name: (name.startswith("keras.engine"), len(name))) if usual else names[0]


def docstring(home: Home) -> str:
    """What is said of it where it is defined."""
    source = module(home.module)
    if source is None:
        return ""
    if not home.name:
        return ast.get_docstring(source.tree) or (source.stub and ast.get_docstring(source.stub)) or ""
    said = source.definitions[home.name][1]
    return said or (inspect.getdoc(getattr(import_module(home.module), home.name)) or "" if is_made(home) else "")


@cache
def is_made(home: Home) -> bool:
    """Whether it is a function that a call makes, as `losses.get`, whose docstring is there only after an import."""
    source = module(home.module)
    if source is None or not home.name or home.module.startswith("keras_backend_"):
        return False
    node = source.definitions[home.name][0]
    return isinstance(node, ast.Assign) and inspect.isroutine(getattr(import_module(home.module), home.name))


def summary(home: Home) -> str:
    """The first paragraph of its docstring, fit for a cell of a table."""
    first = " ".join(docstring(home).strip().partition("\n\n")[0].split())
    return re.sub(r"(?<!\\)\|", r"\\|", first)


def family(home: Home, of: str) -> str:
    """The part of a module that something is in: "pooling" for a layer of `keras_layers.pooling.max_pooling1d`."""
    inner = home.module.removeprefix(f"{of}.") if home.module.startswith(f"{of}.") else home.module.partition(".")[2]
    return inner.removeprefix("ops.").partition(".")[0] or home.module


@dataclass
class Page:
    """A page of the reference.

    Attributes:
        path: its place below the reference, such as "keras_layers/pooling.md".
        title: its heading.
        label: what the navigation calls it.
        intro: what stands above the table.
        names: the public names in its table.
        entries: what is described on it.
    """

    path: str
    title: str
    label: str
    intro: str
    names: list[str]
    entries: list[Home]


def _path(name: str) -> str:
    """The place of a module's page."""
    inner = name.replace(".", "/")
    packages = {one.rpartition(".")[0] for one in public_modules()} | {n for n in public_modules() if is_large(n)}
    return f"{inner}/index.md" if name in packages or "." not in name else f"{inner}.md"


def is_large(name: str) -> bool:
    """Whether a module has a page for each of its families."""
    return len(_described(name)) > LARGE


@cache
def _described(name: str) -> tuple[Home, ...]:
    """What is described as part of a module."""
    found = []
    for key in sorted(exports(name)):
        dotted = f"{name}.{key}"
        home = public_names()[dotted]
        if home.name and names_of()[home][0] == dotted:
            found.append(home)
    return tuple(found)


def pages() -> list[Page]:
    """Every page of the reference, in the order of the navigation."""
    found = []
    for name in public_modules():
        names = [f"{name}.{key}" for key in sorted(exports(name), key=str.casefold)]
        label, intro = name.rpartition(".")[2], docstring(Home(name))
        entries = sorted(_described(name), key=lambda home: names_of()[home][0].casefold())
        if not is_large(name):
            found.append(Page(_path(name), f"`{name}`", label, intro, names, entries))
            continue
        found.append(Page(_path(name), f"`{name}`", label, intro, names, []))
        for part in sorted({family(home, name) for home in entries}):
            inside = [home for home in entries if family(home, name) == part]
            described = module(f"{name}.{part}")
            said = docstring(Home(described.name)) if described else ""
            path = f"{name.replace('.', '/')}/{part}.md"
            title = f"`{name}`: {part.replace('_', ' ')}"
            found.append(Page(path, title, part.replace("_", " "), said, [], inside))
    return found


@cache
def places() -> dict[Home, str]:
    """The page that describes something, or is a module's."""
    found = {home: page.path for page in pages() for home in page.entries}
    return found | {Home(name): _path(name) for name in public_modules()}


def _link(home: Home, label: str, page: Page) -> str:
    """A link to where something is described."""
    up = "../" * page.path.count("/")
    anchor = f"#{home.dotted}" if home.name else ""
    return f"[`{label}`]({up}{places()[home]}{anchor})"


def _rows(page: Page, names: list[str]) -> Iterator[str]:
    yield "| name | what it is |\n| --- | --- |\n"
    for name in names:
        home = public_names()[name]
        key = name.rpartition(".")[2]
        other = f" (`{home.name}`)" if home.name and key != home.name else ""
        yield f"| {_link(home, key, page)}{other} | {summary(home)} |\n"
    yield "\n"


def bases(home: Home) -> Iterator[Home]:
    """The classes of ours that a class names as its bases."""
    source = module(home.module)
    node = source.definitions[home.name][0] if source else None
    for base in getattr(node, "bases", []):
        name = base.value if isinstance(base, ast.Subscript) else base
        try:
            yield home_of(Home(home.module, ast.unparse(name)))
        except ValueError:  # a class of Python or a framework
            continue


def hidden_members(home: Home) -> list[str]:
    """Members that a class has from bases that are not public, such as `Dense.enable_lora`."""
    found: dict[str, None] = {}
    for base in bases(home):
        source = module(base.module)
        if (
            base in names_of()
            or source is None
            or not isinstance(node := source.definitions[base.name][0], ast.ClassDef)
        ):
            continue
        own = [one for one in node.body if isinstance(one, ast.FunctionDef) and ast.get_docstring(one)]
        found |= dict.fromkeys(one.name for one in own if not one.name.startswith("_"))
        found |= dict.fromkeys(hidden_members(base))
    return list(found)


def text_of(page: Page) -> str:
    """The page in Markdown, with a directive of mkdocstrings for each entry."""
    parts = [f"# {page.title}\n\n", f"{page.intro}\n\n" if page.intro else ""]
    if page.names:
        inside = page.title.strip("`")
        homes = {name: public_names()[name] for name in page.names}
        modules = [name for name in page.names if not homes[name].name]
        others = [name for name in page.names if homes[name].name]
        if modules:
            parts += ["## Modules\n\n", *_rows(page, modules)]
        if len(others) <= LARGE:
            parts += ["## Names\n\n" if modules else "", *_rows(page, others)] if others else []
        else:
            for part in sorted({family(homes[name], inside) for name in others}):
                of_part = [name for name in others if family(homes[name], inside) == part]
                parts += [f"## {part.replace('_', ' ').capitalize()}\n\n", *_rows(page, of_part)]
    for home in page.entries:
        others = [name for name in names_of()[home] if name != spoken(home)]
        parts.append(f"::: {home.dotted}\n    options:\n      heading: {spoken(home)}\n      toc_label: {home.name}\n")
        if inherited := hidden_members(home):
            parts.append(f"      inherited_members: [{', '.join(inherited)}]\n")
        parts.append("\n")
        if others:
            parts.append(f"Also: {', '.join(f'`{name}`' for name in others)}.\n\n")
    return "".join(parts)


def main() -> int:
    """Prints every public name with the page and the place where it is described."""
    for name, home in public_names().items():
        print(name, places()[home], home.dotted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
