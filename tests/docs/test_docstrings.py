"""Every public callable says what it takes, what it raises and, where it computes, how it is used."""

import ast
import importlib
import inspect
import re
import textwrap
from pathlib import Path
from types import ModuleType
from typing import is_typeddict

import pytest

PACKAGES = (
    "keras_core",
    "keras_layers",
    "keras_applications",
    "keras_optimizers",
    "keras_conformance",
    "keras_legacy",
    "keras_preprocessing",
    "keras_datasets",
    "keras_distillation",
    "keras_distribution",
    "keras_export",
    "keras_quantization",
    "keras_formats",
    "keras_cli",
    "keras_sklearn",
    "keras_visualization",
)
# Packages and modules whose every name is shown by an example.
WITH_EXAMPLES = (
    "keras_layers",
    "keras_optimizers",
    "keras_applications",
    "keras_preprocessing",
    "keras_visualization",
    *(f"keras_core.{module}" for module in ("ops", "losses", "metrics", "optimizers")),
    *(f"keras_core.{module}" for module in ("activations", "initializers", "regularizers", "constraints")),
)
# What config entries are made and read by, the same in every family.
SERIALIZATION = re.compile(r"\.identifiers\.\w+$")


def public_modules():
    """The packages, and what is below them without an underscore in a stub."""
    waiting = [importlib.import_module(name) for name in PACKAGES]
    while waiting:
        module = waiting.pop()
        yield module
        for name in dir(module):
            value = getattr(module, name)
            if isinstance(value, ModuleType) and value.__name__ == f"{module.__name__}.{name}":
                waiting.append(value)


def exported(module):
    """Name and object of each function and class that belongs to one of the packages."""
    for name in dir(module):
        value = getattr(module, name)
        if name.startswith("_") or not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        if getattr(value, "_is_protocol", False):  # nobody makes one
            continue
        stub = (module.__spec__.origin or "").endswith("__init__.py")
        if value.__module__.partition(".")[0] in PACKAGES and (stub or value.__module__ == module.__name__):
            yield value


def all_exported():
    found = {}
    for module in public_modules():
        for value in exported(module):
            found.setdefault(f"{value.__module__}.{value.__qualname__}", value)
    return found


EXPORTED = all_exported()


def function_of(value):
    """What is called: the function itself, or the constructor that the class defines or inherits.

    None for a constructor that another exported class has, which says what it takes.
    """
    if not inspect.isclass(value):
        return value
    owner = next((base for base in value.__mro__[:-1] if "__init__" in vars(base)), None)
    if owner is None or (owner is not value and owner in EXPORTED.values()):
        return None
    return owner.__init__


def parameters(value):
    function = function_of(value)
    named = list(inspect.signature(function).parameters.values()) if function is not None else []
    names = [one.name for one in named if one.name != "self"]
    return [] if names == ["args", "kwargs"] else names


def section(docstring, title):
    """The lines of a section, or None."""
    found = re.search(rf"^{title}:\n((?:    .*\n|\n)*)", docstring + "\n", re.M)
    return found[1] if found else None


def raises(value):
    """Whether it raises something in its own body; for a class, in the constructor that it defines."""
    function = vars(value).get("__init__") if inspect.isclass(value) else value
    code = getattr(inspect.unwrap(function), "__code__", None) if function is not None else None
    if code is None or not Path(code.co_filename).is_file():  # generated, as a dataclass's
        return False
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    return any("NotImplementedError" not in ast.unparse(error) for error in raised)


@pytest.mark.parametrize("name", EXPORTED)
def test_docstring(name):
    value = EXPORTED[name]
    docstring = inspect.cleandoc(value.__doc__ or "")
    assert docstring, "no docstring"
    expected = parameters(value)
    if len(expected) > 1:
        described = (section(docstring, "Args") or "") + (section(docstring, "Attributes") or "")
        missing = [one for one in expected if not re.search(rf"^    \*{{0,2}}{one}(?: \(.*\))?:", described, re.M)]
        assert not missing, f"not described: {', '.join(missing)}"
    if raises(value):
        assert section(docstring, "Raises"), "raises, but has no Raises"
    if name.startswith(("keras_layers", "keras_preprocessing.layers")) and inspect.isclass(value):
        assert section(docstring, "Input shape"), "no Input shape"
        assert section(docstring, "Output shape"), "no Output shape"
    if name.startswith(WITH_EXAMPLES) and not SERIALIZATION.search(name) and not is_typeddict(value):
        assert ">>>" in docstring, "no example"
