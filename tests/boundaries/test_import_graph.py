"""The counter of imports on sources made for it."""

from pathlib import Path

import pytest
from import_graph import ATTRIBUTE, FUNCTION, IMPORT, TYPING, ImportGraph, components
from package_sources import SourceFile


def graph(**sources):
    """The graph of modules given as text; `root__x` stands for `root.x`, and `_pyi` at the end for a stub."""
    files = []
    for name, text in sources.items():
        suffix = ".pyi" if name.endswith("_pyi") else ".py"
        module = name.removesuffix("_pyi").replace("__", ".")
        is_package = any(other.startswith(f"{name.removesuffix('_pyi')}__") for other in sources)
        path = Path(*module.split("."), "__init__" if is_package else "").with_suffix(suffix)
        files.append(SourceFile(path, module, text))
    return ImportGraph(files)


def edges(found):
    return {(edge.source, edge.target, edge.kind) for edge in found.edges}


@pytest.mark.parametrize(
    "text, kind",
    [
        ("from root.b import thing", IMPORT),
        ("from root import b", IMPORT),
        ("import root.b", IMPORT),
        ("import root.b as other", IMPORT),
        ("def f():\n    from root.b import thing", FUNCTION),
        ("if TYPE_CHECKING:\n    from root.b import thing", TYPING),
        ("from root import thing", IMPORT),
        ("import root\ndef f():\n    root.thing()", ATTRIBUTE),
        ("import root\ndef f():\n    root.b.thing()", ATTRIBUTE),
        ("import root as r\nr.thing", ATTRIBUTE),
    ],
)
def test_each_kind_of_edge(text, kind):
    stub = "from . import b as b\nfrom .b import thing as thing"
    found = graph(root="", root_pyi=stub, root__a=text, root__b="thing = 1")
    assert ("root.a", "root.b", kind) in edges(found)


def test_names_of_a_lazy_root_inside_another_are_followed():
    found = graph(
        root="",
        root_pyi="from . import ops as ops",
        root__ops="",
        root__ops_pyi="from .add import add as add",
        root__ops__add="",
        root__a="from root import ops\nops.add(1, 2)",
        root__b="import root\nroot.ops.add(1, 2)",
    )
    assert {("root.a", "root.ops.add", ATTRIBUTE), ("root.b", "root.ops.add", ATTRIBUTE)} <= edges(found)


def test_a_circle_is_found_across_kinds_with_what_ties_it():
    found = graph(
        root="",
        root_pyi="from .b import thing as thing",
        root__a="import root\nroot.thing",
        root__b="def f():\n    from root.c import C",
        root__c="if TYPE_CHECKING:\n    from .a import A",
        root__d="from .a import A",
    )
    assert found.circles() == [["root.a", "root.b", "root.c"]]
    assert found.circles([IMPORT]) == []
    ties = [(edge.source, edge.kind) for edge in found.ties(found.circles()[0])]
    assert ties == [("root.a", ATTRIBUTE), ("root.b", FUNCTION), ("root.c", TYPING)]


def test_the_longest_chain():
    found = graph(
        root="",
        root__a="from root.b import x",
        root__b="from root.c import x\nfrom root.d import x",
        root__c="",
        root__d="from root.c import x",
    )
    assert found.longest_chain() == ["root.a", "root.b", "root.d", "root.c"]


def test_components_come_after_those_they_lead_to():
    found = components({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert [sorted(group) for group in found] == [["a", "b", "c"], ["d"]]
