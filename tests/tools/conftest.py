"""The tools, importable as they are when they run: their folder is on the path."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(autouse=True)
def _tools_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))


@pytest.fixture
def gpu(_tools_on_the_path):
    """The module tools/gpu.py."""
    import gpu

    return gpu


@pytest.fixture
def run_pytest(tmp_path):
    """Runs a text as a file of tests under the plugin: the finished process and the tally by test."""

    def run(text, *arguments):
        (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
        tally = tmp_path / "tally"
        settings = {**os.environ, "PYTHONPATH": str(TOOLS), "KERAS_TALLY": str(tally), "KERAS_BACKEND": "numpy"}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "gpu_plugin", "-p", "no:cacheprovider", *arguments]
        command += ["--rootdir", str(tmp_path), "-c", os.devnull, "test_it.py"]
        done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=120)
        lines = [json.loads(line) for line in tally.read_text(encoding="utf-8").splitlines()]
        return done, {line["test"].rpartition("::")[2]: (line["outcome"], line["reason"]) for line in lines}

    return run
