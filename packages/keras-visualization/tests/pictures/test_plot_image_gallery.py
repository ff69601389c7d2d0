"""Galleries: what is in which axes, and files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_visualization import plot_image_gallery

if TYPE_CHECKING:
    from pathlib import Path

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

IMAGES = np.random.default_rng(0).uniform(-1, 1, (5, 4, 6, 3))


def shown(figure: Any) -> list[np.ndarray]:
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes]


def test_pictures_in_order() -> None:
    found = shown(plot_image_gallery(IMAGES, value_range=(-1, 1)))
    assert len(found) == 5
    for picture, image in zip(found, IMAGES, strict=True):
        np.testing.assert_allclose(picture, (image + 1) * 127.5, atol=0.5)


@pytest.mark.parametrize(
    ("options", "grid", "count"),
    [({}, (2, 3), 5), ({"rows": 1}, (1, 5), 5), ({"cols": 2}, (3, 2), 5), ({"rows": 2, "cols": 2}, (2, 2), 4)],
)
def test_rows_and_columns(options: dict[str, int], grid: tuple[int, int], count: int) -> None:
    figure = plot_image_gallery(IMAGES, value_range=(-1, 1), scale=1.5, **options)  # type: ignore[arg-type]
    assert len(figure.axes) == count
    assert figure.axes[0].get_gridspec().get_geometry() == grid
    width, height = figure.get_size_inches() / (grid[1], grid[0])
    assert width / height == pytest.approx(6 / 4) and width * height == pytest.approx(1.5**2)


def test_labels() -> None:
    names = {0: "cat", 1: "dog"}
    figure = plot_image_gallery(IMAGES[:3], [0, 1, 2], np.array([[0], [0], [2]]), names, value_range=(-1, 1))
    assert [axes.get_title() for axes in figure.axes] == ["cat\npredicted cat", "dog\npredicted cat", "2\npredicted 2"]
    colors = [axes.title.get_color() for axes in figure.axes]
    assert colors[0] == colors[2] != colors[1]
    alone = plot_image_gallery(IMAGES[:1], y_pred=[1], value_range=(-1, 1))
    assert alone.axes[0].get_title() == "1"


def test_files_and_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = pytest.importorskip("PIL.Image")
    plt = matplotlib.pyplot
    plt.close("all")
    calls: list[int] = []
    monkeypatch.setattr(plt, "show", lambda: calls.append(1))
    plot_image_gallery(IMAGES, value_range=(-1, 1), path=tmp_path / "one.png", dpi=50)
    with image.open(tmp_path / "one.png") as picture:
        assert picture.size == (367, 163) and picture.convert("RGBA").getpixel((1, 1))[3] == 0
    plot_image_gallery(IMAGES, value_range=(-1, 1), path=tmp_path / "two.png", transparent=False)
    with image.open(tmp_path / "two.png") as picture:
        assert picture.convert("RGBA").getpixel((1, 1)) == (255, 255, 255, 255)
    assert not calls and not plt.get_fignums()
    plot_image_gallery(IMAGES, value_range=(-1, 1), show=True)
    assert calls
    plt.close("all")


def test_a_legend() -> None:
    handles = [matplotlib.patches.Patch(color="red", label="one")]
    figure = plot_image_gallery(IMAGES, value_range=(-1, 1), legend_handles=handles)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["one"]


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="y_true must have one class for each of the 5 images, got 2"):
        plot_image_gallery(IMAGES, [1, 2])
    with pytest.raises(ValueError, match="rows=0 and cols=None must be 1 or more"):
        plot_image_gallery(IMAGES, rows=0)
    with pytest.raises(ValueError, match="images at least one, got 0"):
        plot_image_gallery(IMAGES[:0])
    with pytest.raises(ValueError, match=r"plot_image_gallery\(\): scale must be .*'big'"):
        plot_image_gallery(IMAGES, scale="big")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"plot_image_gallery\(\) needs Matplotlib, .* pip install matplotlib"):
        plot_image_gallery(IMAGES)
