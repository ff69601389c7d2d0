"""Architectures give what upstream's give with the same weights, which are read of upstream's files."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import application_models

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")
SLOW = pytest.mark.slow  # the largest have files of a gigabyte


@pytest.fixture(autouse=True)
def single():
    """What `build` sets is not left to other tests."""
    import keras

    yield
    keras.backend.set_floatx("float32")


@pytest.fixture
def passing():
    """A folder whose large files are gone after the test."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def peer(folder, package, *names):
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    settings["KERAS_BACKEND"] = "tensorflow"
    command = [PEER, application_models.__file__, folder, package, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000, env=settings)
    assert done.returncode == 0, done.stderr[-3000:]


def same(found, expected):
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(found / scale, expected / scale, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "name", [*application_models.FAMILIES, *(pytest.param(one, marks=SLOW) for one in application_models.OTHERS)]
)
def test_outputs(name, passing):
    import keras

    peer(passing, "keras", name)
    model = application_models.build(keras, name)
    model.load_weights(passing / f"{name}.weights.h5")
    same(application_models.outputs(model, name), np.load(passing / f"{name}.npy"))


def exchange(folder, *names):
    """Write weights in Keras 2's layout, ours and tf_keras's, and what both predict with them."""
    import keras

    for name in names:
        model = application_models.build(keras, name)
        application_models.scramble(model)
        np.save(folder / f"{name}.made.npy", application_models.outputs(model, name))
        model.save_weights(folder / f"{name}.ours.h5")
    peer(folder, "tf_keras", *names)


def is_exchanged(folder, name):
    import keras

    for how in ({}, {"by_name": True}):
        model = application_models.build(keras, name)
        application_models.forget(model)
        model.load_weights(folder / f"{name}.h5", **how)
        same(application_models.outputs(model, name), np.load(folder / f"{name}.npy"))
        if not (how and name in application_models.RENAMED):
            same(np.load(folder / f"{name}.read{len(how)}.npy"), np.load(folder / f"{name}.made.npy"))


@pytest.fixture(scope="module")
def exchanged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchanged")
    exchange(folder, *application_models.FAMILIES)
    return folder


@pytest.mark.parametrize("name", application_models.FAMILIES)
def test_files_of_keras_2(name, exchanged):
    is_exchanged(exchanged, name)


@SLOW
@pytest.mark.parametrize("name", application_models.OTHERS)
def test_files_of_keras_2_of_others(name, passing):
    exchange(passing, name)
    is_exchanged(passing, name)
