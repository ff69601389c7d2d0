"""Known gaps of a backend: tests that must fail, by name and with a reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING

from keras_core import backend as backends

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Gap:
    """One entry of gaps.toml.

    Attributes:
        test: ``file.py::test_name[case]``, with * for any text.
        reason: why the test fails.
    """

    test: str
    reason: str

    def covers(self, name: str) -> bool:
        """Whether it speaks of the test called `name`."""
        return fnmatchcase(name.replace("[", "("), self.test.replace("[", "("))


def read(text: str) -> list[Gap]:
    """Entries of a gaps.toml.

    Raises:
        ValueError: when an entry has no test or no reason.
    """
    entries = tomllib.loads(text).get("gap", [])
    found = [Gap(entry.get("test", ""), entry.get("reason", "")) for entry in entries]
    for gap in found:
        if not gap.test or not gap.reason:
            raise ValueError(f"gaps.toml: every [[gap]] needs a test and a reason, got {gap}.")
    return found


def of_backend(name: str) -> list[Gap]:
    """The gaps that the package of a backend lists."""
    package = backends.spec(name).target.split(":")[0].split(".")[0]
    path = files(package) / "gaps.toml"
    return read(path.read_text(encoding="utf-8")) if path.is_file() else []


def short_name(path: Path, nodeid: str) -> str:
    """``test_ops.py::test_values[add]`` of a test's file and full name."""
    return f"{path.name}::{nodeid.partition('::')[2]}"


def stale(gaps: list[Gap], names: list[str]) -> list[Gap]:
    """Entries about a collected file in which no test has such a name."""
    collected = {name.split("::")[0] for name in names}
    return [gap for gap in gaps if gap.test.split("::")[0] in collected and not any(map(gap.covers, names))]
