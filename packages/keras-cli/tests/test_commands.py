"""The command line: output, JSON, exit codes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from keras_cli.commands import app
from typer.testing import CliRunner


@pytest.fixture
def run():
    def call(*arguments):
        return CliRunner().invoke(app, [str(one) for one in arguments])

    return call


def test_inspect(run, saved):
    told = run("inspect", saved, "--arrays")
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert lines[0].startswith(f"{saved}: model in the format keras (keras version 4.")
    assert any("deep" in line and "Scaled" in line and "(?, 3)" in line for line in lines)
    assert any("layers/scaled/vars/0" in line for line in lines)
    assert "9 parameters of 36 bytes; 0 bytes of an optimizer" in lines
    assert lines[-1] == "and of your program: cli_tests>Scaled"
    assert json.loads(run("inspect", saved, "--json").output)["parameters"] == 9


def test_verify_and_diff_say_by_their_exit_code_what_they_found(run, saved, model, tmp_path):
    assert run("diff", saved, saved).output == "The same: 3 arrays\n"
    model.set_weights([np.full(3, value) for value in (2, 3, 5)])
    model.save(tmp_path / "other.keras")
    told = run("diff", saved, tmp_path / "other.keras")
    assert told.exit_code == 1 and "3 of 3 numbers, by 1 at most" in told.output
    assert json.loads(run("diff", saved, tmp_path / "other.keras", "--json").output)["same"] is False
    told = run("verify", saved)
    assert told.exit_code == 1 and "Scaled" in told.output
    model.save_weights(tmp_path / "w.weights.h5")
    told = run("verify", tmp_path / "w.weights.h5", "--json")
    assert told.exit_code == 0 and json.loads(told.output)["arrays"] == 3


def test_convert(run, with_custom, supplied, tmp_path):
    told = run("convert", with_custom, tmp_path / "copy.keras")
    assert told.exit_code == 2 and "Doubled" in told.stderr and not (tmp_path / "copy.keras").exists()
    told = run("convert", with_custom, tmp_path / "copy", "--import", supplied)
    assert told.exit_code == 2 and "copy' has no ending" in told.stderr
    told = run("convert", with_custom, tmp_path / "copy.xyz", "--import", supplied)
    assert told.exit_code == 2 and "copy.xyz" in told.stderr
    with pytest.warns(UserWarning, match="Doubled"):
        told = run("convert", with_custom, tmp_path / "copy.keras", "--import", supplied)
    assert (told.exit_code, told.output) == (0, f"Wrote {tmp_path / 'copy.keras'}\n")


def test_backends(run):
    told = run("backends")
    assert told.exit_code == 0 and "numpy" in told.output and "cpu:0" in told.output
    assert "numpy" in [one["name"] for one in json.loads(run("backends", "--json").output)]


def test_new(run, tmp_path):
    assert "images" in run("new").output
    told = run("new", "series", tmp_path / "mine.py")
    assert told.output == f"Wrote {tmp_path / 'mine.py'}. Run it: python {tmp_path / 'mine.py'}\n"
    assert run("new", "series", tmp_path / "mine.py").exit_code == 2


@pytest.mark.parametrize("arguments", [["inspect", "nothing.keras"], ["verify", "nothing.keras"], ["new", "chess"]])
def test_what_cannot_be_done(run, arguments):
    told = run(*arguments)
    assert told.exit_code == 2 and told.stderr.startswith("keras: ") and not told.stdout
