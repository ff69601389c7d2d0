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
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def test_what_is_missing_is_said(nothing, capsys):
    assert main(["doctor"]) == 1
    assert "CPython 3.6" in capsys.readouterr().out
    assert main(["setup"]) == 1
    assert "pyenv install 3.6.15" in capsys.readouterr().err


def test_another_machine_is_refused(nothing, monkeypatch, capsys):
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    for command in ("setup", "doctor"):
        assert main([command]) == 1
        found = capsys.readouterr()
        assert "CNTK's last wheel is for Linux on x86-64, and this is Linux on aarch64" in found.out + found.err


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def without_stub(nothing, tmp_path):
    """A home that lacks the stub of MPI alone, and the folder of the PATH, which is empty."""
    program(framework.worker_python(), "echo 3.6")
    (framework.home() / "env" / framework.SITE / "cntk" / "libs").mkdir(parents=True)
    return tmp_path


def test_a_compiler_and_nm_are_asked_for_by_name(without_stub, capsys):
    for missing, made in (("There is no C compiler", "cc"), ("There is no program `nm`", "nm"), ("`nm` found", None)):
        assert main(["setup"]) == 1 and missing in capsys.readouterr().err
        if made:
            assert main(["doctor"]) == 1 and missing in capsys.readouterr().out
            program(without_stub / made, "exit 0")


def test_a_compiler_that_fails_is_quoted(without_stub, capsys):
    program(without_stub / "nm", "echo '                 U MPI_Barrier'")
    program(without_stub / "cc", "echo no headers >&2; exit 1")
    (framework.home() / "env" / framework.SITE / "cntk" / "libs" / "libx.so").touch()
    assert main(["setup"]) == 1
    assert "Could not compile the stub of MPI" in (said := capsys.readouterr().err) and "no headers" in said


def test_a_folder_that_cannot_be_made_is_said(nothing, monkeypatch, tmp_path, capsys):
    program(tmp_path / "python3.6", "echo 3.6")
    (tmp_path / "file").touch()
    monkeypatch.setenv(framework.FOLDER, str(tmp_path / "file" / "cntk"))
    assert main(["setup"]) == 1
    assert "Not a directory" in capsys.readouterr().err


def test_another_python_is_refused(nothing, monkeypatch):
    monkeypatch.setenv(framework.PYTHON, sys.executable)
    with pytest.raises(setting_up.SetupError, match=r"Tried: .*python"):
        setting_up.find_interpreter()


def test_pyenv_is_looked_into(nothing, tmp_path):
    python = tmp_path / "versions" / "3.6.15" / "bin" / "python3.6"
    program(python, "echo 3.6")
    assert setting_up.find_interpreter() == python


def test_a_worker_that_is_set_up_is_well(worker):
    assert [problem for _, problem in setting_up.diagnosis()] == [None] * 4
