"""Pictures are changed as by tf_keras, with the same seeds and for every option."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import picture_changes

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")


def test_pictures_are_changed_as_by_tf_keras(tmp_path):
    from keras.preprocessing import image

    settings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [PEER, picture_changes.__file__, tmp_path / "found.npz", "tf_keras"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=settings)
    assert done.returncode == 0, done.stderr[-3000:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "zca_whitening sets featurewise_center, too"
        ours = picture_changes.found(image, False)
    with np.load(tmp_path / "found.npz") as theirs:
        assert ours.keys() == set(theirs)
        for name, found in ours.items():
            expected = theirs[name]
            scale = max(float(np.abs(expected).max()), 1.0)
            assert found.dtype == expected.dtype, name
            np.testing.assert_allclose(
                found / scale, expected / scale, atol=2e-3 if name == "half" else 1e-4, err_msg=name
            )
