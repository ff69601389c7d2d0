"""Public functions of the core say what they take and return. Covers: tests/boundaries/annotations.py.

A bare `Any` is for what may truly be anything and could not be used as `object`: an object made from a config, a value
whose type depends on other arguments (the number or the list that `evaluate` returns), an object of an optional
library (an open `h5py.File`), and an object whose private members another module of the core uses (`layer._overrides`).
What is only looked at, compared or handed on is `object`; what stands for a tensor, or for a structure of tensors, has
one of the names of `keras_core.typing`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from annotations import annotations, any_aliases, shares
from package_sources import SourceFile

CEILINGS = {
    "": 11,
    "activations": 0,
    "backend": 5,
    "callbacks": 3,
    "config": 0,
    "constraints": 0,
    "data_utils": 0,
    "dtype_policies": 9,
    "exporting": 13,
    "graph": 4,
    "initializers": 2,
    "layers": 3,
    "losses": 1,
    "metrics": 1,
    "models": 3,
    "op_graph": 0,
    "ops": 4.5,
    "optimizers": 4,
    "random": 0,
    "regularizers": 4,
    "saving": 7,
    "staging": 4,
    "training": 2,
}
"""Per cent of the annotations of a subpackage that may be a bare `Any`; "" stands for the modules of the root."""

ALIASES = {"Tensor", "ArrayLike", "TensorTree", "ShapeTree"}
"""The names that stand for `Any` and say what is meant; each is documented in `keras_core.typing`."""


def test_public_annotations_say_what_is_meant(packages):
    found = shares(annotations(packages["keras-core"].files()))
    assert found.keys() == CEILINGS.keys()
    over = {
        name: f"{share:.1f} % of at most {CEILINGS[name]} %" for name, share in found.items() if share > CEILINGS[name]
    }
    assert not over, f"More bare Any than before; python tests/boundaries/annotations.py NAME lists them: {over}"


def test_ceilings_are_not_higher_than_needed(packages):
    found = shares(annotations(packages["keras-core"].files()))
    loose = {name: round(share, 1) for name, share in found.items() if CEILINGS[name] > share + 2}
    assert not loose, f"Lower the ceilings to what is reached: {loose}"


def test_any_has_other_names_in_one_place_only(packages):
    defined = {file.module: any_aliases(file) for file in packages["keras-core"].files() if any_aliases(file)}
    assert defined == {"keras_core.typing": ALIASES}


def _source(text: str, module: str = "pack.room.thing") -> SourceFile:
    return SourceFile(Path(__file__), module, text)


@pytest.mark.parametrize(
    ("text", "bare", "all_"),
    [
        ("def f(a: Any, *, b: int = 1) -> Any: ...", 2, 3),
        ("def f(a: 'Any') -> Any | None: ...", 2, 2),
        ("def f(*args: Any, **kwargs: Any) -> dict[str, Any]: ...", 0, 1),
        ("def _f(a: Any) -> Any: ...", 0, 0),
        ("class C:\n    def __init__(self, a: Any) -> None: ...\n    def g(self) -> Any: ...", 2, 2),
        ("class C:\n    def __call__(self, a: Tensor) -> Tensor: ...\n    def __eq__(self, o: Any) -> bool: ...", 0, 2),
        ("class _C:\n    def g(self, a: Any) -> Any: ...", 0, 0),
        ("if TYPE_CHECKING:\n    def f(a: Any) -> int: ...\nelse:\n    def f(a: Any) -> Any: ...", 3, 4),
    ],
)
def test_what_is_counted(text, bare, all_):
    found = list(annotations([_source(text)]))
    assert (sum(a.bare for a in found), len(found)) == (bare, all_)
    assert {a.subpackage for a in found} <= {"room"}


def test_places_are_named():
    (annotation,) = [a for a in annotations([_source("\ndef f(a: int, b: Any) -> int: ...")]) if a.bare]
    assert annotation.place.endswith("test_types.py:2 f b")


def test_aliases_are_found_however_they_are_written():
    text = "A = Any\nB: TypeAlias = Any\nC = dict[str, Any]\nD = E = Any"
    assert any_aliases(_source(text)) == {"A", "B", "D", "E"}
