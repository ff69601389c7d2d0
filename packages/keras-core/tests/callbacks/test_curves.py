"""Curves of a training: what is drawn, read back from the figure."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from keras_core.callbacks import History
from keras_core.callbacks.curves import plot_curves

if TYPE_CHECKING:
    from pathlib import Path

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def no_windows() -> None:
    matplotlib.use("Agg")


def lines(axes: Any) -> dict[str, tuple[list[float], list[float]]]:
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines}


def trained() -> History:
    history = History()
    for epoch, rate in enumerate((0.1, 0.05, 0.001)):
        logs = {"loss": 1 / (epoch + 1), "learning_rate": rate, "accuracy": epoch / 4}
        history.on_epoch_end(epoch, logs | ({"val_loss": 0.7 - epoch / 10} if epoch % 2 else {}))
    return history


def test_metrics_and_validation_share_axes() -> None:
    figure = trained().plot()
    loss, accuracy, rate = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["loss", "accuracy", "learning rate"]
    assert lines(loss) == {
        "training": ([1, 2, 3], [1, 1 / 2, 1 / 3]),
        "validation": ([2], [pytest.approx(0.6)]),  # in the epoch in which it was
    }
    assert lines(accuracy) == {"training": ([1, 2, 3], [0, 0.25, 0.5])}
    assert loss.get_legend() is not None and accuracy.get_legend() is None
    assert rate.get_yscale() == "log" and loss.get_yscale() == "linear"
    assert loss.lines[1].get_marker() == "o"  # a line of one point would not be seen
    assert {axes.get_xlabel() for axes in figure.axes} == {"epoch"}


def test_some_metrics_by_either_name() -> None:
    history = trained()
    assert [axes.get_title() for axes in history.plot("loss").axes] == ["loss"]
    (axes,) = history.plot(["acc"]).axes
    assert lines(axes)["training"][1] == [0, 0.25, 0.5]
    with pytest.raises(ValueError, match=r"History\.plot\(\) found no 'mae' in the logs, which have loss, .*accuracy"):
        history.plot("mae")


def test_many_metrics_make_rows(tmp_path: Path) -> None:
    history = History()
    history.on_epoch_end(4, {f"metric_{i}": i for i in range(5)} | {"shape": [1, 2]})
    figure = history.plot()
    assert len(figure.axes) == 5 and figure.axes[0].get_gridspec().get_geometry() == (2, 3)
    assert lines(figure.axes[3]) == {"training": ([5], [3])}
    figure.savefig(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 5000
    assert not matplotlib.pyplot.get_fignums()


def test_state_keeps_the_epochs() -> None:
    history = History()
    history.set_state(trained().get_state())
    assert lines(history.plot("loss").axes[0])["validation"][0] == [2]
    older = trained().get_state()
    del older["epochs_of"]
    history.set_state(older)
    assert lines(history.plot("loss").axes[0])["validation"][0] == [1]  # as many as there are


def test_a_curve_of_validation_alone() -> None:
    (axes,) = plot_curves({"val_loss": ([0, 1], [2.0, 1.0])}, "f()").axes
    assert axes.get_title() == "loss" and lines(axes) == {"validation": ([1, 2], [2.0, 1.0])}
    assert axes.get_legend() is not None


def test_rates_that_hardly_change_keep_their_scale() -> None:
    (axes,) = plot_curves({"lr": ([0, 1], [0.1, 0.05])}, "f()").axes
    assert axes.get_yscale() == "linear"


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"History\.plot\(\) has nothing to show: no epoch has ended yet"):
        History().plot()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"History\.plot\(\) needs Matplotlib, which is not installed: pip install"):
        trained().plot()
