"""Every example in its short form."""

from __future__ import annotations

import os
import runpy
import sys
from importlib import metadata

import pytest
import run_example as examples

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.mark.needs_train
@pytest.mark.parametrize("name", examples.names())
def test_short_form(name, monkeypatch, tmp_path, capsys):
    package = examples.package(name)
    if package and not any(metadata.distributions(name=package)):
        pytest.skip(f"needs a package: pip install --no-deps ./examples/{name}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(examples.program(name).parent)  # as Python does when it runs a program
    monkeypatch.setattr(sys, "argv", [str(examples.program(name)), "--short"])
    runpy.run_path(str(examples.program(name)), run_name="__main__")
    assert not examples.problems(name, capsys.readouterr().out, short=True)
    assert (tmp_path / f"{name}.png").stat().st_size > 0
