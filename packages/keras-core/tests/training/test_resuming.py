"""A training that is interrupted and begun again ends as one that was not, bit for bit."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Layer, Sequential, ops, set_random_seed
from keras_core.callbacks import BackupAndRestore, Callback, EarlyStopping, LearningRateScheduler
from keras_core.random import SeedGenerator, dropout
from keras_core.training.steps_per_call import fixed_steps_per_call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.needs_train

ROWS, BATCH, EPOCHS = 14, 4, 3
X = np.random.default_rng(0).normal(size=(ROWS, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


class Noisy(Layer):
    """Dropout, and a moving average that is subtracted: both have state that a step changes."""

    def build(self, input_shape: Any) -> None:
        self.seed_generator = SeedGenerator()
        self.mean = self.add_weight(name="mean", shape=(input_shape[-1],), initializer="zeros", trainable=False)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        if training:
            self.mean.assign(self.mean * 0.5 + ops.mean(inputs, axis=0) * 0.5)
            inputs = dropout(inputs, 0.3, seed=self.seed_generator)
        return inputs - self.mean


class Killed(BaseException):
    """What ends a process, as far as a test in the same process can have it."""


class Kill(Callback):
    """Ends the training after a step of an epoch, or with no step at the end of the epoch."""

    def __init__(self, epoch: int, steps: int | None) -> None:
        self.at = epoch, steps
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch

    def on_steps_end(self, steps: int, logs: Any = None) -> None:
        if (self.epoch, steps) == self.at:
            raise Killed

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if (epoch, None) == self.at:
            raise Killed


class Shuffling:
    """Batches in an order that changes after every epoch, with noise, both by NumPy's global generator."""

    def __init__(self) -> None:
        self.order = np.arange(ROWS)

    def __len__(self) -> int:
        return -(-ROWS // BATCH)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rows = self.order[index * BATCH : (index + 1) * BATCH]
        return X[rows] + np.random.normal(size=(len(rows), 3)).astype("float32"), Y[rows]

    def on_epoch_end(self) -> None:
        np.random.shuffle(self.order)


def endless() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    while True:
        rows = np.random.permutation(ROWS)[:BATCH]
        yield X[rows], Y[rows]


DATA: dict[str, Any] = {
    "arrays": lambda: {"x": X, "y": Y, "batch_size": BATCH},
    "arrays in parts": lambda: {"x": X, "y": Y, "batch_size": BATCH, "steps_per_epoch": 3},
    "sequence": lambda: {"x": Shuffling()},
    "generator": lambda: {
        "x": endless(),
        "steps_per_epoch": 3,
        "validation_data": endless(),
        "validation_steps": 1,
    },
    "generator read ahead": lambda: {"x": endless(), "steps_per_epoch": 3, "workers": 1, "max_queue_size": 2},
}


def train(data: str, seed: int, *callbacks: Callback, layers: int = 1, **arguments: Any) -> tuple[Any, ...]:
    """Train a new model with random state in its layers; returns weights, optimizer's state and history.

    Steps are not compiled, which would take most of the time: tests/cross/test_killed_training.py has compiled ones.
    """
    set_random_seed(seed)
    model = Sequential([Input((3,)), Noisy(), *(Affine(1) for _ in range(layers))])
    model.compile(Descent(0.05), "mse", metrics=["mae"], run_eagerly=True)
    decay = LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    given = {"epochs": EPOCHS, "verbose": 0, **DATA[data](), **arguments}
    with fixed_steps_per_call(1):
        history = model.fit(callbacks=[*callbacks, decay], **given)
    return model.get_weights(), [v.numpy() for v in model.optimizer.variables], history.epoch, history.history


def assert_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert pickle.dumps(one) == pickle.dumps(other)


def interrupted(path: Path, data: str, kill: Kill, save_freq: str | int, **arguments: Any) -> tuple[Any, ...]:
    """Train, be killed, and train again with a seed that has nothing to do with the first."""
    with pytest.raises(Killed):
        train(data, 7, BackupAndRestore(path, save_freq), kill)
    return train(data, 8, BackupAndRestore(path, save_freq), **arguments)


@pytest.mark.parametrize(
    ("data", "kills"),
    [
        ("arrays", [(1, 4, 4), (2, None, "epoch")]),
        ("arrays in parts", [(1, 2, 1)]),
        ("sequence", [(1, 3, 2)]),
        ("generator", [(1, 2, 1)]),
        ("generator read ahead", [(1, 2, 1)]),
    ],
)
def test_it_ends_as_if_nothing_had_happened(data: str, kills: list[Any], tmp_path: Path) -> None:
    whole = train(data, 7)
    for epoch, steps, save_freq in kills:
        again = interrupted(tmp_path / "run", data, Kill(epoch, steps), save_freq)
        assert_same(again, whole)
        assert not (tmp_path / "run").exists()  # complete: what was saved is deleted


def test_callbacks_go_on_and_an_end_that_they_chose_stays(tmp_path: Path) -> None:
    def stopping() -> EarlyStopping:
        return EarlyStopping("loss", mode="max", patience=1, restore_best_weights=True)

    whole = train("arrays", 7, stopping(), epochs=9)
    assert len(whole[2]) < 9

    class Fails(Callback):
        def on_train_end(self, logs: Any = None) -> None:
            raise Killed

    with pytest.raises(Killed):
        train("arrays", 7, Fails(), stopping(), resume=tmp_path, epochs=9)
    again = train("arrays", 8, stopping(), resume=tmp_path, epochs=9)
    assert_same(again, whole)
    assert_same(train("arrays", 9, stopping(), resume=tmp_path, epochs=9), whole)  # nothing is left to do


def test_resume_trains_on_where_more_epochs_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train("arrays", 7, resume=tmp_path / "new" / "folder", epochs=1)
    again = train("arrays", 8, resume=tmp_path / "new" / "folder", verbose=2)
    assert_same(again, train("arrays", 7))
    assert "Training goes on in epoch 2." in capsys.readouterr().out


def test_a_call_that_does_not_fit_what_was_saved_is_refused(tmp_path: Path) -> None:
    train("arrays", 7, resume=tmp_path, epochs=1)
    for arguments, message in (
        ({"batch_size": 5}, r"training\.h5' has batch_size=4, and this call 5\. Call fit\(\) as it was called"),
        ({"layers": 2}, r"variables, and model .* with its optimizer and metrics"),
    ):
        with pytest.raises(ValueError, match=message):
            train("arrays", 7, resume=tmp_path, **arguments)


def test_the_file_before_serves_where_the_newest_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        train("arrays", 7, BackupAndRestore(tmp_path, double_checkpoint=True), Kill(2, 1))
    assert {path.name for path in tmp_path.iterdir()} == {"training.h5", "training.previous.h5"}
    (tmp_path / "training.h5").write_bytes(b"damaged")
    assert_same(train("arrays", 8, BackupAndRestore(tmp_path)), train("arrays", 7))
