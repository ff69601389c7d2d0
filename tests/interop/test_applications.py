"""Architectures give what upstream's give with the same weights, which are read of upstream's files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import application_models

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")


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


@pytest.mark.parametrize("name", application_models.FAMILIES)
def test_outputs(name, tmp_path):
    import keras

    peer(tmp_path, "keras", name)
    model = application_models.build(keras, name)
    model.load_weights(tmp_path / f"{name}.weights.h5")
    same(application_models.outputs(model, name), np.load(tmp_path / f"{name}.npy"))


@pytest.fixture(scope="module")
def exchanged(tmp_path_factory):
    """A folder with weights in Keras 2's layout of ours and of tf_keras's, and what both predict with them."""
    import keras

    folder = tmp_path_factory.mktemp("exchanged")
    for name in application_models.FAMILIES:
        model = application_models.build(keras, name)
        application_models.scramble(model)
        np.save(folder / f"{name}.made.npy", application_models.outputs(model, name))
        model.save_weights(folder / f"{name}.ours.h5")
    peer(folder, "tf_keras", *application_models.FAMILIES)
    return folder


@pytest.mark.parametrize("name", application_models.FAMILIES)
def test_files_of_keras_2(name, exchanged):
    import keras

    for how in ({},) if name in application_models.RENAMED else ({}, {"by_name": True}):
        model = application_models.build(keras, name)
        application_models.forget(model)
        model.load_weights(exchanged / f"{name}.h5", **how)
        same(application_models.outputs(model, name), np.load(exchanged / f"{name}.npy"))
        same(np.load(exchanged / f"{name}.read{len(how)}.npy"), np.load(exchanged / f"{name}.made.npy"))
