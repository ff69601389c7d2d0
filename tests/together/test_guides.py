"""The tutorial and guides whose code needs nothing else: all of it runs, on each backend that trains."""

from __future__ import annotations

from pathlib import Path

import pictures
import pytest

keras = pytest.importorskip("keras")
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param("tutorial.md", 7, marks=pytest.mark.slow),
        ("models.md", 9),
        ("custom_layers.md", 6),
        ("data.md", 8),
        ("saving.md", 9),
        ("export.md", 5),
        ("quantization.md", 8),
        ("backends.md", 4),
    ],
)
def test_the_page_runs(page, count, trainer, tmp_path, monkeypatch):
    if page == "tutorial.md":
        pytest.importorskip("sklearn")
    needs = {"export.md": "keras_export", "quantization.md": "keras_quantization"}
    if page in needs:
        pytest.importorskip(needs[page])
    monkeypatch.chdir(tmp_path)
    examples = pictures.examples(DOCS / page)
    assert len(examples) == count
    names = {"__name__": page.removesuffix(".md")}
    with keras.use_backend(trainer):
        for number, text in enumerate(examples):
            exec(compile(text, f"{page}, example {number + 1}", "exec"), names)
