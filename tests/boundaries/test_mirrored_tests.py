"""A source file has its test at the mirrored path, or a test beside it names the file after "Covers:"."""

import ast
import re

import pytest

# Packages that hold to it; the others join as their tests are sorted.
MIRRORED = ("keras-layers", "keras-optimizers")


def covered(package):
    """Source files, as paths below the source folder, that some test file stands for."""
    tests = package.folder / "tests"
    for test in tests.rglob("test_*.py"):
        folder = test.relative_to(tests).parent
        yield folder / test.name.removeprefix("test_")
        docstring = ast.get_docstring(ast.parse(test.read_text(encoding="utf-8"))) or ""
        listed = re.search(r"^Covers:(.*?)(?:\n\n|\Z)", docstring, re.M | re.S)
        yield from (folder / name for name in re.findall(r"[\w/]+\.py", listed[1] if listed else ""))


@pytest.mark.parametrize("name", MIRRORED)
def test_every_source_file_is_tested_at_the_mirrored_path(packages, name):
    package = packages[name]
    sources = {path.relative_to(package.source) for path in package.source.rglob("*.py") if path.name != "__init__.py"}
    assert not sorted(map(str, sources - set(covered(package)))), "without a test at the mirrored path"


@pytest.mark.parametrize("name", MIRRORED)
def test_what_a_test_says_it_covers_is_there(packages, name):
    package = packages[name]
    tests = package.folder / "tests"
    own = {test.relative_to(tests).parent / test.name.removeprefix("test_") for test in tests.rglob("test_*.py")}
    assert not [str(path) for path in set(covered(package)) - own if not (package.source / path).exists()]
