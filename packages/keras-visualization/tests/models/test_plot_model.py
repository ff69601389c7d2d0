"""The files that models are written to."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from keras_core import Input, Model
from keras_layers import Dense
from keras_visualization import plot_model
from pictured_models import branched, called_again, nested, recurrent, residual, shared

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
BoxOf = tuple[float, float, float, float]


def parts(path: Path, kind: str) -> list[ElementTree.Element]:
    return [g for g in ElementTree.parse(path).getroot() if g.get("class") == kind]


def rectangle(group: ElementTree.Element) -> BoxOf:
    found = group.find(f"{SVG}rect")
    assert found is not None
    x, y, width, height = (float(found.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def boxes(path: Path) -> dict[str, BoxOf]:
    """The rectangle of each layer by its name."""
    found = {}
    for group in parts(path, "layer"):
        title = group.findtext(f"{SVG}title")
        assert title is not None
        found[title.split(" ")[0]] = rectangle(group)
    return found


def arrows(path: Path) -> dict[str, list[tuple[float, float]]]:
    """The points of each arrow by its title."""
    found = {}
    for group in parts(path, "arrow"):
        line = group.find(f"{SVG}path")
        title = group.findtext(f"{SVG}title")
        assert line is not None and title is not None
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", line.get("d", ""))]
        found[re.sub(r" \(.*?\)(?= →|$)", "", title)] = list(zip(numbers[::2], numbers[1::2], strict=True))
    return found


def overlap(one: BoxOf, other: BoxOf) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
@pytest.mark.parametrize("make", [branched, nested, shared, recurrent, residual])
def test_boxes_do_not_overlap_and_arrows_touch_theirs(make: object, rankdir: str, tmp_path: Path) -> None:
    path = tmp_path / "model.svg"
    plot_model(make(), path, True, show_layer_names=True, expand_nested=True, rankdir=rankdir)  # type: ignore[operator]
    found = boxes(path)
    names = list(found)
    assert not [(a, b) for i, a in enumerate(names) for b in names[:i] if overlap(found[a], found[b])]
    axis, sign = {"TB": (1, 1), "BT": (1, -1), "LR": (0, 1), "RL": (0, -1)}[rankdir]
    out, into = (axis + 2, axis) if sign > 0 else (axis, axis + 2)
    for title, points in arrows(path).items():
        start, end = (found[name] for name in title.split(" → "))
        assert points[0][axis] == pytest.approx(start[out], abs=0.02)
        assert points[-1][axis] == pytest.approx(end[into], abs=0.02)
        across = 1 - axis
        assert start[across] <= points[0][across] <= start[across + 2]
        assert end[across] <= points[-1][across] <= end[across + 2]
        for name, (left, top, right, bottom) in found.items():  # no arrow runs through a third box
            if name not in title.split(" → "):
                for (x0, y0), (x1, y1) in pairwise(points):
                    piece = (min(x0, x1), min(y0, y1), max(x0, x1) + 0.01, max(y0, y1) + 0.01)
                    assert not overlap(piece, (left + 0.1, top + 0.1, right - 0.1, bottom - 0.1)), (title, name)


def test_frames_hold_their_layers_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "model.svg"
    plot_model(nested(), path, expand_nested=True)
    found = boxes(path)
    frames = {frame.findtext(f"{SVG}title"): rectangle(frame) for frame in parts(path, "model")}
    inside = {"encoder (Functional)": {"given", "hidden", "code"}, "head (Sequential)": {"codes", "scores"}}
    assert frames.keys() == inside.keys()
    for title, (left, top, right, bottom) in frames.items():
        held = {n for n, b in found.items() if left < b[0] and top < b[1] and b[2] < right and b[3] < bottom}
        assert held == inside[str(title)]
        assert {n for n, b in found.items() if overlap(b, (left, top, right, bottom))} == held


def test_large_networks_stay_narrow(tmp_path: Path) -> None:
    """Two columns of boxes, and long arrows straight."""
    path = tmp_path / "model.svg"
    plot_model(residual(), path, show_shapes=True)
    root = ElementTree.parse(path).getroot()
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert width < 600 and height < 7000 and len(boxes(path)) > 50
    bends = [len({x for x, _ in points}) for points in arrows(path).values()]
    assert sum(count == 1 for count in bends) > len(bends) / 2


def test_a_layer_called_on_its_own_output(tmp_path: Path) -> None:
    path = tmp_path / "model.svg"
    plot_model(called_again(), path)
    assert {"again → again", "again → between", "between → again", "given → again"} == arrows(path).keys()
    found, points = boxes(path), arrows(path)
    assert points["between → again"][-1][1] == pytest.approx(found["again"][3], abs=0.02)
    right = found["again"][2]
    assert points["again → again"][0][0] == points["again → again"][-1][0] == pytest.approx(right, abs=0.02)


@pytest.mark.parametrize("splines", ["curved", "spline", True, "line", "polyline", False, "none"])
def test_kinds_of_arrows(splines: str | bool, tmp_path: Path) -> None:
    path = tmp_path / "model.svg"
    plot_model(branched(), path, splines=splines)
    lines = [arrow.find(f"{SVG}path").get("d", "") for arrow in parts(path, "arrow")]  # type: ignore[union-attr]
    assert len(lines) == (0 if splines == "none" else 7)
    assert any("C" in line for line in lines) is (splines in ("curved", "spline", True))
    assert not any("Q" in line for line in lines)


def test_names_are_text_in_every_file(tmp_path: Path) -> None:
    """A name from a file may hold anything: it is shown, and is neither markup nor Mermaid's."""
    evil = '"]<script>alert(1)</script>&'
    given = Input((2,), name="given")
    layer = Dense(2)
    layer.name = evil
    model = Model(given, layer(given))
    for ending in (".svg", ".html", ".mmd", ".md"):
        path = tmp_path / f"model{ending}"
        plot_model(model, path, show_layer_names=True)
        text = path.read_text("utf-8")
        assert "<script>" not in text and f"{evil} (Dense)" not in text
    plot_model(model, tmp_path / "model.svg", show_layer_names=True)
    shown = [text.text for text in ElementTree.parse(tmp_path / "model.svg").iter(f"{SVG}text")]
    assert f"{evil} (Dense)" in shown


