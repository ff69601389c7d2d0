"""Covers: tools/environments.py."""

import sys
import threading
from pathlib import Path

import environments
import pytest


def test_commands_see_no_settings_of_the_caller(monkeypatch):
    for name in ("PYTHONPATH", "KERAS_BACKEND", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("LANG", "C")
    found = environments.variables(KERAS_BACKEND="jax")
    assert found["KERAS_BACKEND"] == "jax" and found["LANG"] == "C" and found["MPLBACKEND"] == "Agg"
    assert not {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"} & found.keys()


def test_a_command_that_fails_or_lasts_is_told_of(capfd):
    assert environments.call([sys.executable, "-c", "print(7)"]) is None
    assert environments.call([sys.executable, "-c", "raise SystemExit(3)"]) == "exit status 3"
    assert "still running" in environments.call([sys.executable, "-c", "import time; time.sleep(60)"], minutes=0.01)
    with pytest.raises(SystemExit, match=r"-c raise SystemExit\(3\) \.\.\.: exit status 3"):
        environments.check([sys.executable, "-c", "raise SystemExit(3)"])
    assert "7" in capfd.readouterr().out


def test_extras_for_tests_stand_beside_the_wheels(tmp_path):
    wheels = {name: tmp_path / f"{name}.whl" for name in ("keras-core", "keras-layers", "keras-formats")}
    plain = [str(path) for path in wheels.values()]
    assert environments.requirements(wheels, wheels, bare=True) == plain
    found = environments.requirements(wheels, wheels)
    assert found[:3] == plain and f"{wheels['keras-formats']}[test]" in found[3:]
    assert f"{wheels['keras-core']}[plot,tensorboard]" in found[3:]
    assert not any("keras-layers.whl[" in one for one in found)
    assert f"{wheels['keras-core']}[plot,tensorboard,data]" in environments.requirements(wheels, wheels, more=True)


def test_what_needs_an_older_python_gets_the_oldest(monkeypatch):
    monkeypatch.setattr(environments, "interpreters", lambda: {"3.13": "new", "3.11": "old"})
    assert environments.version_for("jax") == "3.13" and environments.version_for("torch") == "3.11"
    monkeypatch.setattr(environments, "interpreters", dict)
    with pytest.raises(SystemExit, match="none was found"):
        environments.version_for()


def test_environments_are_made_while_something_else_runs(monkeypatch):
    begun, go_on = [], threading.Event()

    def make(name, version, *, bare=False):
        begun.append(name)
        if name == "b":
            go_on.wait(20)
        if name == "c":
            raise SystemExit("pip failed")
        return Path(name)

    monkeypatch.setattr(environments, "_make", make)
    monkeypatch.setattr(environments, "_ahead", {})
    monkeypatch.setattr(environments, "version_for", lambda name="": "3.13")
    environments.make_ahead(["a", "b", "c", "d"])
    assert environments.environment("a") == environments.environment("a", "3.13") == Path("a")
    assert "c" not in begun
    go_on.set()
    assert environments.environment("b", bare=True) == Path("b")
    with pytest.raises(SystemExit, match="pip failed"):
        environments.environment("c")
    assert environments.environment("d") == Path("d") and begun == ["a", "b", "c", "d"]
    assert environments.environment("e") == Path("e") and environments.environment("a", "3.11") == Path("a")
    assert begun == ["a", "b", "c", "d", "e", "a"]  # neither was made ahead
