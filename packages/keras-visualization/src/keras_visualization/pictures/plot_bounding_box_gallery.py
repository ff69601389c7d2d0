"""A figure of pictures with bounding boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.argument_checks import checked

from keras_visualization.libraries import patches
from keras_visualization.pictures.batches import color_of, pictures_of
from keras_visualization.pictures.draw_bounding_boxes import draw_bounding_boxes
from keras_visualization.pictures.plot_image_gallery import plot_image_gallery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import ArrayLike
    from matplotlib.figure import Figure

_WHO = "plot_bounding_box_gallery()"


@checked
def plot_bounding_box_gallery(
    images: ArrayLike,
    bounding_box_format: str,
    y_true: Mapping[str, ArrayLike] | None = None,
    y_pred: Mapping[str, ArrayLike] | None = None,
    value_range: Sequence[float] = (0, 255),
    true_color: Sequence[float] = (0, 188, 212),
    pred_color: Sequence[float] = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Sequence[Any] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> Figure:
    """Plot pictures with the boxes that are true and those that were predicted.

    Args:
        images: shape (batch, height, width, channels), with one channel or three.
        bounding_box_format: what the four numbers of a box are, as in `draw_bounding_boxes`.
        y_true: true boxes, as in `draw_bounding_boxes`. Defaults to None.
        y_pred: predicted ones. Defaults to None.
        value_range: what stands for black and for full colour. Defaults to (0, 255).
        true_color: red, green and blue of true boxes, from 0 to 255. Defaults to (0, 188, 212).
        pred_color: that of predicted ones. Defaults to (255, 235, 59).
        line_thickness: pixels from the edge of a box inwards. Defaults to 2.
        font_scale: size of names, as in `draw_bounding_boxes`. Defaults to 1.0.
        text_thickness: of names, likewise. Defaults to None.
        class_mapping: names of labels. Defaults to None, which writes nothing.
        ground_truth_mapping: names of true labels; None for `class_mapping`. Defaults to None.
        prediction_mapping: names of predicted labels; None for `class_mapping`. Defaults to None.
        legend: whether a legend tells both colours. Defaults to False.
        legend_handles: artists of Matplotlib for the legend, besides those of `legend`. Defaults to None.
        rows: as in `plot_image_gallery`. Defaults to None.
        cols: as there. Defaults to None.
        data_format: "channels_last" or "channels_first"; None for that of `keras.config`. Defaults to None.
        **kwargs: more arguments of `plot_image_gallery`, such as `path`.

    Returns:
        The figure.

    Raises:
        ImportError: where Matplotlib, or Pillow for names, is not installed.
        ValueError: for arguments of wrong kinds, formats, shapes or values.

    Example:
        >>> import numpy as np
        >>> from keras_visualization import plot_bounding_box_gallery
        >>> boxes = {"boxes": np.array([[[1, 1, 6, 6]]]), "labels": np.array([[0]])}
        >>> figure = plot_bounding_box_gallery(np.zeros((1, 8, 8, 3)), "xyxy", boxes, legend=True)
        >>> [text.get_text() for text in figure.legends[0].get_texts()]
        ['Ground truth']
    """
    pictures = pictures_of(images, data_format, _WHO, value_range)
    handles = list(legend_handles or ())
    drawn = (
        ("Ground truth", y_true, true_color, ground_truth_mapping, "true_color"),
        ("Prediction", y_pred, pred_color, prediction_mapping, "pred_color"),
    )
    for label, boxes, color, mapping, argument in drawn:
        if boxes is None:
            continue
        chosen = color_of(color, f"{_WHO}: {argument}")
        pictures = draw_bounding_boxes(
            pictures,
            boxes,
            bounding_box_format,
            class_mapping if mapping is None else mapping,
            chosen,
            line_thickness,
            text_thickness,
            font_scale,
            "channels_last",
        )
        if legend:
            handles.append(patches(_WHO).Patch(color=tuple(one / 255 for one in chosen), label=label))
    return plot_image_gallery(
        pictures, rows=rows, cols=cols, legend_handles=handles or None, data_format="channels_last", **kwargs
    )
