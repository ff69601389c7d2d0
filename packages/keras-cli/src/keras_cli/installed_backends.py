"""`keras backends`: which backends are installed, on what, and what they are known to fail."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any

from keras_core import backend as backends


@dataclass(frozen=True)
class InstalledBackend:
    """A backend.

    Attributes:
        name: its name, as in `KERAS_BACKEND`.
        active: whether it is the one that programs here use.
        trains: whether it has gradients.
        distribution: the package that provides it, with its version.
        versions: what that package needs besides Keras → the installed version, or None.
        devices: what it computes on; empty when it cannot be imported.
        gaps: tests of the conformance kit that it is known to fail, with the reasons.
        problem: why it cannot be used; None when it can.
    """

    name: str
    active: bool
    trains: bool
    distribution: str
    versions: dict[str, str | None] = field(default_factory=dict)
    devices: list[str] = field(default_factory=list)
    gaps: dict[str, str] = field(default_factory=dict)
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The same of JSON's types."""
        return asdict(self)


def list_backends(seconds: float = 120) -> list[InstalledBackend]:
    """The backends that are installed; each is tried in a process of its own.

    Args:
        seconds: how long a framework may take to say which devices it has.

    Returns:
        The backends, the one that programs use first.
    """
    found = [_backend(name, seconds) for name in backends.available()]
    return sorted(found, key=lambda one: not one.active)


def _backend(name: str, seconds: float) -> InstalledBackend:
    entry = next(e for e in importlib.metadata.entry_points(group="keras.backends") if e.name == name)
    distribution = entry.dist.name if entry.dist is not None else "?"
    title = distribution if entry.dist is None else f"{distribution} {entry.dist.version}"
    active = backends.active_name() == name
    try:
        spec = backends.spec(name)
    except Exception as error:
        return InstalledBackend(name, active, False, title, problem=f"{type(error).__name__}: {error}")
    devices, problem = _devices(name, seconds)
    gaps = _gaps(spec.target.partition(":")[0].partition(".")[0])
    return InstalledBackend(name, active, spec.trains, title, _versions(distribution), devices, gaps, problem)


def _versions(distribution: str) -> dict[str, str | None]:
    """What a distribution requires in any case → its version, Keras's own packages left out."""
    found: dict[str, str | None] = {}
    for requirement in importlib.metadata.requires(distribution) or []:
        name = re.match(r"[\w.\-]+", requirement)
        if name is None or "extra ==" in requirement or name[0].startswith("keras") or name[0] == "lazy-loader":
            continue
        try:
            found[name[0]] = importlib.metadata.version(name[0])
        except importlib.metadata.PackageNotFoundError:
            found[name[0]] = None
    return found


def _gaps(package: str) -> dict[str, str]:
    path = files(package) / "gaps.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("gap", []) if path.is_file() else []
    return {str(entry.get("test")): str(entry.get("reason")) for entry in entries}


def _devices(name: str, seconds: float) -> tuple[list[str], str | None]:
    command = [sys.executable, "-m", "keras_cli.installed_backends"]
    environment = {**os.environ, "KERAS_BACKEND": name}
    try:
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return [], f"it did not start in {seconds:g} seconds"
    lines = run.stdout.splitlines()
    if run.returncode or not lines:
        return [], (run.stderr.strip().splitlines() or [f"status {run.returncode}"])[-1]
    found: list[str] = json.loads(lines[-1])
    return found, None


if __name__ == "__main__":
    print(json.dumps(backends.list_devices()))
