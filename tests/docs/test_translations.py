"""The Chinese pages are those of today: the same guides, sections, tables and code as in English."""

import ast
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
UNTRANSLATED = {"threat_model.md"}  # for those who work on Keras itself
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
TRANSLATED = sorted(path.name for path in (DOCS / "zh").glob("*.md"))


def code(page):
    """The blocks of a page, those in Python without comments."""
    blocks = FENCE.findall(page.read_text("utf-8"))
    return [ast.unparse(ast.parse(text)) if language == "python" else text for language, text in blocks]


def structure(page):
    """The levels of headings, and how many rows of tables, pictures and points of lists stand below each."""
    text = FENCE.sub("", page.read_text("utf-8"))
    found = []
    for line in text.splitlines():
        if heading := re.match(r"#+ ", line):
            found.append([len(heading[0]) - 1, 0, 0, 0])
        elif found:
            for place, mark in enumerate((r"\|", r"!\[", r"- |\d+\. "), 1):
                found[-1][place] += bool(re.match(mark, line))
    return found


def test_every_guide_is_translated():
    assert set(TRANSLATED) | UNTRANSLATED == {path.name for path in DOCS.glob("*.md")}


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_code_is_that_of_the_english_page(name):
    assert code(DOCS / "zh" / name) == code(DOCS / name)


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_sections_are_those_of_the_english_page(name):
    assert structure(DOCS / "zh" / name) == structure(DOCS / name)
