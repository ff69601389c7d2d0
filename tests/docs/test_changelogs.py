"""Changelogs come from fragments, one a change, in each package's `changes/`."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))
SETTINGS = tomllib.loads((ROOT / "towncrier.toml").read_text("utf-8"))["tool"]["towncrier"]
TYPES = {kind["directory"] for kind in SETTINGS["type"]}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_fragments_have_a_type_and_a_text(package):
    for path in (package / SETTINGS["directory"]).iterdir():
        name, kind, ending = path.name.split(".")
        assert name.startswith("+") or name.isdecimal(), f"{path}: begins with + or is the number of an issue"
        assert kind in TYPES, f"{path}: {kind} is none of {', '.join(sorted(TYPES))}"
        assert ending == "md", f"{path}: ends in .md"
        text = path.read_text("utf-8")
        assert text.strip().endswith("."), f"{path}: sentences"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_release_finds_its_place_and_something_to_say(package):
    changelog = (package / SETTINGS["filename"]).read_text("utf-8")
    assert changelog.count(SETTINGS["start_string"]) == 1
    version = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    fragments = list((package / SETTINGS["directory"]).glob("*.md"))
    assert fragments or f"## {version}" in changelog, f"{package.name} says nothing of {version}"
