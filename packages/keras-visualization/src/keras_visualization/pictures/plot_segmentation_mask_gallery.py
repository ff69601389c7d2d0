"""A figure of pictures beside the masks of their segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.argument_checks import checked

from keras_visualization.pictures.batches import pictures_of
from keras_visualization.pictures.draw_segmentation_masks import draw_segmentation_masks, masks_of
from keras_visualization.pictures.plot_image_gallery import plot_image_gallery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import ArrayLike
    from matplotlib.figure import Figure

_WHO = "plot_segmentation_mask_gallery()"


@checked
def plot_segmentation_mask_gallery(
    images: ArrayLike,
    num_classes: int,
    value_range: Sequence[float] = (0, 255),
    y_true: ArrayLike | None = None,
    y_pred: ArrayLike | None = None,
    color_mapping: Mapping[int, Sequence[float]] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> Figure:
    """Plot pictures, each beside itself with the true mask and with the predicted one.

    Args:
        images: shape (batch, height, width, channels), with one channel or three.
        num_classes: the number of classes, the highest one; class 0 is the background.
        value_range: what stands for black and for full colour. Defaults to (0, 255).
        y_true: true masks, as in `draw_segmentation_masks`. Defaults to None.
        y_pred: predicted ones. Defaults to None.
        color_mapping: colours by class, as in `draw_segmentation_masks`. Defaults to None.
        blend: whether the picture shines through. Defaults to True.
        alpha: how much of the colour is seen, from 0 to 1. Defaults to 0.8.
        ignore_index: a class that is not drawn. Defaults to -1.
        data_format: "channels_last" or "channels_first"; None for that of `keras.config`. Defaults to None.
        **kwargs: more arguments of `plot_image_gallery`, such as `path` and `rows`.

    Returns:
        The figure.

    Raises:
        ImportError: where Matplotlib is not installed.
        ValueError: for arguments of wrong kinds, formats, shapes or values.

    Example:
        >>> import numpy as np
        >>> from keras_visualization import plot_segmentation_mask_gallery
        >>> masks = np.eye(8, dtype=int)[None]
        >>> figure = plot_segmentation_mask_gallery(np.zeros((1, 8, 8, 3)), 1, y_true=masks)
        >>> figure.axes[0].images[0].get_array().shape
        (8, 16, 3)
    """
    pictures = pictures_of(images, data_format, _WHO, value_range)
    beside = [pictures]
    for given in (y_true, y_pred):
        if given is not None:
            masks = masks_of(given, pictures.shape[:3], data_format)
            beside.append(
                draw_segmentation_masks(
                    pictures, masks, num_classes, color_mapping, alpha, blend, ignore_index, "channels_last"
                )
            )
    return plot_image_gallery(np.concatenate(beside, axis=2), data_format="channels_last", **kwargs)
