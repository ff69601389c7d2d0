"""Drawings as SVG and as HTML pages, which need no library."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from keras_visualization.drawing.scene import Curve, Rectangle, Text

if TYPE_CHECKING:
    from keras_visualization.drawing.scene import Item, Point, Scene

_FONT = "Helvetica, Arial, 'Liberation Sans', 'Noto Sans CJK SC', sans-serif"


def svg_of(scene: Scene, dpi: float = 96) -> str:
    """A drawing as SVG.

    Args:
        scene: the drawing.
        dpi: pixels of an inch, where a viewer shows the picture at its size. Defaults to 96.
    """
    scale = dpi / 72
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{_n(scene.width * scale)}" height="{_n(scene.height * scale)}" '
        f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" font-family="{_FONT}">',
        f"<title>{escape(scene.title)}</title>",
        f'<rect width="{_n(scene.width)}" height="{_n(scene.height)}" fill="#ffffff"/>',
        *(_item(item) for item in scene.items),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def html_of(scene: Scene, dpi: float = 96) -> str:
    """A page that shows a drawing, which grows and shrinks by the browser's own means.

    Args:
        scene: the drawing.
        dpi: as in `svg_of`. Defaults to 96.
    """
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(scene.title)}</title>\n"
        "<style>body{margin:1em;background:#fff} .layer:hover rect,.model:hover>rect{stroke-width:2.5} "
        f".arrow:hover path{{stroke-width:2.5}}</style>\n</head>\n<body>\n{svg_of(scene, dpi)}</body>\n</html>\n"
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _item(item: Item) -> str:
    title = f"<title>{escape(item.tooltip)}</title>" if item.tooltip else ""
    return f'<g class="{item.kind}">{title}{"".join(map(_shape, item.shapes))}</g>'


def _shape(shape: Rectangle | Text | Curve) -> str:
    if isinstance(shape, Rectangle):
        return (
            f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" height="{_n(shape.height)}" '
            f'rx="{_n(shape.radius)}" fill="{shape.fill}" stroke="{shape.stroke}"/>'
        )
    if isinstance(shape, Text):
        bold = ' font-weight="bold"' if shape.bold else ""
        return (
            f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}"{bold} fill="{shape.color}" '
            f'textLength="{_n(shape.width)}" lengthAdjust="spacingAndGlyphs">{escape(shape.text)}</text>'
        )
    path = " ".join(f"{name}{' '.join(map(_p, points))}" for name, points in shape.commands)
    tip = "L".join(map(_p, shape.tip))
    return f'<path d="{path}" fill="none" stroke="{shape.color}"/><path d="M{tip}Z" fill="{shape.color}"/>'
