"""Covers: tools/install.py."""

import sys
from types import SimpleNamespace

import install
import pytest
import workspace


def test_a_backend_alone_brings_the_umbrella():
    names = install.chosen(["theano"])
    assert {"keras", "keras-backend-theano", "keras-backend-numpy", "keras-layers", "keras-core"} <= set(names)
    assert "keras-backend-jax" not in names and "keras-conformance" not in names


def test_a_backend_that_computes_in_another_python_is_named_and_says_what_comes_next(monkeypatch, capsys):
    assert {"keras", "keras-backend-cntk", "keras-backend-numpy"} <= set(install.chosen(["cntk"]))
    monkeypatch.setattr(install.subprocess, "run", lambda command, check: SimpleNamespace(returncode=0))
    assert install.main(["cntk"]) == 0
    assert capsys.readouterr().out == f"Next: {sys.executable} -m keras_backend_cntk setup\n"
    assert install.main(["jax"]) == 0
    assert capsys.readouterr().out == ""


def test_a_named_package_brings_what_it_needs_and_no_more():
    assert set(install.chosen(["numpy", "keras-layers"])) == {"keras-backend-numpy", "keras-layers", "keras-core"}
    assert "keras-backend-numpy" not in install.chosen(["keras-layers"])


def test_an_unknown_name_is_answered_by_those_there_are():
    with pytest.raises(SystemExit, match=r"no package pytorch\. Backends: tensorflow, jax, torch.*keras-layers"):
        install.chosen(["pytorch", "jax"])


def test_one_command_holds_every_folder():
    core = str(workspace.packages()["keras-core"].folder)
    assert install.pip_command(["keras-core"]) == [sys.executable, "-m", "pip", "install", core]
    command = install.pip_command(["keras-core"], python="there", editable=True, options=["-q"])
    assert command[3:] == ["--python", "there", "install", "-q", "--editable", core]


def test_what_follows_two_dashes_goes_to_pip(capsys):
    assert install.main(["numpy", "keras-core", "--dry-run", "--", "--upgrade"]) == 0
    shown = capsys.readouterr().out
    assert " install --upgrade " in shown and "keras-backend-numpy" in shown


def test_no_name_is_an_error_that_names_backends(capsys):
    with pytest.raises(SystemExit):
        install.main([])
    assert "tensorflow, jax, torch" in capsys.readouterr().err


def test_a_python_that_is_too_old_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"Keras needs Python >=3\.11,<3\.14"):
        install.check_environment()


def test_the_list_names_everything(capsys):
    assert install.main(["--list"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in [*workspace.packages(), *workspace.backends()])
