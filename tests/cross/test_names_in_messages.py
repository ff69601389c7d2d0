"""Every name of Keras that a message or a docstring mentions is there."""

import ast
import re
from importlib import import_module
from pathlib import Path

import keras
import pytest

PACKAGES = ("keras_core", "keras_layers", "keras_legacy", "keras_optimizers")
NO_NAMES = (
    *(f"keras.{group}" for group in ("backends", "objects", "formats", "legacy", "quantization")),
    "keras.json",
    "keras.src.",
    "keras.api.",
)


def mentioned(text):
    """Dotted names that begin with keras, but those of entry points, of a file and of upstream's modules."""
    found = re.findall(r"(?<![\w./])keras(?:\.[A-Za-z_]\w*)+", text)
    return {name for name in found if not name.startswith(NO_NAMES)}


def test_names_are_found():
    assert mentioned("call keras.ops.add(x) or see keras.json and tf.keras.Model") == {"keras.ops.add"}


@pytest.mark.parametrize("package", PACKAGES)
def test_names_in_strings_exist(package):
    folder = Path(import_module(package).__file__).parent
    nodes = [node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    strings = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    missing = set()
    for name in set().union(*map(mentioned, strings)):
        found = keras
        for part in name.split(".")[1:]:
            found = getattr(found, part, missing)
        if found is missing:
            missing.add(name)
    assert not missing
