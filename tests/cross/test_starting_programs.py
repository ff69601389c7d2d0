"""The programs that `keras new` writes do on every backend what they say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[2] / "packages" / "keras-cli" / "src" / "keras_cli" / "templates"
# What the program prints → the worst value of it that is still right.
RESULTS = {
    "images": (r"Accuracy on pictures that it has not seen: ([\d.]+)", 0.9),
    "series": (r"Mean absolute error on later values: ([\d.]+)", 0.15),  # the noise alone gives 0.08
    "table": (r"Mean absolute error on rows that it has not seen: ([\d.]+)", 10.0),  # the noise alone gives 8
    "text": (r"Accuracy on texts that it has not seen: ([\d.]+)", 0.95),
}


def test_there_is_a_result_for_each():
    assert {path.name.removesuffix(".py.txt") for path in PROGRAMS.iterdir()} == set(RESULTS)


@pytest.mark.slow
@pytest.mark.needs_train
@pytest.mark.parametrize("task", sorted(RESULTS))
def test_it_learns_what_it_says(task, tmp_path, monkeypatch, capsys):
    program = tmp_path / f"{task}.py"
    program.write_text((PROGRAMS / f"{task}.py.txt").read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(program), run_name="__main__")
    printed = capsys.readouterr().out
    pattern, bound = RESULTS[task]
    found = re.search(pattern, printed)
    assert found is not None, printed[-3000:]
    value = float(found[1])
    assert value >= bound if "Accuracy" in pattern else value <= bound
    assert (tmp_path / f"{task}.keras").stat().st_size > 0
