"""The code of the quick start, on made-up digits: it runs as shown, with losses and optimizers by name too."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pictures
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def names():
    """What the code expects to find: ten classes of noisy images that a small network tells apart."""
    random = np.random.default_rng(0)
    patterns = random.normal(size=(10, 784))
    labels = random.integers(0, 10, 640)
    images = (patterns[labels] + random.normal(size=(640, 784))).astype("float32")
    targets = np.eye(10, dtype="float32")[labels]
    return {
        "x_train": images[:512],
        "y_train": targets[:512],
        "x_test": images[512:],
        "y_test": targets[512:],
        "x_batch": images[:32],
        "y_batch": targets[:32],
    }


def code():
    return pictures.examples(ROOT / "README.md")[0]


def by_name(text):
    start, end = text.index("model.compile("), text.index("model.fit(")
    short = "model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])\n"
    return text[:start] + short + text[end:]


@pytest.mark.parametrize("spelling", [str, by_name], ids=["objects", "names"])
def test_the_code_runs_as_shown(spelling, names, needs_train):
    import keras

    keras.utils.set_random_seed(0)
    exec(compile(spelling(code()), "README.md", "exec"), names)
    loss, accuracy = names["loss_and_metrics"]
    assert names["classes"].shape == (128, 10)
    np.testing.assert_allclose(names["classes"].sum(axis=1), 1, rtol=1e-5)
    assert accuracy > 0.95 and loss < 0.5
    assert accuracy == pytest.approx((names["classes"].argmax(1) == names["y_test"].argmax(1)).mean(), abs=1e-6)


def test_the_saved_model_predicts_in_another_program(names, tmp_path, monkeypatch, capsys):
    import keras

    rows, labels = names["x_test"][:10], names["y_test"][:10].argmax(axis=1)
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.save(tmp_path / "digits.keras")
    np.savez(tmp_path / "held_out.npz", digits=rows, labels=labels)
    monkeypatch.setattr(sys, "argv", ["quickstart_predict.py", str(tmp_path)])
    runpy.run_path(str(ROOT / "examples" / "quickstart_predict.py"), run_name="__main__")
    backend, *lines = capsys.readouterr().out.splitlines()
    assert backend == f"Backend: {keras.config.backend()}"
    logits = rows @ model.get_weights()[0]
    assert [line.split()[1] for line in lines] == [str(label) for label in labels]
    assert [line.split()[6].rstrip(",") for line in lines] == [str(guess) for guess in logits.argmax(axis=1)]
