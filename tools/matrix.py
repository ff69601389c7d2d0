"""Says which parts of the tests a workflow runs, as lines `name=[...]` in JSON; the noxfile is where they stand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def sessions() -> list[str]:
    """Every part of the session `tests`, as `nox -s` takes it."""
    command = [sys.executable, "-m", "nox", "-f", str(ROOT / "noxfile.py"), "--list", "--json"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [entry["session"] for entry in json.loads(found) if entry["name"] == "tests"]


def matrix() -> dict[str, list[str]]:
    """What each job runs: everything, or what depends on the backend."""
    parts = sessions()
    return {"all": parts, "backends": [part for part in parts if part.startswith("tests(backend=")]}


if __name__ == "__main__":
    for name, parts in matrix().items():
        print(f"{name}={json.dumps(parts)}")
