"""Programs to begin with; that they work is tested on every backend in tests/cross/test_starting_programs.py."""

from __future__ import annotations

import ast

import pytest
from keras_cli.starting import start, tasks


@pytest.mark.parametrize("task", sorted(tasks()))
def test_a_program(task, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert start(task) == f"{task}.py"
    assert ast.get_docstring(ast.parse((tmp_path / f"{task}.py").read_text("utf-8"))) == tasks()[task]


def test_a_program_of_the_user_s_is_kept(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="--force"):
        start("table", path)
    assert path.read_text() == "mine"
    start("table", path, overwrite=True)
    assert "Normalization" in path.read_text()


def test_an_unknown_task():
    with pytest.raises(ValueError, match=r"'chess'.*images, series, table, text"):
        start("chess")
