"""Bounding boxes on pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops
from keras_core.argument_checks import checked
from keras_preprocessing.bounding_boxes import convert_format

from keras_visualization.libraries import pillow
from keras_visualization.pictures.batches import Color, as_given, color_of, pictures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import ArrayLike

_WHO = "draw_bounding_boxes()"
_FONT = 11.0  # pixels at font_scale=1


@checked
def draw_bounding_boxes(
    images: ArrayLike,
    bounding_boxes: Mapping[str, ArrayLike],
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: Sequence[float] = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int | None = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """Draw bounding boxes on pictures.

    Args:
        images: shape (batch, height, width, channels), with one channel or three and values from 0 to 255.
        bounding_boxes: a dict of "boxes", shape (batch, boxes, 4), "labels", shape (batch, boxes), and perhaps
            "confidences", of the same shape. A box with a label of -1 is not drawn: it fills up a batch. Lists of
            arrays are taken, too, with as many boxes as each picture has.
        bounding_box_format: what the four numbers are: "xyxy", "xywh", "rel_xyxy" and so on, as in
            `keras.utils.bounding_boxes.convert_format`.
        class_mapping: names of labels; with them each box gets its name, and its confidence if there is one. A label
            that is not in it is shown as a number. Needs Pillow. Defaults to None, which writes nothing.
        color: red, green and blue, from 0 to 255. Defaults to (128, 128, 128).
        line_thickness: pixels from the edge of a box inwards. Defaults to 2.
        text_thickness: of names: 1, or None, for normal letters, more for bold ones. Defaults to 1.
        font_scale: size of names; at 1 letters are 11 pixels high. Defaults to 1.0.
        data_format: "channels_last" or "channels_first"; None for that of `keras.config`. Defaults to None.

    Returns:
        A new NumPy array of uint8, with three channels, in the format of the images.

    Raises:
        ImportError: where Pillow is not installed and names are to be written.
        ValueError: for arguments of wrong kinds, formats or shapes.

    Example:
        >>> import numpy as np
        >>> from keras_visualization import draw_bounding_boxes
        >>> boxes = {"boxes": np.array([[[1, 1, 4, 3]]]), "labels": np.array([[7]])}
        >>> draw_bounding_boxes(np.zeros((1, 4, 5, 3)), boxes, "xyxy", color=(9, 9, 9), line_thickness=1)[0, ..., 0]
        array([[0, 0, 0, 0, 0],
               [0, 9, 9, 9, 0],
               [0, 9, 9, 9, 0],
               [0, 0, 0, 0, 0]], dtype=uint8)
    """
    pictures = pictures_of(images, data_format, _WHO)
    chosen = color_of(color, f"{_WHO}: color")
    if line_thickness < 1:
        raise ValueError(f"{_WHO}: line_thickness must be 1 or more, got {line_thickness}.")
    if lacking := [key for key in ("boxes", "labels") if key not in bounding_boxes]:
        raise ValueError(
            f"{_WHO}: bounding_boxes must have 'boxes' and 'labels', got a dict without {' and '.join(lacking)}: "
            f"{list(bounding_boxes)}."
        )
    for number, picture in enumerate(pictures):
        corners, labels, confidences = _boxes_of(bounding_boxes, number, len(pictures), bounding_box_format, picture)
        for i, label in enumerate(labels):
            if label == -1:
                continue
            left, top, right, bottom = (round(float(one)) for one in corners[i])
            _draw_frame(picture, left, top, right, bottom, chosen, line_thickness)
            if class_mapping is not None:
                text = str(class_mapping.get(int(label), int(label)))
                text += "" if confidences is None else f" {float(confidences[i]):.2f}"
                _write(picture, text, left, top, chosen, _FONT * font_scale, (text_thickness or 1) - 1)
    return as_given(pictures, data_format, _WHO)


def _boxes_of(
    given: Mapping[str, Any], number: int, count: int, box_format: str, picture: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Corners, labels and confidences of one picture."""
    found = {}
    for key in ("boxes", "labels", "confidences"):
        if given.get(key) is None:
            continue
        if len(given[key]) != count:
            raise ValueError(f"{_WHO}: bounding_boxes[{key!r}] is for {len(given[key])} pictures, images are {count}.")
        found[key] = np.asarray(ops.convert_to_numpy(given[key][number]))
    labels = found["labels"].reshape(-1)
    boxes = found["boxes"].reshape(-1, 4) if found["boxes"].size else np.zeros((0, 4))
    confidences = found.get("confidences")
    confidences = None if confidences is None else confidences.reshape(-1)
    if len(boxes) != len(labels) or (confidences is not None and len(confidences) != len(labels)):
        raise ValueError(
            f"{_WHO}: picture {number} has {len(boxes)} boxes and {len(labels)} labels"
            f"{'' if confidences is None else f' and {len(confidences)} confidences'}; it must have as many of each."
        )
    height, width = picture.shape[:2]
    corners = convert_format(boxes.astype("float32"), box_format, "xyxy", height=height, width=width)
    return np.asarray(ops.convert_to_numpy(corners)), labels, confidences


def _draw_frame(
    picture: np.ndarray, left: int, top: int, right: int, bottom: int, color: Color, thickness: int
) -> None:
    """Four edges of a box whose right and lower corner is not in it any more, as far as they are in the picture."""

    def fill(x0: int, y0: int, x1: int, y1: int) -> None:
        picture[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = color

    fill(left, top, right, min(top + thickness, bottom))
    fill(left, max(bottom - thickness, top), right, bottom)
    fill(left, top, min(left + thickness, right), bottom)
    fill(max(right - thickness, left), top, right, bottom)


def _write(picture: np.ndarray, text: str, left: int, top: int, color: Color, size: float, stroke: int) -> None:
    """Text on a field of the colour above a box, or inside where there is no room above."""
    image = pillow(_WHO, "Image")
    pen = pillow(_WHO, "ImageDraw")
    font = pillow(_WHO, "ImageFont").load_default(max(1.0, size))
    canvas = image.fromarray(picture)
    draw = pen.Draw(canvas)
    x0, y0, x1, y1 = draw.textbbox((0, 0), text, font=font, stroke_width=stroke)
    width, height = round(x1 - x0) + 4, round(y1 - y0) + 4
    left = max(0, min(left, picture.shape[1] - width))
    y = top - height if top >= height else max(top, 0)
    draw.rectangle((left, y, left + width - 1, y + height - 1), fill=color)
    dark = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] < 140
    draw.text((left + 2 - x0, y + 2 - y0), text, "white" if dark else "black", font, stroke_width=stroke)
    picture[...] = np.asarray(canvas)
