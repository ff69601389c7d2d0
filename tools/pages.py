"""Hooks of MkDocs that put the site together: docs/, pages from elsewhere in the repository, and the reference."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))
import backend_table
import griffe
import reference
from mkdocs.structure.files import File, Files
from page_links import PICTURES, ROOT, decisions, pages_by_path, place_of, rewritten, source_page, unbroken

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages that are found into the navigation: where it says "reference/*", "adr/*" and so on."""
    lists = {
        "adr/*": ["adr/index.md", *(f"adr/{path.name}" for path in sorted((ROOT / "docs" / "adr").glob("*.md")))],
        "examples/*": ["examples/index.md", *_below("examples")],
        "packages/*": _below("packages"),
        "reference/*": reference_navigation(),
    }

    def filled(entry: Any) -> Any:
        if isinstance(entry, list):
            return [one for part in entry for one in (lists.get(str(part)) or [filled(part)])]
        return {key: filled(value) for key, value in entry.items()} if isinstance(entry, dict) else entry

    config.nav = filled(config.nav)
    return config


def _below(folder: str) -> list[str]:
    return sorted(
        place for place in pages_by_path().values() if place.startswith(f"{folder}/") and "index" not in place
    )


def reference_navigation() -> list[Any]:
    """The pages of the reference as nested lists, a package's page before those of its modules."""
    tree: dict[str, Any] = {}
    for page in reference.pages():
        *folders, name = page.path.split("/")
        inside = tree
        for folder in folders:
            inside = inside.setdefault(folder, {})
        inside[name] = page

    def listed(inside: dict[str, Any]) -> list[Any]:
        found = []
        for key, value in inside.items():
            if isinstance(value, dict):
                found.append({key: listed(value)})
            elif key == "index.md":
                found.insert(0, f"reference/{value.path}")
            else:
                found.append({value.label: f"reference/{value.path}"})
        return found

    return listed(tree)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds every page that is not in docs/ as it stands, with links that lead to places of the site."""
    waiting: set[str] = set()

    def put(place: str, **what: Any) -> None:
        if old := files.get_file_from_path(place):
            files.remove(old)
        files.append(File.generated(config, place, **what))

    for path, place in pages_by_path().items():
        if (ROOT / path).is_file():
            text, linked = rewritten((ROOT / path).read_text(encoding="utf-8"), path, place)
            put(place, content=text)
            waiting |= linked
    for path in sorted(waiting):
        place = place_of(path)
        if place in pages_by_path().values():
            continue
        if Path(path).suffix in PICTURES:
            put(place, abs_src_path=os.fspath(ROOT / path))
        else:
            put(place, content=source_page(path))
    put("adr/index.md", content=decisions())
    for page in reference.pages():
        hidden = "" if page.entries else "---\nsearch:\n  exclude: true\n---\n\n"
        put(f"reference/{page.path}", content=hidden + reference.text_of(page))
    put("reference/index.md", content=_overview())
    put("reference/backends.md", content=backend_table.text())
    return files


def on_page_content(html: str, **kwargs: Any) -> str:
    """Keeps options of commands together."""
    return unbroken(html)


def _overview() -> str:
    """The first page of the reference."""
    rows = [
        f"| [`{package.import_name}`]({package.import_name}/index.md) | {package.metadata['description']} |\n"
        for package in reference.workspace.packages().values()
    ]
    text = "Every public name, from its docstring, described where it is defined. Programs import from `keras`.\n\n"
    more = "[Ops and layers by backend](backends.md) says what each backend computes by itself.\n\n"
    return f"# Reference\n\n{text}{more}| package | what it is |\n| --- | --- |\n{''.join(rows)}"


class Docstrings(griffe.Extension):
    """Reads docstrings as they are written here, and finds those of functions that are made by a call."""

    def on_instance(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Names sections as the parser knows them."""
        if obj.docstring:
            text = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.M)
            obj.docstring.value = re.sub(r"^Call arguments:$", "Args: Call arguments", text, flags=re.M)

    def on_module_members(self, *, mod: griffe.Module, **kwargs: Any) -> None:
        """Puts functions in the place of attributes where the value is a function."""
        made = [home for home in reference.names_of() if home.module == mod.path and reference.is_made(home)]
        if made:
            seen = griffe.inspect(mod.path, filepath=Path(str(mod.filepath)))
            for home in made:
                function = seen.members[home.name]
                function = function if isinstance(function, griffe.Function) else function.final_target
                mod.set_member(home.name, function)
                self.on_instance(obj=function)
