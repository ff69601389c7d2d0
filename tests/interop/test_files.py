"""Files go both ways between this Keras, upstream Keras 3.15.1 and tf_keras 2.21, and training goes on from them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import more_models
import peer_models

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
VERSIONS = {"keras": "3.15.1", "tf_keras": "2.21.0"}
TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}
PAIRS = [(peer, name) for peer in VERSIONS for name in more_models.exchanged(peer)]

pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of all sides, and what the others read from ours."""
    import keras

    folder = tmp_path_factory.mktemp("exchange")
    (folder / "ours").mkdir()
    for name in peer_models.MODELS:
        kinds = [kind for kind in peer_models.FILES if kind not in peer_models.NOT_WRITTEN.get(name, ())]
        try:
            peer_models.write(folder / "ours", name, keras, kinds)
        except Exception:
            (folder / "ours" / f"{name}.error").write_text(traceback.format_exc())
    worker = Path(__file__).with_name("upstream_worker.py")
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {
        "KERAS_BACKEND": "tensorflow"
    }
    for peer, version in VERSIONS.items():
        command = [PEER, worker, folder, peer]
        done = subprocess.run(command, capture_output=True, text=True, timeout=1500, env=settings)
        assert done.returncode == 0, done.stderr[-3000:]
        assert done.stdout.split()[0] == version, f"{peer} is {done.stdout.split()[0]}, not {version}"
    return folder


@pytest.fixture(scope="session")
def read_by_peers(exchange: Path) -> dict[str, Any]:
    return {peer: pickle.loads((exchange / peer / "read.pickle").read_bytes()) for peer in VERSIONS}


def results(folder: Path, name: str) -> dict[str, np.ndarray]:
    note = folder / f"{name}.error"
    assert not note.exists(), note.read_text()
    with np.load(folder / f"{name}.npz") as data:
        return dict(data)


def compare(name: str, written: dict[str, np.ndarray], found: dict[str, Any]) -> None:
    """Predictions of every file, and losses and predictions of one more training step."""
    mixed = name.startswith("mixed_")
    near = {"rtol": 1e-2, "atol": 1e-2} if mixed else TOLERANCE
    later = {"rtol": 1e-2, "atol": 1e-2} if mixed else {"rtol": 1e-4, "atol": 1e-4}
    problems = []
    for kind, values in found.items():
        try:
            assert isinstance(values, dict), values
            outputs = [key for key in values if key.startswith("arr_")]
            assert outputs == [key for key in written if key.startswith("arr_")]
            for key in outputs:
                np.testing.assert_allclose(values[key], written[key], **near)
            if "after" in values:
                assert int(values["iterations"]) == int(written["iterations"])
                np.testing.assert_allclose(values["losses"], written["losses"], **near)
                np.testing.assert_allclose(values["after"], written["after"], **later)
        except AssertionError as error:
            problems.append(f"{kind}: {error}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("peer", "name"), PAIRS)
def test_others_read_ours(peer: str, name: str, exchange: Path, read_by_peers: dict[str, Any]) -> None:
    compare(name, results(exchange / "ours", name), read_by_peers[peer][name])


@pytest.mark.parametrize(("peer", "name"), PAIRS)
def test_ours_reads_others(peer: str, name: str, exchange: Path) -> None:
    import keras

    folder = exchange / peer / "theirs"
    written = results(folder, name)
    compare(name, written, peer_models.read(folder, name, keras, peer_models.kinds_of(name, peer, peer_models.WRITTEN)))
