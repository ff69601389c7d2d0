"""Curves of a training, by Matplotlib."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Curve = tuple["Sequence[int]", "Sequence[float]"]

_RATES = ("learning_rate", "lr")


def pyplot(who: str) -> Any:
    """Matplotlib's module `pyplot`.

    Args:
        who: the method that needs it, for the message.

    Raises:
        ImportError: where Matplotlib is not installed.
    """
    try:
        return import_module("matplotlib.pyplot")
    except ImportError:
        raise ImportError(f"{who} needs Matplotlib, which is not installed: pip install matplotlib") from None


def let_go(figure: Figure, plt: Any) -> None:
    """Keep a figure in `pyplot` only if a window will show it: a notebook shows what is returned.

    Args:
        figure: the figure.
        plt: `pyplot`.
    """
    if getattr(figure.canvas, "required_interactive_framework", None) is None:
        plt.close(figure)


def plot_curves(curves: Mapping[str, Curve], who: str) -> Figure:
    """A figure with axes for each metric, in which its values in training and in validation are.

    Args:
        curves: for each name of logs the numbers of epochs, from 0, and the values. A name that begins with ``val_``
            goes to the metric of the rest. Rates of learning have a logarithmic scale where they fall to a tenth.
        who: the method that needs it, for messages.

    Raises:
        ImportError: where Matplotlib is not installed.
        ValueError: where there are no curves.
    """
    if not curves:
        raise ValueError(f"{who} has nothing to show: no epoch has ended yet.")
    plt = pyplot(who)
    metrics = list(dict.fromkeys(name.removeprefix("val_") for name in curves))
    metrics.sort(key=lambda name: name in _RATES)  # rates last, all else in the order of the logs
    columns = min(len(metrics), 3)
    rows = math.ceil(len(metrics) / columns)
    figure: Figure
    figure, grid = plt.subplots(rows, columns, figsize=(4.2 * columns, 3.2 * rows), squeeze=False, layout="constrained")
    for axes, name in zip(grid.flat, metrics, strict=False):
        _plot_metric(axes, name, curves)
    for axes in grid.flat[len(metrics) :]:
        axes.remove()
    let_go(figure, plt)
    return figure


def _plot_metric(axes: Axes, name: str, curves: Mapping[str, Curve]) -> None:
    from matplotlib.ticker import MaxNLocator

    both = f"val_{name}" in curves and name in curves
    for key, label, style in ((name, "training", "-"), (f"val_{name}", "validation", "--")):
        if key in curves:
            epochs, values = curves[key]
            mark = "o" if len(values) == 1 else None
            axes.plot([epoch + 1 for epoch in epochs], values, style, marker=mark, label=label)
    axes.set_title(name.replace("_", " "))
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    if name in _RATES:
        rates = np.asarray(curves[name][1], "float64")
        if rates.size and rates.min() > 0 and rates.max() >= 10 * rates.min():
            axes.set_yscale("log")
    if both or name not in curves:
        axes.legend()
