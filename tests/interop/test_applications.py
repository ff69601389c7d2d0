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


@pytest.mark.parametrize("name", application_models.FAMILIES)
def test_outputs(name, tmp_path):
    import keras

    settings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {
        "KERAS_BACKEND": "tensorflow"
    }
    command = [PEER, application_models.__file__, tmp_path, name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=settings)
    assert done.returncode == 0, done.stderr[-3000:]
    model = application_models.build(keras, name)
    model.load_weights(tmp_path / f"{name}.weights.h5")
    expected = np.load(tmp_path / f"{name}.npy")
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(application_models.outputs(model, name) / scale, expected / scale, rtol=1e-4, atol=1e-4)