def test_pages_and_mermaid(tmp_path: Path) -> None:
    plot_model(nested(), tmp_path / "model.html", expand_nested=True)
    page = (tmp_path / "model.html").read_text("utf-8")
    assert (
        page.startswith("<!DOCTYPE html>")
        and "<title>siamese (Functional)</title>" in page
        and "http-equiv" not in page
    )
    assert page.count('class="layer"') == 9
    plot_model(nested(), tmp_path / "model.md", expand_nested=True, rankdir="LR", show_layer_names=True)
    lines = (tmp_path / "model.md").read_text("utf-8").splitlines()
    assert lines[:2] == ["```mermaid", "flowchart LR"] and lines[-1] == "```"
    assert (
        sum(line.strip().startswith("subgraph") for line in lines) == sum(line.strip() == "end" for line in lines) == 2
    )
    assert sum("-->" in line for line in lines) == 8


def test_pixels(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    model = branched()
    plot_model(model, tmp_path / "model.svg")
    _, _, width, height = map(float, ElementTree.parse(tmp_path / "model.svg").getroot().get("viewBox", "").split())
    for name, dpi in (("model.png", 144), ("small.png", 36), ("model.jpg", 72)):
        plot_model(model, tmp_path / name, dpi=dpi)
        with image.open(tmp_path / name) as picture:
            assert picture.size == (round(width * dpi / 72), round(height * dpi / 72))
    with image.open(tmp_path / "model.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))
    for name, color in (("picture", (223, 243, 228)), ("conv", (220, 233, 249)), ("mean", (247, 247, 247))):
        left, top, right, bottom = boxes(tmp_path / "model.svg")[name]
        corner = pixels[round(2 * (top + 4)), round(2 * (left + 4))]
        np.testing.assert_array_equal(corner, color)
        inside = pixels[round(2 * top + 4) : round(2 * bottom - 4), round(2 * left + 8) : round(2 * right - 8)]
        assert 0.03 < (inside.sum(-1) < 300).mean() < 0.4  # letters
    for points in arrows(tmp_path / "model.svg").values():
        (x0, y0), (x1, y1) = points[-2:]
        assert pixels[round(y0 + y1), round(x0 + x1)].sum() < 600  # the last piece's middle, at twice its place


def test_where_a_picture_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PIL")
    monkeypatch.chdir(tmp_path)
    assert plot_model(branched()) is None
    plot_model(branched(), "named", dpi=40)
    plot_model(branched(), "paper.PDF", dpi=40)
    assert (tmp_path / "model.png").read_bytes()[:4] == b"\x89PNG" == (tmp_path / "named.png").read_bytes()[:4]
    assert (tmp_path / "paper.PDF").read_bytes()[:4] == b"%PDF"


def test_graphviz_text(tmp_path: Path) -> None:
    pytest.importorskip("pydot")
    plot_model(branched(), tmp_path / "model.dot", show_layer_names=True)
    text = (tmp_path / "model.dot").read_text("utf-8")
    assert text.startswith("digraph") and text.count("->") == 7 and "conv (Conv2D)" in text


def test_notebooks_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    made = SimpleNamespace(SVG=lambda filename: ("SVG", filename), Image=lambda filename: ("Image", filename))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: object(), display=made))
    monkeypatch.setitem(sys.modules, "IPython.display", made)
    path = str(tmp_path / "model.svg")
    assert plot_model(branched(), path) == ("SVG", path)
    assert plot_model(branched(), tmp_path / "model.html") is None


def test_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = branched()
    with pytest.raises(
        ValueError, match=r"plot_model\(\): model must be a model or a graph of export_graph\(\), got Dense "
    ):
        plot_model(Dense(1), tmp_path / "model.svg")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"to_file must end in one of \.svg, .*; got 'model\.xyz'"):
        plot_model(model, "model.xyz")
    with pytest.raises(ValueError, match=r"splines must be one of 'ortho', .*; got 'round'"):
        plot_model(model, tmp_path / "model.svg", splines="round")
    with pytest.raises(ValueError, match=r"dpi must be above 0, got 0"):
        plot_model(model, tmp_path / "model.svg", dpi=0)
    with pytest.raises(ValueError, match=r"plot_model\(\): show_layer_names must be True or False, got 'LR'"):
        plot_model(model, "model.svg", True, False, "LR")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"plot_model\(\) needs Pillow, which is not installed: pip install pillow"):
        plot_model(model, tmp_path / "model.png")
    assert not list(tmp_path.iterdir())
