"""tools/reference.py and tools/backend_table.py: every public name has its place in the reference."""

import importlib
import inspect
import re
from collections import Counter
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def tool():
    return importlib.import_module("reference")


@pytest.fixture(scope="module")
def text(tool):
    """Every page by its path."""
    return {page.path: tool.text_of(page) for page in tool.pages()}


@pytest.fixture(scope="module")
def packages(tool):
    """The packages that are installed here."""
    found = [package.import_name for package in tool.workspace.packages().values()]
    return [name for name in found if importlib.util.find_spec(name) and not name.startswith("keras_backend_")]


def test_every_public_name_has_an_entry_and_none_has_two(tool, text):
    names = Counter(name for page in tool.pages() for name in page.names)
    entries = Counter(home for page in tool.pages() for home in page.entries)
    described = {home for home in tool.public_names().values() if home.name}
    assert names == dict.fromkeys(tool.public_names(), 1)
    assert entries == dict.fromkeys(described, 1)
    directives = Counter(re.findall(r"^::: (\S+)", "".join(text.values()), re.M))
    assert directives == dict.fromkeys((home.dotted for home in described), 1)


def test_names_are_those_that_the_packages_have(tool, packages):
    """Read from the sources, they are what `dir` says of the imported modules."""
    for name in tool.public_modules():
        if name.partition(".")[0] in packages and tool.module(name).stub is not None:
            module = importlib.import_module(name)
            own = {
                key
                for key in tool.exports(name)
                if not tool.public_names()[f"{name}.{key}"].module.startswith("keras_b")
            }
            listed = {key for key in dir(module) if not key.startswith("_")}
            assert own <= listed | vars(module).keys(), name
            missing = {key for key in listed - own if not isinstance(getattr(module, key), ModuleType)}
            assert not missing, name


@pytest.mark.parametrize(
    "name, home",
    [
        ("keras.layers.Convolution1D", "keras_layers.convolutional.conv1d.Conv1D"),
        ("keras.ops.numpy.add", "keras_core.ops.elementwise.add"),
        ("keras.engine.Network", "keras_core.models.model.Model"),
        ("keras.utils.Sequence", "keras_core.data_utils.py_dataset.PyDataset"),
        ("keras_core.losses.get", "keras_core.losses.identifiers.get"),
    ],
)
def test_a_name_leads_to_where_it_is_defined(tool, name, home):
    assert tool.public_names()[name].dotted == home
    found = tool.public_names()[name]
    value = getattr(importlib.import_module(found.module), found.name)
    package, _, attribute = name.rpartition(".")
    assert getattr(importlib.import_module(package), attribute) is value


def test_functions_and_classes_have_a_docstring(tool, packages):
    silent = []
    for home in tool.names_of():
        if home.name and home.module.partition(".")[0] in packages and not tool.docstring(home):
            value = getattr(importlib.import_module(home.module), home.name)
            silent += [home.dotted] if inspect.isroutine(value) or inspect.isclass(value) else []
    assert not silent


def test_members_of_private_bases_are_described_with_the_class(tool):
    members = tool.hidden_members(tool.public_names()["keras.Model"])
    assert {"fit", "evaluate", "predict", "compile", "train_on_batch"} <= set(members)
    assert "enable_lora" in tool.hidden_members(tool.public_names()["keras.layers.Dense"])


def test_links_of_the_tables_lead_to_pages_with_the_entry(tool, text):
    for path, page in text.items():
        for target, anchor in re.findall(r"^\| \[`\w+`\]\(([^)#]+)#?([^)]*)\)", page, re.M):
            there = re.sub(r"^(\.\./)+", "", target)
            assert target.count("../") == path.count("/")
            assert not anchor or f"::: {anchor}\n" in text[there], (path, target)


def test_the_table_of_ops_says_what_a_backend_has(tool):
    table = importlib.import_module("backend_table")
    numpy = importlib.import_module("keras_core").backend.load("numpy")
    ops = {home for home in map(tool.home_of, tool.exports(table.OPS).values()) if home.name}
    assert len(ops) > 300
    assert {op.name for op in ops if table.cell("numpy", op) == table.OWN} == {op.name for op in ops} & numpy.ops.keys()


def test_gaps_stand_at_their_op(tool):
    table = importlib.import_module("backend_table")
    page = table.text()
    known = [test for backend in tool.workspace.backends() for test in table.gaps(backend)]
    assert known and all(f"`{test}`" in page for test in known)
    assert table.gap_of("theano", "polar") == ["no gradient: PyTensor has no gradients through complex tensors"]
    assert table.gap_of("theano", "real") == []
    (row,) = re.findall(r"^\| \[`polar`\].*$", page, re.M)
    assert re.search(r"\[\^\d+\]", row)


def test_layers_that_the_host_computes_and_those_of_one_backend():
    table = importlib.import_module("backend_table")
    signs = {home.name: cells for home, cells in table.layers()}
    assert set(signs["StringLookup"].values()) == {table.HOST}
    assert signs["FlaxLayer"]["jax"] == table.OWN and signs["FlaxLayer"]["torch"] == table.LACKS
    assert set(signs["Dense"].values()) == {table.OWN}
