"""What the folder of every example holds, and what is said of figures that are not reached.

Covers: tools/run_example.py
"""

from __future__ import annotations

import ast
import tomllib

import pytest
import run_example as examples


@pytest.mark.parametrize("name", examples.names())
def test_folder(name):
    text = examples.program(name).read_text(encoding="utf-8")
    assert text.count("\n") < 150
    assert ast.get_docstring(ast.parse(text))
    readme = (examples.FOLDER / name / "README.md").read_text(encoding="utf-8")
    assert f"nox -s examples -- {name}" in readme
    assert f"({name}.png)" in readme and (examples.FOLDER / name / f"{name}.png").exists()
    for figure in examples.bounds(name, short=False):
        assert f"{figure}: " in readme, figure
    assert f"[{name}]({name})" in (examples.FOLDER / "README.md").read_text(encoding="utf-8")


def test_figures_name_examples():
    table = tomllib.loads((examples.FOLDER / "figures.toml").read_text(encoding="utf-8"))
    assert sorted(table) == examples.names()


def test_what_is_not_reached_is_said():
    name = "image_classification"
    assert examples.problems(name, "held-out accuracy: 0.99\n", short=False) == []
    assert examples.problems(name, "loss: 2\n", short=False) == ["held-out accuracy was not printed"]
    (low,) = examples.problems(name, "held-out accuracy: 0.5\n", short=False)
    assert low == "held-out accuracy is 0.5, expected 0.98 to 1"
    assert len(examples.problems(name, "held-out accuracy: nan\n", short=False)) == 1
