"""Files go both ways between this Keras, upstream Keras 3.15.1 and tf_keras 2.21, and training goes on from them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import peers

PEER = os.environ.get("KERAS_UPSTREAM_PYTHON")
VERSIONS = {"keras": peers.UPSTREAM, "tf_keras": "2.21.0"}
TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}
PAIRS = [(peer, name) for peer in VERSIONS for name in peers.exchanged(peer)]

pytestmark = pytest.mark.skipif(not PEER, reason="KERAS_UPSTREAM_PYTHON names no interpreter: run nox -s interop")


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of all sides, and what the others read from ours."""
    import keras

    folder = tmp_path_factory.mktemp("exchange")
    (folder / "ours").mkdir()
    for name in peers.MODELS:
        kinds = [kind for kind in peers.FILES if kind not in peers.NOT_WRITTEN.get(name, ())]
        try:
            with warnings.catch_warnings(action="ignore"):  # of names that loading will have to be told
                peers.write(folder / "ours", name, keras, kinds)
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


def compare(name: str, written: dict[str, np.ndarray], found: dict[str, Any], reader: str) -> None:
    """Predictions of every file, and losses and predictions of more training steps where they follow from it."""
    expected = [key for key in written if key.startswith("arr_")]
    assert expected and found, f"{name}: {len(expected)} outputs were written, files read: {list(found)}"
    assert ("after" in written) == peers.trains(name)
    mixed = name.startswith("mixed_")
    near = {"rtol": 1e-2, "atol": 1e-2} if mixed else TOLERANCE
    later = {"rtol": 1e-2, "atol": 1e-2} if mixed else {"rtol": 1e-4, "atol": 1e-4}
    problems = []
    for kind, values in found.items():
        try:
            assert isinstance(values, dict), values
            assert [key for key in values if key.startswith("arr_")] == expected
            for key in expected:
                np.testing.assert_allclose(values[key], written[key], **near)
            assert ("after" in values) == peers.goes_on(name, kind, reader), f"further steps: {list(values)}"
            if "after" in values:
                assert int(values["iterations"]) == int(written["iterations"]) == 5
                np.testing.assert_allclose(values["losses"], written["losses"], **near)
                np.testing.assert_allclose(values["after"], written["after"], **later)
        except AssertionError as error:
            problems.append(f"{kind}: {error}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("peer", "name"), PAIRS)
def test_others_read_ours(peer: str, name: str, exchange: Path, read_by_peers: dict[str, Any]) -> None:
    if not peers.kinds_of(name, peer, peers.READ):
        pytest.skip("files of this model are not for this peer, see UNREAD")
    compare(name, results(exchange / "ours", name), read_by_peers[peer][name], VERSIONS[peer])


@pytest.mark.parametrize(("peer", "name"), PAIRS)
def test_ours_reads_others(peer: str, name: str, exchange: Path) -> None:
    import keras

    folder = exchange / peer / "theirs"
    written = results(folder, name)
    found = peers.read(folder, name, keras, peers.kinds_of(name, peer, peers.WRITTEN))
    compare(name, written, found, keras.__version__)
