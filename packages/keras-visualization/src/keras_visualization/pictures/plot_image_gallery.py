"""A figure of many pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops
from keras_core.argument_checks import checked

from keras_visualization.libraries import pyplot
from keras_visualization.pictures.batches import pictures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import ArrayLike, PathLike
    from matplotlib.figure import Figure

_WHO = "plot_image_gallery()"


@checked
def plot_image_gallery(
    images: ArrayLike,
    y_true: ArrayLike | None = None,
    y_pred: ArrayLike | None = None,
    label_map: Mapping[int, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: Sequence[float] = (0, 255),
    scale: float = 2,
    path: PathLike | None = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: float = 60,
    legend_handles: Sequence[Any] | None = None,
    data_format: str | None = None,
) -> Figure:
    """Plot pictures in rows and columns, by Matplotlib.

    Args:
        images: shape (batch, height, width, channels), with one channel or three.
        y_true: the class of each picture, written above it. Defaults to None.
        y_pred: the class that was predicted, written below the former: in green where both agree, else in red.
            Defaults to None.
        label_map: names of classes; without it they are numbers. Defaults to None.
        rows: how many there are. Defaults to None, for as many as are needed.
        cols: how many columns there are. Defaults to None, likewise; without both the gallery is about square. What
            does not fit into both is left out.
        value_range: what stands for black and for full colour. Defaults to (0, 255).
        scale: the side of a square that is as large as a picture, in inches. Defaults to 2.
        path: where the figure is saved. Defaults to None.
        show: whether it is shown in a window. Defaults to None: if it is not saved and Matplotlib opens windows.
        transparent: whether what is saved has no background. Defaults to True.
        dpi: pixels of an inch where it is saved. Defaults to 60.
        legend_handles: artists of Matplotlib for a legend below. Defaults to None.
        data_format: "channels_last" or "channels_first"; None for that of `keras.config`. Defaults to None.

    Returns:
        The figure. A notebook shows it where it is the last value of a cell; elsewhere use ``display(figure)``.

    Raises:
        ImportError: where Matplotlib is not installed.
        ValueError: for arguments of wrong kinds, formats, shapes or values.

    Example:
        >>> import numpy as np
        >>> from keras_visualization import plot_image_gallery
        >>> figure = plot_image_gallery(np.zeros((3, 8, 8, 3)), y_true=[0, 1, 1], label_map={0: "cat", 1: "dog"})
        >>> [axes.get_title() for axes in figure.axes]
        ['cat', 'dog', 'dog']
    """
    pictures = pictures_of(images, data_format, _WHO, value_range)
    truth, predicted = (_labels(y, len(pictures), name) for y, name in ((y_true, "y_true"), (y_pred, "y_pred")))
    rows, cols = _grid(len(pictures), rows, cols)
    plt = pyplot(_WHO)
    titles = (truth is not None) + (predicted is not None)
    stretch = math.sqrt(pictures.shape[2] / pictures.shape[1])
    size = (cols * scale * stretch, rows * (scale / stretch + 0.25 * titles) + (0.4 if legend_handles else 0.0))
    figure, axes = plt.subplots(rows, cols, figsize=size, squeeze=False, layout="constrained")
    for number, one in enumerate(axes.flat):
        if number >= len(pictures):
            one.remove()
            continue
        one.imshow(pictures[number])
        one.set_xticks([])
        one.set_yticks([])
        named = [_name(y[number], label_map) for y in (truth, predicted) if y is not None]
        color = "black"
        if truth is not None and predicted is not None:
            color = "#2e7d32" if truth[number] == predicted[number] else "#c62828"
            named[1] = f"predicted {named[1]}"
        if named:
            one.set_title("\n".join(named), fontsize=10, color=color)
    if legend_handles:
        figure.legend(handles=list(legend_handles), loc="outside lower center", ncols=len(legend_handles))
    finish(figure, plt, path, show, transparent, dpi)
    return figure  # type: ignore[no-any-return]


def finish(figure: Figure, plt: Any, path: PathLike | None, show: bool | None, transparent: bool, dpi: float) -> None:
    """Save and show a figure.

    Args:
        figure: the figure.
        plt: Matplotlib's pyplot.
        path: as in `plot_image_gallery`.
        show: as there.
        transparent: as there.
        dpi: as there.
    """
    if path is not None:
        figure.savefig(path, transparent=transparent, dpi=dpi)
    opens_windows = getattr(figure.canvas, "required_interactive_framework", None) is not None
    if show or (show is None and path is None and opens_windows):
        plt.show()
    else:
        plt.close(figure)  # what is returned is shown once where a notebook shows it, and kept by nobody else


def _labels(given: ArrayLike | None, count: int, what: str) -> np.ndarray | None:
    if given is None:
        return None
    labels = np.asarray(ops.convert_to_numpy(given)).reshape(-1)
    if len(labels) != count:
        raise ValueError(f"{_WHO}: {what} must have one class for each of the {count} images, got {len(labels)}.")
    return labels


def _name(label: Any, label_map: Mapping[int, str] | None) -> str:
    number = int(label)
    return str(number if label_map is None else label_map.get(number, number))


def _grid(count: int, rows: int | None, cols: int | None) -> tuple[int, int]:
    if not count or (rows is not None and rows < 1) or (cols is not None and cols < 1):
        raise ValueError(
            f"{_WHO}: rows={rows} and cols={cols} must be 1 or more, and images at least one, got {count}."
        )
    if rows is None and cols is None:
        cols = math.ceil(math.sqrt(count))
    if cols is None:
        return rows or 1, math.ceil(count / (rows or 1))
    return rows or math.ceil(count / cols), cols
