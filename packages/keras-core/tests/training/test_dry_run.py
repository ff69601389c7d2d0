"""One step of training and one of validation, of which nothing is kept."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Layer, Model, Sequential, set_random_seed
from keras_core.callbacks import Callback
from keras_core.random import SeedGenerator, dropout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.needs_train

X = np.random.default_rng(0).normal(size=(14, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


class Noise(Layer):
    def __init__(self) -> None:
        super().__init__()
        self.seed_generator = SeedGenerator(5)

    def call(self, x: Any, training: bool | None = None) -> Any:
        return dropout(x, 0.5, seed=self.seed_generator) if training else x


def trained(dry: bool, **arguments: Any) -> bytes:
    """What an unbuilt model is after a training, with or without a dry run before it."""
    set_random_seed(1)
    model = Sequential([Noise(), Affine(2), Affine(1)])
    model.compile(Descent(0.1), "mse", metrics=["mae"])
    given = {"batch_size": 4, "validation_split": 0.3, "verbose": 0, **arguments}
    if dry:
        model.fit(X, Y, dry_run=True, **given)
    history = model.fit(X, Y, epochs=2, **given)
    return pickle.dumps((model.get_weights(), history.history, np.random.rand()))


def test_training_goes_as_without_it() -> None:
    assert trained(dry=True) == trained(dry=False)


def test_what_it_tells(compiled: Callable[..., Sequential], capsys: pytest.CaptureFixture[str]) -> None:
    model = compiled(metrics=["mae"])
    history = model.fit(X, Y, batch_size=4, validation_data=(X[:3], Y[:3]), dry_run=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:6] == [
        "Dry run of model 'net': one step of training and one of validation.",
        "  x: (4, 3) float32",
        "  y: (4, 1) float32",
        "  output out: (None, 1) float32",
        "  validation x: (3, 3) float32",
        "  validation y: (3, 1) float32",
    ]
    assert lines[7].startswith("All is well.")
    expected = float(((X[:4].sum(-1, keepdims=True) - Y[:4]) ** 2).mean())
    np.testing.assert_allclose(history.history["loss"], [expected], atol=1e-6)
    assert model.history is None


def test_nothing_is_told_in_silence_nor_to_callbacks(
    compiled: Callable[..., Sequential], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    class Writes(Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            (tmp_path / "written").touch()

    model = compiled()
    model.fit(X, Y, dry_run=True, verbose=0, callbacks=[Writes()], resume=tmp_path / "run", epochs=7)
    assert not capsys.readouterr().out and not list(tmp_path.iterdir())


def test_one_batch_of_a_source_and_nested_data(capsys: pytest.CaptureFixture[str]) -> None:
    taken = []

    def batches() -> Iterator[Any]:
        for start in range(0, 12, 4):
            taken.append(start)
            yield {"a": X[start : start + 4], "b": X[start : start + 4]}, Y[start : start + 4]

    a, b = Input((3,), name="a"), Input((3,), name="b")
    model = Model({"a": a, "b": b}, Affine(1)(a + b))
    model.compile(Descent(0.1), "mse")
    model.fit(batches(), dry_run=True)
    assert taken == [0]
    assert "  x['a']: (4, 3) float32" in capsys.readouterr().out


def test_what_does_not_fit_raises_and_changes_nothing(compiled: Callable[..., Sequential]) -> None:
    model = compiled()
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"input .features. has shape"):
        model.fit(X, Y, validation_data=(X[:, :2], Y), dry_run=True)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
