"""The pages about several backends and about moving, and scripts, run as they are shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pictures
import pytest

keras = pytest.importorskip("keras")
ROOT = Path(__file__).parents[2]


def test_the_page_about_several_backends(trainers, capsys):
    page = ROOT / "docs" / "several_backends.md"
    examples = pictures.examples(page)
    assert len(examples) == 6
    names = {"FIRST": trainers[0], "SECOND": trainers[1]}
    for number, text in enumerate(examples):
        exec(compile(text, f"{page.name}, example {number + 1}", "exec"), names)
    assert "cpu:0" in capsys.readouterr().out


def test_the_page_about_moving(trainer):
    """All examples of docs/moving.md in order, on each backend that trains."""
    page = ROOT / "docs" / "moving.md"
    examples = pictures.examples(page)
    assert len(examples) == 5
    keras.utils.set_random_seed(0)
    names = {"__name__": "moving"}
    with keras.use_backend(trainer):
        for number, text in enumerate(examples):
            exec(compile(text, f"{page.name}, example {number + 1}", "exec"), names)


def test_the_page_about_seeing(trainer, tmp_path, monkeypatch, capsys):
    """Its code makes the pictures that it shows, besides those of terminals."""
    pytest.importorskip("matplotlib").use("Agg")
    page = ROOT / "docs" / "seeing.md"
    monkeypatch.chdir(tmp_path)
    keras.utils.set_random_seed(0)
    names = {"__name__": "seeing"}
    with keras.use_backend(trainer):
        for number, text in enumerate(pictures.examples(page)):
            exec(compile(text, f"{page.name}, example {number + 1}", "exec"), names)
    made = {path.name for path in tmp_path.iterdir() if path.stat().st_size > 2000}
    assert pictures.named_images(page) - made == {"summary.svg", "terminal.svg", "log.svg"}
    assert "edges (Conv2D)" in capsys.readouterr().out
    assert names["history"].history["accuracy"][-1] > 0.8


@pytest.mark.slow
def test_the_script_that_trains_on_every_backend(trainers):
    """It ends with an error if the losses differ."""
    command = [sys.executable, ROOT / "examples" / "four_backends.py"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr[-2000:]
    for name in (*trainers, "one moved"):
        assert re.search(rf"^{name} +[\d.]+", found.stdout, re.M), found.stdout
