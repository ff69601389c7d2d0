"""`.keras` and `.weights.h5` files go both ways between this Keras and upstream Keras 3.15.1."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import peer_models

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}
NAMES = list(peer_models.MODELS)

pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s upstream")


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of both sides, and what upstream read from ours."""
    import keras

    folder = tmp_path_factory.mktemp("exchange")
    (folder / "ours").mkdir()
    for name in NAMES:
        try:
            peer_models.write(folder / "ours", name, keras)
        except Exception:
            (folder / "ours" / f"{name}.error").write_text(traceback.format_exc())
    worker = Path(__file__).with_name("upstream_worker.py")
    done = subprocess.run([PEER, worker, folder], capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split()[0] == "3.15.1", f"upstream is {done.stdout.split()[0]}, not 3.15.1"
    return folder


def results(folder: Path, name: str) -> dict[str, np.ndarray]:
    note = folder / f"{name}.error"
    assert not note.exists(), note.read_text()
    with np.load(folder / f"{name}.npz") as data:
        return dict(data)


def compare(name: str, written: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> None:
    """Predictions of the archive and of the weights, and again after one more training step."""
    outputs = [key for key in written if key.startswith("arr_")]
    assert outputs
    mixed = name.startswith("mixed_")
    near = {"rtol": 1e-2, "atol": 1e-2} if mixed else TOLERANCE
    for kind in ("archive", "weights"):
        for i, key in enumerate(outputs):
            np.testing.assert_allclose(found[f"{kind}{i}"], written[key], **near)
        if "after" in written and (kind == "archive" or name.startswith("optimizer_")):
            assert int(found[f"{kind}_iterations0"]) == int(written["iterations"]) == 4
            loose = 1e-2 if mixed else 1e-4
            np.testing.assert_allclose(found[f"{kind}_after0"], written["after"], rtol=loose, atol=loose)


@pytest.mark.parametrize("name", NAMES)
def test_upstream_reads_ours(name: str, exchange: Path) -> None:
    compare(name, results(exchange / "ours", name), results(exchange / "read", name))


@pytest.mark.parametrize("name", NAMES)
def test_ours_reads_upstream(name: str, exchange: Path) -> None:
    import keras

    written = results(exchange / "theirs", name)
    found = peer_models.read(exchange / "theirs", name, keras)
    compare(name, written, {f"{key}{i}": array for key, group in found.items() for i, array in enumerate(group)})
