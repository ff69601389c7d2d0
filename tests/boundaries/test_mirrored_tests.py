"""A source file has its test at the mirrored path, or a test beside it names the file after "Covers:".

The tests of a package are those in its folder `tests`, and those in its source where it is itself a set of tests.
"""

import ast
import re

import pytest
from package_sources import read_packages

NAMES = sorted(read_packages())


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def is_test(path):
    return path.name.startswith("test_")


def files_of_tests(package):
    """Test files, with their folder below `tests` or the source folder."""
    for root in (package.folder / "tests", package.source):
        for test in root.rglob("test_*.py"):
            yield test, test.relative_to(root).parent


def mirrored(package):
    """The paths whose tests the test files are by their place: `test_x.py` is that of `x.py` or `_x.py`."""
    for test, folder in files_of_tests(package):
        name = test.name.removeprefix("test_")
        yield from (folder / name, folder / f"_{name}")


def listed(package):
    """The paths that test files name."""
    for test, folder in files_of_tests(package):
        docstring = ast.get_docstring(parse(test)) or ""
        found = re.search(r"^Covers:(.*?)(?:\n\n|\Z)", docstring, re.M | re.S)
        yield from (folder / name for name in re.findall(r"[\w/]+\.py", found[1] if found else ""))


def does_something(tree):
    """Whether a module defines a function that runs; else it is imports, names, data, types and protocols."""
    functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return any(not is_declaration(statement) for function in functions for statement in function.body)


def is_declaration(statement):
    """Whether a statement is a docstring or an ellipsis."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def sources(package):
    """Files that need a test, as paths below the source folder."""
    for path in package.source.rglob("*.py"):
        if path.name != "__init__.py" and not is_test(path) and does_something(parse(path)):
            yield path.relative_to(package.source)


@pytest.mark.parametrize("name", NAMES)
def test_every_source_file_is_tested_at_the_mirrored_path(packages, name):
    package = packages[name]
    missing = set(sources(package)) - set(mirrored(package)) - set(listed(package))
    assert not sorted(map(str, missing)), "without a test at the mirrored path"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_test_says_it_covers_is_there(packages, name):
    package = packages[name]
    assert not [str(path) for path in listed(package) if not (package.source / path).is_file()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""Names."""\nfrom a import b as b\n__all__ = ["b"]', False),
        ("class P(Protocol):\n    def f(self) -> int:\n        'What it gives.'\n    def g(self): ...", False),
        ("@dataclass\nclass D:\n    x: int = 0", False),
        ("def f(x):\n    return x", True),
        ("class C:\n    def f(self):\n        'Does it.'\n        raise NotImplementedError", True),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    async def f():\n        pass", True),
    ],
)
def test_modules_that_need_a_test(text, expected):
    assert does_something(ast.parse(text)) is expected
