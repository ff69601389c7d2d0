"""The page about debugging: all of its examples run, on each backend that trains."""

from __future__ import annotations

import re
from pathlib import Path

import pictures
import pytest

keras = pytest.importorskip("keras")

PAGE = Path(__file__).parents[2] / "docs" / "debugging.md"


def test_the_page_runs(trainer, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = pictures.examples(PAGE)
    assert len(examples) == 8
    names = {"__name__": "debugging"}
    with keras.use_backend(trainer):
        for number, text in enumerate(examples):
            exec(compile(text, f"{PAGE.name}, example {number + 1}", "exec"), names)
    printed = capsys.readouterr().out
    for line in re.findall(r"^    (  .*float32)$", PAGE.read_text("utf-8"), re.M):
        assert line in re.sub(r"dense_\d+", "dense_1", printed)
    assert "batch_size='auto' is" in printed and not list(tmp_path.iterdir())
