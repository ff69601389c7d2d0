"""Files of quantized models go both ways between this Keras and upstream Keras 3.15.1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from quantized_models import exchanged, given, inputs, quantized

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}
pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Our files and theirs, what they give for theirs and what they read of ours."""
    import keras

    found = tmp_path_factory.mktemp("quantized")
    for name, mode in exchanged() + given():
        quantized(keras, name, mode).save(found / f"ours-{name}-{mode}.keras")
    worker = Path(__file__).with_name("quantization_worker.py")
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"KERAS_BACKEND": "jax"}
    done = subprocess.run([PEER, worker, found], capture_output=True, text=True, timeout=900, env=settings)
    assert done.returncode == 0, done.stderr[-3000:]
    return found


def outputs(model):
    return model.predict(inputs(model), verbose=0)


def reads_as_upstream_does(folder, name, mode):
    """Our file, read again, and what upstream gives for its own model."""
    import keras

    with np.load(folder / f"{name}-{mode}.npz") as data:
        of_theirs, of_ours = data["theirs"], data["ours"]
    ours = keras.models.load_model(folder / f"ours-{name}-{mode}.keras")
    np.testing.assert_allclose(outputs(ours), of_ours, **TOLERANCE)
    return ours, of_theirs


@pytest.mark.parametrize(("name", "mode"), exchanged())
def test_files_go_both_ways(folder, name, mode):
    import keras

    _, of_theirs = reads_as_upstream_does(folder, name, mode)
    theirs = keras.models.load_model(folder / f"theirs-{name}-{mode}.keras")
    np.testing.assert_allclose(outputs(theirs), of_theirs, **TOLERANCE)


@pytest.mark.parametrize(("name", "mode"), given())
def test_upstream_reads_what_was_rounded_by_data(folder, name, mode):
    ours, of_theirs = reads_as_upstream_does(folder, name, mode)
    with np.load(folder / f"weights-{name}-{mode}.npz") as weights:  # as its files leave out the zero points
        ours.set_weights([weights[key] for key in weights.files])
    np.testing.assert_allclose(outputs(ours), of_theirs, **TOLERANCE)
