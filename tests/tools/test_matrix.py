"""tools/matrix.py: what workflows run is what the noxfile has."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_matrix_names_every_backend_and_part():
    if "KERAS_NOX_PYTHON" not in os.environ:
        pytest.skip("nox says by KERAS_NOX_PYTHON which Python has it")
    command = [os.environ["KERAS_NOX_PYTHON"], str(ROOT / "tools" / "matrix.py")]
    output = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = {name: json.loads(value) for name, _, value in (line.partition("=") for line in output.splitlines())}
    assert {"tests(lint)", "tests(types)", "tests(boundaries)", "tests(backend='numpy')"} <= set(found["all"])
    backends = {path.name for path in ROOT.glob("packages/keras-backend-*")}
    assert len(found["backends"]) == len(backends)
    assert set(found["backends"]) < set(found["all"])
