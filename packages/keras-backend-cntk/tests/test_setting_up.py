"""Covers: setting_up.py, __main__.py."""

import sys

import pytest
from keras_backend_cntk import framework, setting_up
from keras_backend_cntk.__main__ import main


@pytest.fixture
def nothing(monkeypatch, tmp_path):
    """A home without any CPython 3.6."""
    monkeypatch.setenv(framework.FOLDER, str(tmp_path / "cntk"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(framework.PYTHON, raising=False)


def test_what_is_missing_is_said(nothing, capsys):
    assert main(["doctor"]) == 1
    assert "CPython 3.6" in capsys.readouterr().out
    assert main(["setup"]) == 1
    assert "pyenv install 3.6.15" in capsys.readouterr().err


def test_another_python_is_refused(nothing, monkeypatch):
    monkeypatch.setenv(framework.PYTHON, sys.executable)
    with pytest.raises(setting_up.SetupError, match=r"Tried: .*python"):
        setting_up.find_interpreter()


def test_pyenv_is_looked_into(nothing, tmp_path):
    python = tmp_path / "versions" / "3.6.15" / "bin" / "python3.6"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 3.6\n")
    python.chmod(0o755)
    assert setting_up.find_interpreter() == python


def test_a_worker_that_is_set_up_is_well(worker):
    assert [problem for _, problem in setting_up.diagnosis()] == [None] * 4
