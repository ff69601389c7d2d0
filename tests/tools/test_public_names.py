"""Covers: tools/public_names.py."""

import sys

import public_names
import pytest

OLD = """
__all__ = ["Shape", "area", "limit"]
limit = 3
def area(width, height, *, unit="m"): ...
def _hidden(): ...
class Shape:
    def __init__(self, sides): ...
    def turn(self, angle=90): ...
    def _cut(self): ...
"""
NEW = OLD.replace('unit="m"', 'unit="m", digits=2').replace("angle=90", "angle").replace("limit", "bound")


def names(folder, monkeypatch, package, text):
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text(text + "\nfrom . import parts", encoding="utf-8")
    (folder / package / "parts.py").write_text("def screw(): ...", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    found = public_names.public_names(package)
    for module in (package, f"{package}.parts"):
        del sys.modules[module]
    return found


def test_public_names_are_those_without_underscores(tmp_path, monkeypatch):
    found = names(tmp_path, monkeypatch, "geometry_a", OLD)
    assert found["geometry_a.area"] == [
        ["width", "POSITIONAL_OR_KEYWORD", False],
        ["height", "POSITIONAL_OR_KEYWORD", False],
        ["unit", "KEYWORD_ONLY", True],
    ]
    shape = {f"geometry_a.{name}" for name in ("Shape", "Shape.turn", "area", "limit")}
    assert found.keys() == shape  # __all__ does not name `parts`


def test_modules_are_followed_by_attributes(tmp_path, monkeypatch):
    found = names(tmp_path, monkeypatch, "geometry_b", OLD.replace("__all__", "_all"))
    assert found["geometry_b.parts.screw"] == []


def test_differences_say_what_they_ask_for(tmp_path, monkeypatch):
    old = names(tmp_path, monkeypatch, "geometry_c", OLD)
    new = {key.replace("_d", "_c"): value for key, value in names(tmp_path, monkeypatch, "geometry_d", NEW).items()}
    found = public_names.differences(old, new)
    assert found["major"] == ["geometry_c.limit is gone", "geometry_c.Shape.turn: angle lost its default"]
    assert found["minor"] == ["geometry_c.bound is new", "geometry_c.area: digits is new"]
    assert public_names.needed(found) == "major"
    assert public_names.needed(public_names.differences(old, old)) == "patch"


@pytest.mark.parametrize(
    ("after", "level", "words"),
    [
        ([["a", "POSITIONAL_OR_KEYWORD", False]], "major", "b is gone"),
        ([["b", "POSITIONAL_OR_KEYWORD", True], ["a", "POSITIONAL_OR_KEYWORD", False]], "major", "positions changed"),
        ([["a", "KEYWORD_ONLY", False], ["b", "POSITIONAL_OR_KEYWORD", True]], "major", "was POSITIONAL_OR_KEYWORD"),
    ],
)
def test_changes_of_parameters(after, level, words):
    before = [["a", "POSITIONAL_OR_KEYWORD", False], ["b", "POSITIONAL_OR_KEYWORD", True]]
    assert any(words in line for line in public_names.differences({"f": before}, {"f": after})[level])


@pytest.mark.parametrize(
    ("old", "new", "level"), [("4.0.0", "4.0.1", "patch"), ("4.0.3", "4.1.0", "minor"), ("4.1.3", "5.0.0", "major")]
)
def test_bump(old, new, level):
    assert public_names.bump(old, new) == level


@pytest.mark.parametrize("new", ["4.2.0", "4.1.1", "4.0.0", "3.9.9", "6.0.0"])
def test_a_version_that_does_not_follow_is_refused(new):
    with pytest.raises(ValueError, match=r"comes one of 4\.0\.1, 4\.1\.0, 5\.0\.0; got"):
        public_names.bump("4.0.0", new)
