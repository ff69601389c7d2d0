"""Every backend package has the same shape: its modules, its op families, its private APIs in one file."""

import ast
import re
import sys

import pytest
from package_sources import ROOT

MODULES = {"backend", "devices", "framework", "spec", "staging", "storage"}
HELPERS = {"dispatch", "shapes"}
"""Modules of `ops/` besides the families: shapes and axes as the framework takes them, and which of two kinds of
implementation a call takes."""
FAMILY_FILES = "packages/keras-core/src/keras_core/ops/all_families.py"
# Third-party packages that are no framework: what they keep private is no business of `framework.py`.
BESIDE_FRAMEWORKS = {"keras_core", "lazy_loader"}


@pytest.fixture(scope="session")
def backends(packages):
    """The packages that provide a backend."""
    return {
        name: package
        for name, package in packages.items()
        if "keras.backends" in package.metadata.get("entry-points", {})
    }


@pytest.fixture(scope="session")
def families():
    """Names of the core's op families."""
    found = set()
    for imported in ast.parse((ROOT / FAMILY_FILES).read_text(encoding="utf-8")).body[1:]:
        folder = imported.module.removeprefix("keras_core.ops").lstrip(".")
        found |= {folder} if folder else {alias.name for alias in imported.names}
    return found


def test_the_modules_are_the_same(backends):
    assert backends
    for name, package in backends.items():
        found = {path.stem for path in package.source.glob("*.py")}
        assert found >= MODULES, f"{name} lacks {sorted(MODULES - found)}"


def test_files_of_ops_are_named_after_op_families(backends, families):
    for name, package in backends.items():
        files = {path.stem for path in (package.source / "ops").glob("*.py")} - {"__init__"}
        assert {"elementwise", "reduction", "conv"} <= files, f"{name} has only {sorted(files)}"
        assert files <= families | HELPERS, f"{name}: ops/{sorted(files - families - HELPERS)} are no op families"


def test_private_apis_stand_in_the_framework_file(backends):
    wrong = []
    for package in backends.values():
        for file in package.files(".py"):
            if file.path.relative_to(package.source).as_posix() != "framework.py":
                wrong += [f"{file}:{line}: {what}" for line, what in private(file.text, package.import_name)]
    assert not wrong, "\n".join(wrong)


def private(text, own):
    """(line, name) of what code takes from a framework that begins with an underscore or is in its private modules."""
    frameworks = {}  # what a framework or one of its modules is called in this file
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if outside(alias.name, own):
                    frameworks[alias.asname or alias.name.split(".")[0]] = alias.name
                    if is_private(alias.name):
                        yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            from_framework = node.module == f"{own}.framework"
            for alias in node.names:
                if from_framework and alias.name in ("tf", "torch", "jax", "pytensor", "pt"):
                    frameworks[alias.asname or alias.name] = alias.name
                elif outside(node.module, own) and is_private(f"{node.module}.{alias.name}"):
                    yield node.lineno, f"{node.module}.{alias.name}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            root = node.value
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in frameworks:
                yield node.lineno, ast.unparse(node)


def outside(module, own):
    """Whether a module is of a framework."""
    top = module.split(".")[0]
    return top not in sys.stdlib_module_names | BESIDE_FRAMEWORKS | {own}


def is_private(name):
    """Whether a dotted name has a part that is not public."""
    parts = name.split(".")
    hidden = [part for part in parts if part.startswith("_") and not re.fullmatch(r"__[a-z0-9_]+__", part)]
    return bool(hidden) or "__internal__" in parts or name.startswith("tensorflow.python")


def test_the_search_sees_private_names():
    text = (
        "import torch._dynamo\nfrom jax._src import core\nfrom x.framework import torch as t\n"
        "t._C.f()\nt.ops.aten\nimport numpy as np\nnp.__version__\nself._private\n"
    )
    assert [name for _, name in private(text, "x")] == ["torch._dynamo", "jax._src.core", "t._C"]


def test_frameworks_whose_private_apis_are_used_have_an_upper_bound(backends):
    for name, package in backends.items():
        framework = (package.source / "framework.py").read_text(encoding="utf-8")
        uses = list(private(framework, package.import_name)) or "optional_attribute(" in framework
        bounded = [text for text in package.metadata["dependencies"] if "<" in text and not text.startswith("keras")]
        assert bounded or not uses, f"{name} uses private APIs and has no upper bound on its framework"
