"""Where CNTK is: an interpreter of CPython 3.6 in a folder of its own, and what it is started with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = "KERAS_CNTK_HOME"
PYTHON = "KERAS_CNTK_PYTHON"
SITE = Path("lib", "python3.6", "site-packages")


class NotSetUp(RuntimeError):
    """There is no CNTK here."""


def home() -> Path:
    """The folder that `setup` makes the worker's environment in."""
    named = os.environ.get(FOLDER)
    return (
        Path(named) if named else Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"), "keras-cntk")
    )


def worker_python(folder: Path | None = None) -> Path:
    """The worker's interpreter."""
    return (folder or home()) / "env" / "bin" / "python"


def worker_environment() -> tuple[str, dict[str, str]]:
    """The worker's interpreter, and the variables that it is started with.

    Raises:
        NotSetUp: where `setup` has not been run.
    """
    folder = home()
    python, libraries = worker_python(folder), folder / "env" / SITE / "cntk" / "libs"
    if not python.exists() or not libraries.exists():
        raise NotSetUp(
            f"There is no CNTK in {folder}. Run `{Path(sys.executable).name} -m keras_backend_cntk setup`, which "
            f"makes an environment there with CPython 3.6 and CNTK 2.7, or name another folder by {FOLDER}."
        )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    paths = [str(folder / "mpi"), str(libraries)]
    waiting = {"OMP_WAIT_POLICY": "passive", "KMP_BLOCKTIME": "0"}
    return str(python), {**waiting, **kept, "LD_LIBRARY_PATH": os.pathsep.join(paths)}
