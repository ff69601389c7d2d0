"""What a diagram is drawn of.

Covers: svg.py, raster.py, mermaid.py.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from keras_visualization.drawing.mermaid import mermaid_of
from keras_visualization.drawing.raster import pixels_of
from keras_visualization.drawing.scene import Item, Rectangle, Scene, Text, curve
from keras_visualization.drawing.sketch import scene_of
from keras_visualization.drawing.svg import html_of, svg_of
from keras_visualization.models.diagram import Box, Diagram, Group

FIRST = Box("m.0", "Dense", (("Output shape", "(None, 4)"),), "weights", "dense (Dense)")
SECOND = Box("m.1", "ReLU", (), "layer", "relu (ReLU)")
DIAGRAM = Diagram(Group("m", "net (Functional)", [FIRST, SECOND]), (("m.0", "m.1"),))


def test_text_fits_into_its_box() -> None:
    scene = scene_of(DIAGRAM, "TB", "ortho")
    assert [item.kind for item in scene.items] == ["arrow", "layer", "layer"]
    for item in scene.items[1:]:
        (frame,) = [shape for shape in item.shapes if isinstance(shape, Rectangle)]
        for text in (shape for shape in item.shapes if isinstance(shape, Text)):
            assert frame.x < text.x and text.x + text.width < frame.x + frame.width
            assert frame.y < text.y - text.size * 0.7 and text.y < frame.y + frame.height
            assert frame.x >= 0 and frame.x + frame.width <= scene.width and frame.y + frame.height <= scene.height


def test_svg_and_page() -> None:
    scene = scene_of(DIAGRAM, "LR", "ortho")
    root = ElementTree.fromstring(svg_of(scene, dpi=144))
    assert float(root.get("width", 0)) == pytest.approx(2 * scene.width, abs=0.01)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Dense", "Output shape", "(None, 4)", "ReLU"]
    assert svg_of(scene) in html_of(scene)


def test_mermaid() -> None:
    assert mermaid_of(DIAGRAM, "TB").splitlines() == [
        "flowchart TB",
        '    m_0["<b>Dense</b><br/>Output shape: (None, 4)"]',
        '    m_1["<b>ReLU</b>"]',
        "    m_0 --> m_1",
        "    classDef weights fill:#dce9f9,stroke:#4f7fb8,color:#1f2933",
        "    class m_0 weights",
        "    classDef layer fill:#f7f7f7,stroke:#8a8f98,color:#1f2933",
        "    class m_1 layer",
    ]


def test_pixels_are_what_the_shapes_say() -> None:
    """A rectangle, a line and an arrow over more rows than are drawn at a time."""
    pytest.importorskip("PIL")
    line = curve([("M", ((50.0, 100.0),)), ("L", ((50.0, 900.0),))], "#0000ff", lambda p: p)
    box = Rectangle(10, 10, 80, 50, "#ff0000", "#00ff00", radius=0)
    scene = Scene(100, 1000, "", (Item("layer", (box,)), Item("arrow", (line,))))
    pixels = np.asarray(pixels_of(scene, 72, "test"))
    assert pixels.shape == (1000, 100, 3)
    np.testing.assert_array_equal(pixels[30, 20:80], [[255, 0, 0]] * 60)
    np.testing.assert_array_equal(pixels[:9], 255)
    np.testing.assert_array_equal(pixels[200:890, 10:40], 255)
    assert (pixels[101:892, 49:51].min(axis=(1, 2)) < 130).all()  # also where two bands meet
    assert (pixels[895, 48:52, 0] < 128).all() and (pixels[905] == 255).all()
    assert pixels[10, 50, 1] > 200 > pixels[10, 50, 0]


def test_letters_are_drawn_where_they_stand() -> None:
    pytest.importorskip("PIL")
    text = Text(20, 40, "HHHH", 20, 40, "#000000")
    dark = np.argwhere(np.asarray(pixels_of(Scene(100, 60, "", (Item("layer", (text,)),)), 144, "test")).sum(-1) < 300)
    (top, left), (bottom, right) = dark.min(0), dark.max(0)
    assert 38 <= left <= 48 and right <= 122 and bottom - top > 15 and abs(bottom - 79) <= 2
