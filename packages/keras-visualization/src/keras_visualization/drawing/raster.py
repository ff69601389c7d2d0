"""Drawings as pixels, by Pillow and the font that it brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_visualization.drawing.scene import Curve, Rectangle, Text
from keras_visualization.libraries import pillow

if TYPE_CHECKING:
    from keras_visualization.drawing.scene import Scene

_FINER = 3  # lines are drawn so many times larger, for smooth edges
_BAND = 512  # rows that are drawn at a time, so that large pictures need no more memory than their pixels


def pixels_of(scene: Scene, dpi: float, who: str) -> Any:
    """A drawing as an image of Pillow.

    Args:
        scene: the drawing.
        dpi: pixels of an inch.
        who: the function that needs it, for messages.

    Raises:
        ImportError: where Pillow is not installed.
    """
    image = pillow(who, "Image")
    scale = dpi / 72
    width, height = max(1, round(scene.width * scale)), max(1, round(scene.height * scale))
    picture = image.new("RGB", (width, height), "white")
    extents = [_extent(item.shapes) for item in scene.items]
    for top in range(0, height, _BAND):
        rows = min(_BAND, height - top)
        band = image.new("RGB", (width * _FINER, rows * _FINER), "white")
        pen = _Pen(band, scale * _FINER, top / scale, who)
        for item, (low, high) in zip(scene.items, extents, strict=True):
            if high * scale >= top and low * scale <= top + rows:
                for shape in item.shapes:
                    pen.draw(shape)
        picture.paste(band.resize((width, rows), image.Resampling.BOX), (0, top))
    return picture


def _extent(shapes: tuple[Rectangle | Text | Curve, ...]) -> tuple[float, float]:
    """From where to where shapes reach, downwards, with some room for edges."""
    found: list[float] = []
    for shape in shapes:
        if isinstance(shape, Rectangle):
            found += [shape.y, shape.y + shape.height]
        elif isinstance(shape, Text):
            found += [shape.y - shape.size, shape.y + shape.size]
        else:
            found += [y for _, y in (*shape.points(), *shape.tip)]
    return min(found) - 3, max(found) + 3


class _Pen:
    """Draws shapes on an image.

    Args:
        picture: the image.
        scale: its pixels of a point.
        top: the place in the drawing that its upper edge shows.
        who: for messages.
    """

    def __init__(self, picture: Any, scale: float, top: float, who: str) -> None:
        self.pen = pillow(who, "ImageDraw").Draw(picture)
        self.fonts = pillow(who, "ImageFont")
        self.scale = scale
        self.top = top
        self.known: dict[float, Any] = {}

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0] * self.scale, (point[1] - self.top) * self.scale

    def draw(self, shape: Rectangle | Text | Curve) -> None:
        if isinstance(shape, Rectangle):
            corners = [self.at((shape.x, shape.y)), self.at((shape.x + shape.width, shape.y + shape.height))]
            self.pen.rounded_rectangle(corners, shape.radius * self.scale, shape.fill, shape.stroke, round(self.scale))
        elif isinstance(shape, Text):
            self.write(shape)
        else:
            line = list(map(self.at, shape.points()))
            self.pen.line(line, shape.color, max(1, round(self.scale)), joint="curve")
            self.pen.polygon(list(map(self.at, shape.tip)), shape.color)

    def write(self, text: Text) -> None:
        """A line of text in the width that it has in the drawing, or less; a bold one in the middle of it."""
        font = self.font(text.size * self.scale)
        width = font.getlength(text.text)
        wanted = text.width * self.scale
        if width > wanted > 0:
            font = self.font(text.size * self.scale * wanted / width)
        x, y = self.at((text.x, text.y))
        place, anchor = ((x + wanted / 2, y), "ms") if text.bold else ((x, y), "ls")
        stroke = round(text.size * self.scale * 0.02) if text.bold else 0
        self.pen.text(place, text.text, text.color, font, anchor, stroke_width=stroke)

    def font(self, size: float) -> Any:
        size = max(1.0, round(size, 1))
        if size not in self.known:
            self.known[size] = self.fonts.load_default(size)
        return self.known[size]
