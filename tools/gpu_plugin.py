"""A plugin of pytest that `tools/gpu.py` loads, for a machine that lacks packages.

- What fails for want of a package that is not installed is skipped, and the reason names the package.
- Every result is written to the file that `KERAS_TALLY` names as soon as it is there, one line of JSON each, so
  that a run that is cut off or crashes has counts all the same.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable


def absent_package(error: BaseException | None) -> str | None:
    """The package for want of which something failed, if that is why; never one of ours."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            package = error.name.partition(".")[0]
            if not package.startswith("keras") and importlib.util.find_spec(package) is None:
                return package
        replaced = isinstance(error, ImportError | pytest.fail.Exception)  # `pytest.warns` fails in place of it
        error = error.__cause__ or (error.__context__ if replaced else None)
    return None


def skip_if_absent(error: BaseException) -> None:
    """Skips what runs now when a package is missing; otherwise does nothing."""
    if package := absent_package(error):
        pytest.skip(f"{package} is not installed", allow_module_level=True)


class Module(pytest.Module):
    """A file of tests that is skipped as a whole when it imports what is not installed."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        try:
            return list(super().collect())
        except self.CollectError as error:
            skip_if_absent(error)
            raise


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
    """Files are collected by `Module`."""
    return Module.from_parent(parent, path=module_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    """A fixture that needs what is not installed skips its test."""
    return (yield from _skipping())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """So does a test."""
    return (yield from _skipping())


def _skipping() -> Generator[None, Any, Any]:
    try:
        return (yield)
    except (Exception, pytest.fail.Exception) as error:
        skip_if_absent(error)
        raise


# ---------------------------------------------------------------------------- the tally


def pytest_configure(config: pytest.Config) -> None:
    """Begins the tally; of several processes, only the first keeps one."""
    path = os.environ.get("KERAS_TALLY")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(Path(path)))


class Tally:
    """Writes each result down.

    Args:
        path: file to append lines to: `{"test": name, "outcome": "passed", "reason": text}`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, test: str, outcome: str, reason: str = "") -> None:
        """Adds one line."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"test": test, "outcome": outcome, "reason": reason}) + "\n")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The result of a test; a part of it (setup, teardown) only when that is not as it should be."""
        if report.when == "call" or not report.passed:
            self.write(report.nodeid, report.outcome, reason_of(report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that could not be imported, or is skipped as a whole."""
        if not report.passed:
            self.write(report.nodeid, report.outcome, reason_of(report))


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why it was skipped or failed, in one line."""
    if expected := getattr(report, "wasxfail", ""):
        return f"known gap: {expected}"
    if isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        return re.sub(r"^could not import '(.*?)'.*", r"\1 is not installed", reason)
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else str(report.longrepr or "").strip().rpartition("\n")[2]
    return text.partition("\n")[0][:300]
