"""The parts of a run of nox: each runs a command, and a table of them ends the run."""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import re
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from environments import ROOT, WORK, call

if TYPE_CHECKING:
    import nox

# Tests share out the processors: who has none left takes some of those that wait for another.
WORKERS = ("-n", "2", "--dist", "worksteal") if (os.cpu_count() or 1) > 1 else ()
# A name for this kind of processor: programs that were compiled for another need not run on it.
_CPUINFO = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
_ABILITIES = re.search(r"^(flags|Features)\b.*$", _CPUINFO, re.MULTILINE)
PROCESSOR = hashlib.sha256((_ABILITIES[0] if _ABILITIES else platform.processor()).encode()).hexdigest()[:12]
# Tests compile the same small programs for JAX many times over: each is compiled once.
KEPT_PROGRAMS = {
    "JAX_COMPILATION_CACHE_DIR": str(WORK / "jax-programs" / PROCESSOR),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


@dataclass
class Row:
    """One line of the table that ends a run of the tests."""

    part: str
    seconds: float
    passed: int
    failed: int
    skipped: int
    problem: str | None


rows: list[Row] = []
"""What has run so far."""


@atexit.register
def print_table() -> None:
    """Ends a run of the tests: parts and seconds, and how many passed and failed."""
    if not rows:
        return
    width = max(len(row.part) for row in rows)
    print(f"\n{'part':<{width}}  seconds  passed  failed  skipped")
    for row in rows:
        counts = f"{row.passed:7} {row.failed:7} {row.skipped:8}"
        print(f"{row.part:<{width}} {row.seconds:8.1f} {counts}  {row.problem or ''}".rstrip())
    print(f"{'together':<{width}} {sum(row.seconds for row in rows):8.1f}")
    print(f"\n{sum(row.passed for row in rows)} passed, {sum(row.failed for row in rows)} failed", flush=True)


def measure(part: str, command: list[object], minutes: float, **more: str) -> None:
    """Runs one part that passes or fails as a whole."""
    start = time.monotonic()
    problem = call(command, minutes, **more)
    rows.append(Row(part, time.monotonic() - start, problem is None, problem is not None, 0, problem))


def pytest(part: str, python: Path, *arguments: object, minutes: float = 10, cwd: Path = ROOT, **more: str) -> None:
    """Runs pytest as one part and counts its tests."""
    report = WORK / "reports" / f"{part.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    start = time.monotonic()
    options = ["-q", *WORKERS, "--timeout=300", f"--junitxml={report}"]
    problem = call([python, "-m", "pytest", *options, *arguments], minutes, cwd, **KEPT_PROGRAMS, **more)
    seconds = time.monotonic() - start
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            counts = {key: counts[key] + int(suite.get(key, 0)) for key in counts}
    failed = counts["failures"] + counts["errors"]
    if problem and not failed:
        failed = 1
    passed = max(0, counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"])
    rows.append(Row(part, seconds, passed, failed, counts["skipped"], problem))


def fail_by_table(session: nox.Session) -> None:
    """Ends a session of several parts: it fails where one did."""
    if any(row.problem for row in rows):
        session.error("see the table")
