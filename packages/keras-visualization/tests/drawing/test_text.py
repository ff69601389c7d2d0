"""Widths of text, compared with the metrics of Helvetica that Matplotlib has."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from keras_visualization.drawing.text import text_width


def test_widths_are_those_of_the_font() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    metrics = Path(matplotlib.get_data_path(), "fonts", "pdfcorefonts", "Helvetica.afm").read_text("latin-1")
    widths = {int(code): int(width) for code, width in re.findall(r"^C (\d+) ; WX (\d+)", metrics, re.M)}
    for sign in string.ascii_letters + string.digits + " !#$%&()*+,./:;<=>?@[]^_{|}~":
        assert text_width(sign, 1000) == widths[ord(sign)], sign


def test_lines() -> None:
    assert text_width("", 10) == 0
    assert text_width("Dense", 10) == pytest.approx(28.9)
    assert text_width("Dense", 20, bold=True) > 2 * text_width("Dense", 10)
    assert text_width("层", 10) == 10 and text_width("é", 10) == text_width("e\u0301", 10) + 0.44
