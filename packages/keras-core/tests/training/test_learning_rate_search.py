"""A short training in which the learning rate grows from step to step."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential, ops
from keras_core.optimizers import LearningRateSchedule
from keras_core.training.learning_rate_search import LearningRateSearch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

X = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
Y = X @ np.array([[1.0], [-2.0], [3.0]], "float32")


def test_the_suggestion_is_where_the_loss_falls() -> None:
    rates = np.geomspace(1e-6, 1.0, 100)
    losses = 2.0 - 1.0 / (1.0 + (1e-3 / rates) ** 2) + 10 * np.maximum(rates - 0.1, 0)  # half way down at 1e-3
    noise = np.random.default_rng(1).normal(size=100) * 0.02
    for given in (losses, losses + noise):
        found = LearningRateSearch(rates.tolist(), given.tolist()).suggestion
        assert found is not None and 0.5e-3 < found < 2e-3


@pytest.mark.parametrize("losses", [[1.0, 0.5, 0.2], np.arange(20.0).tolist()])
def test_no_suggestion(losses: list[float]) -> None:
    assert LearningRateSearch(np.geomspace(1e-3, 1, len(losses)).tolist(), losses).suggestion is None


def test_smoothing_keeps_a_constant_and_the_mean_of_noise() -> None:
    assert LearningRateSearch([0.1] * 30, [3.0] * 30).smoothed == pytest.approx([3.0] * 30)
    noise = np.random.default_rng(2).normal(size=400)
    smoothed = np.array(LearningRateSearch([0.1] * 400, noise.tolist()).smoothed)
    assert smoothed.std() < noise.std() / 4 and abs(smoothed.mean() - noise.mean()) < 0.02


def test_plot_shows_losses_and_suggestion() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    plt = pytest.importorskip("matplotlib.pyplot")
    losses = np.linspace(2.0, 1.0, 20).tolist()
    search = LearningRateSearch(np.geomspace(1e-3, 1, 20).tolist(), losses)
    figures = plt.get_fignums()
    axes = search.plot()
    assert plt.get_fignums() == figures  # none is kept where no window shows it
    assert axes.get_xscale() == "log" and axes.get_xlabel() == "learning rate"
    assert axes.lines[0].get_ydata().tolist() == losses
    assert axes.lines[2].get_xdata() == [search.suggestion]
    assert search.plot(axes) is axes


class Fixed(LearningRateSchedule):
    def __call__(self, step: Any) -> Any:
        return ops.cast(step, "float32") * 0.0 + 0.25

    def get_config(self) -> dict[str, Any]:
        return {}


def net(rate: Any) -> Sequential:
    model = Sequential([Input((3,)), Affine(1)])
    model.set_weights([np.zeros((3, 1)), np.zeros(1)])
    model.compile(Descent(rate), "mse", metrics=["mae"])
    return model


def state_of(model: Any) -> bytes:
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return pickle.dumps(([variable.numpy() for variable in variables], np.random.get_state()))


@pytest.mark.needs_train
@pytest.mark.parametrize("rate", [0.125, Fixed()], ids=["number", "schedule"])
def test_the_model_is_as_before(rate: Any) -> None:
    model = net(rate)
    model.fit(X[:32], Y[:32], verbose=0)
    before, optimizer = state_of(model), model.optimizer
    search = model.find_learning_rate(X, Y, batch_size=8, min_lr=1e-4, max_lr=10.0, steps=40)
    assert state_of(model) == before
    assert model.optimizer is optimizer and float(optimizer.learning_rate) == (0.125 if rate == 0.125 else 0.25)
    np.testing.assert_allclose(search.learning_rates, np.geomspace(1e-4, 10, 40)[: len(search.losses)])
    assert len(search.losses) < 40  # it diverges


@pytest.mark.needs_train
def test_losses_are_those_of_gradient_descent() -> None:
    batches = [(X[i % 64 : i % 64 + 8], Y[i % 64 : i % 64 + 8]) for i in range(0, 96, 8)]

    def endless() -> Iterator[Any]:
        yield from batches

    search = net(0.1).find_learning_rate(endless(), min_lr=1e-3, max_lr=0.1, steps=12)
    w, b, expected = np.zeros((3, 1)), 0.0, []
    vw, vb = np.zeros((3, 1)), 0.0  # Descent has a momentum of 0.9
    for (x, y), rate in zip(batches, np.geomspace(1e-3, 0.1, 12), strict=True):
        error = x @ w + b - y
        expected.append(float((error**2).mean()))
        vw, vb = 0.9 * vw - rate * 2 * x.T @ error / 8, 0.9 * vb - rate * 2 * error.mean()
        w, b = w + vw, b + vb
    np.testing.assert_allclose(search.losses, expected, rtol=1e-3)


@pytest.mark.needs_train
def test_what_is_refused(compiled: Callable[..., Sequential]) -> None:
    model = compiled()
    for limits in ({"min_lr": 1.0, "max_lr": 0.1}, {"min_lr": 0.0}, {"max_lr": float("inf")}):
        with pytest.raises(ValueError, match="0 < min_lr < max_lr is needed"):
            model.find_learning_rate(X, Y, **limits)
    with pytest.raises(ValueError, match="at least 10 steps"):
        model.find_learning_rate(X, Y, steps=3)
    with pytest.raises(ValueError, match="steps must be a positive integer"):
        model.find_learning_rate(X, Y, steps=0)
    with pytest.raises(RuntimeError, match="call compile"):
        Sequential([Affine(1)]).find_learning_rate(X, Y)
