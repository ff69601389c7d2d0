"""Weights that Keras 2.0.2 wrote, of the package deepcut, which splits Thai text into words."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import old_network

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
FOLDER = os.environ.get("KERAS_DEEPCUT")
pytestmark = pytest.mark.skipif(not FOLDER, reason="KERAS_DEEPCUT names no folder with deepcut: run nox -s interop")


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(str(FOLDER), "deepcut")


@pytest.fixture(scope="module")
def model(folder):
    import keras

    made = old_network.network(keras)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made.load_weights(folder / old_network.WEIGHTS)
    return made


def test_every_weight_is_that_of_the_file(model, folder):
    import h5py

    total = 0
    with h5py.File(folder / old_network.WEIGHTS) as file:
        for name in file.attrs["layer_names"]:
            group = file[name]
            total += sum(group[weight].size for weight in group.attrs["weight_names"])
        kernel = file["dense_14"]["dense_14/kernel:0"][()]
    assert model.count_params() == total
    np.testing.assert_array_equal(model.layers[-1].get_weights()[0], kernel)


@pytest.mark.parametrize(
    "words",
    [
        ["ฉัน", "อยาก", "กิน", "ข้าว", "ของ", "ฉัน"],  # texts and words of deepcut's documentation
        ["อยาก", "นอน", "อย่าง", "สงบ"],
    ],
)
def test_text_is_split_as_documented(model, folder, words):
    text = "".join(words)
    begins = np.asarray(model.predict(old_network.windows(folder, text), verbose=0)).ravel() > 0.5
    begins[0] = True
    starts = [*np.flatnonzero(begins).tolist(), len(text)]
    assert [text[a:b] for a, b in pairwise(starts)] == words


@pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")
def test_predictions_are_those_of_tf_keras(model, folder, tmp_path):
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [PEER, old_network.__file__, folder, tmp_path / "found.npy"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=settings)
    assert done.returncode == 0, done.stderr[-3000:]
    found = np.asarray(model.predict(old_network.windows(folder, old_network.TEXT), verbose=0))
    np.testing.assert_allclose(found, np.load(tmp_path / "found.npy"), rtol=1e-5, atol=1e-5)
