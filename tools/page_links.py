"""Where the site has the files of this repository, and pages whose links lead there.

A link to a file of the repository leads to its page where it has one. Pictures are copied, code and folders that pages
link to are shown on pages of their own, so that no link leaves the site.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Pages outside of docs/: their place in the site.
ELSEWHERE = {
    "README.md": "index.md",
    "README.zh-CN.md": "zh.md",
    **{f"{name}.md": f"{name.lower()}.md" for name in ("ARCHITECTURE", "CONTRIBUTING", "RELEASING", "SECURITY")},
    "benchmarks/README.md": "benchmarks/index.md",
    "benchmarks/RESULTS.md": "benchmarks/results.md",
    "examples/README.md": "examples/index.md",
}
FENCE = re.compile(r"(^```.*?^```\s*?$|^~~~.*?^~~~\s*?$)", re.M | re.S)
LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s#]+)(#[^)\s]*)?(\))")
INLINE_CODE = re.compile(r"<code>([^<]*)</code>")
HYPHENED = re.compile(r"(?<!\S)(?=\S{1,28}(?!\S))\S*-\S*")
PICTURES = {".png", ".svg", ".gif", ".jpg", ".webp"}
LARGEST_FOLDER = 200_000  # bytes of a folder whose files are shown on one page
LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".md": "markdown", ".json": "json", ".sh": "sh"}


@cache
def pages_by_path() -> dict[str, str]:
    """Path in the repository → place in the site, of every page that is written by hand."""
    found = dict(ELSEWHERE)
    for path in sorted(ROOT.glob("docs/**/*.md")):
        found[path.relative_to(ROOT).as_posix()] = path.relative_to(ROOT / "docs").as_posix()
    for folder in ("examples", "packages"):
        for path in sorted(ROOT.glob(f"{folder}/*/README.md")):
            found[path.relative_to(ROOT).as_posix()] = f"{folder}/{path.parent.name}.md"
    found["docs/adr"] = "adr/index.md"
    return found


def place_of(path: str) -> str:
    """Where the site has a file or folder of the repository."""
    pages = pages_by_path()
    known = pages.get(path) or pages.get(posixpath.join(path, "README.md"))
    if known:
        return known
    name = path.removeprefix("docs/") if path.startswith("docs/") else f"files/{path}"
    return name if Path(path).suffix in PICTURES else f"{name.replace('.', '_')}.md"


def rewritten(text: str, path: str, place: str) -> tuple[str, set[str]]:
    """A page whose links lead to places of the site, and the paths in the repository that it links to.

    Args:
        text: the page in Markdown.
        path: where it is in the repository.
        place: where it is in the site.
    """
    linked: set[str] = set()

    def link(found: re.Match[str]) -> str:
        before, target, anchor, after = found.groups()
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if ":" in target or not (ROOT / inside).exists():
            return found[0]
        linked.add(inside)
        there = posixpath.relpath(place_of(inside), posixpath.dirname(place) or ".")
        return f"{before}{there}{anchor or ''}{after}"

    parts = FENCE.split(text)
    return "".join(part if number % 2 else LINK.sub(link, part) for number, part in enumerate(parts)), linked


def source_page(path: str) -> str:
    """A page that shows a file, or the files of a folder; of a large folder the names of what lies in it."""
    where = ROOT / path
    inside = [where] if where.is_file() else sorted(one for one in where.rglob("*") if one.is_file())
    parts = [f"---\nsearch:\n  exclude: true\n---\n\n# `{path}`\n\n"]
    if where.is_dir() and sum(file.stat().st_size for file in inside) > LARGEST_FOLDER:
        names = (f"- `{one.name}{'/' * one.is_dir()}`\n" for one in sorted(where.iterdir()) if one.name[0] not in "._")
        return "".join([*parts, *names])
    for file in inside:
        if "__pycache__" in file.parts or file.suffix in PICTURES:
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if where.is_dir():
            parts.append(f"## `{file.relative_to(where).as_posix()}`\n\n")
        parts.append(f"````` {LANGUAGES.get(file.suffix, 'text')}\n{text.rstrip()}\n`````\n\n")
    return "".join(parts)


def decisions() -> str:
    """The list of the decisions."""
    lines = ["# Decisions\n\nWhat was found, what was decided, what follows.\n\n"]
    for path in sorted((ROOT / "docs" / "adr").glob("*.md")):
        lines.append(f"- [{title_of(path)}]({path.name})\n")
    return "".join(lines)


def title_of(path: Path) -> str:
    """The heading of a page."""
    return next(
        line.removeprefix("# ").strip() for line in path.read_text("utf-8").splitlines() if line.startswith("# ")
    )


def unbroken(html: str) -> str:
    """A page whose code within lines is not broken after a hyphen, but for what is long."""
    span = r'<span class="unbroken">\g<0></span>'
    return INLINE_CODE.sub(lambda code: f"<code>{HYPHENED.sub(span, code[1])}</code>", html)
