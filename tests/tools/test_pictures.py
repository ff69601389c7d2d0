"""The pictures of docs/seeing.md: they are there, and terminals are read as they look."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pictures
import pytest


def test_every_picture_is_there_and_shown():
    names = pictures.named_images(pictures.PAGE)
    drawn = {"packages.svg", "fit.svg", "load.svg"}  # by drawings.py
    assert names == {path.name for path in pictures.IMAGES.iterdir()} - drawn and len(names) == 11
    for path in pictures.IMAGES.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert "url(http" not in path.read_text("utf-8")  # nothing is fetched from elsewhere


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        ("one\r\ntwo\r\n", ["one", "two", ""]),
        ("first\r\x1b[2Ksecond", ["second"]),
        ("bar\nmore\r\x1b[2K\x1b[1A\x1b[2Kdone\r\nend", ["done", "end"]),
        ("\x1b[?25la\x1b[1mb\x1b[0m\x1b[?25h", ["a\x1b[1mb\x1b[0m"]),
    ],
)
def test_a_terminal_is_read(output, lines):
    assert pictures.screen(output) == lines


def test_the_middle_of_the_last_epoch():
    output = "Epoch 1/2\na" + "".join(f"\r\x1b[2K{i}/4" for i in range(5)) + "\nEpoch 2/2\n"
    output += "".join(f"\r\x1b[2K{i}/4" for i in range(5))
    assert pictures.screen(pictures.half_done(output)) == ["Epoch 1/2", "4/4", "Epoch 2/2", "1/4"]


def test_lines_are_drawn(tmp_path):
    pytest.importorskip("rich")
    pictures.draw(["plain", "\x1b[32mgreen\x1b[0m text"], tmp_path / "drawn.svg", "a title")
    text = (tmp_path / "drawn.svg").read_text("utf-8")
    assert "plain" in text and "green" in text and "a&#160;title" in text and "\x1b" not in text
