"""tools/page_links.py: links of pages that are moved together lead to where the site has things."""

import importlib
import re

import pytest


@pytest.fixture(scope="module")
def tool():
    return importlib.import_module("page_links")


@pytest.mark.parametrize(
    "path, place, link, there",
    [
        ("README.md", "index.md", "docs/debugging.md", "debugging.md"),
        ("README.md", "index.md", "docs/adr", "adr/index.md"),
        ("README.md", "index.md", "packages/keras-core", "packages/keras-core.md"),
        ("README.md", "index.md", "examples/quickstart.py", "files/examples/quickstart_py.md"),
        ("docs/threat_model.md", "threat_model.md", "../SECURITY.md", "security.md"),
        ("docs/adr/0006-what-files-hold.md", "adr/0006-what-files-hold.md", "../seeing.md#x", "../seeing.md#x"),
        ("docs/seeing.md", "seeing.md", "images/masks.png", "images/masks.png"),
        ("examples/gan/README.md", "examples/gan.md", "gan.png", "../files/examples/gan/gan.png"),
        ("README.md", "index.md", "https://example.org/a.md", "https://example.org/a.md"),
        ("README.md", "index.md", "missing.md", "missing.md"),
    ],
)
def test_a_link_leads_to_its_place(tool, path, place, link, there):
    text, linked = tool.rewritten(f"See [it]({link}).\n", path, place)
    assert text == f"See [it]({there}).\n"
    assert len(linked) == (link != there or link.startswith(("images", "../seeing")))


def test_code_is_left_alone(tool):
    text = "```python\nx = [f](README.md)\n```\n"
    assert tool.rewritten(text, "README.md", "index.md") == (text, set())


def test_every_page_is_in_the_navigation(tool):
    settings = (tool.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"[\w/.*-]+\.md", settings))
    lists = tuple(re.findall(r"^ *- (\w+/)\*$", settings, re.M))
    assert {place for place in tool.pages_by_path().values() if not place.startswith(lists)} <= listed
    assert {"adr/", "examples/", "packages/"} <= set(lists)


def test_links_of_all_pages_lead_somewhere(tool):
    for path, place in tool.pages_by_path().items():
        if (tool.ROOT / path).is_file():
            text, _ = tool.rewritten((tool.ROOT / path).read_text("utf-8"), path, place)
            prose = "".join(tool.FENCE.split(text)[::2])
            left = [link for _, link, _, _ in tool.LINK.findall(prose) if ":" not in link]
            for link in left:
                assert not link.startswith("/") and link.endswith((".md", ".png", ".svg")), (path, link)


def test_a_folder_is_shown_with_its_files(tool):
    page = tool.source_page("examples/third_party_backend")
    assert "## `pyproject.toml`" in page and "````` toml" in page
    assert page.count("`````") % 2 == 0


def test_of_a_large_folder_names_are_shown(tool):
    page = tool.source_page("packages")
    assert "- `keras-core/`\n" in page and "`````" not in page and len(page) < 2000


def test_decisions_are_listed_with_their_titles(tool):
    page = tool.decisions()
    assert page.count("\n- [") == len(list((tool.ROOT / "docs" / "adr").glob("*.md")))


def test_options_of_commands_are_not_broken(tool):
    found = tool.unbroken("<p>a-b <code>nox -s docs -- --serve</code></p>")
    option = '<span class="unbroken">{}</span>'.format
    line = f"nox {option('-s')} docs {option('--')} {option('--serve')}"
    assert found == f"<p>a-b <code>{line}</code></p>"
    long = f"<code>packages/{'a' * 18}-b</code>"
    assert tool.unbroken(long) == long
