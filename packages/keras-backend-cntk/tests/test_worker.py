"""The worker's file runs on CPython 3.6 and needs nothing but CNTK and NumPy."""

import ast
import sys
from pathlib import Path

import keras_backend_cntk.link as link

SOURCE = Path(link.WORKER).read_text("utf-8")


def test_it_is_python_of_its_time():
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert imported - set(sys.stdlib_module_names) == {"cntk", "numpy"}
    assert "pickle" not in imported


def test_both_sides_speak_one_version():
    (version,) = (
        node.value.value
        for node in ast.parse(SOURCE).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERSION"
    )
    assert version == link.VERSION
