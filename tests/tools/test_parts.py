"""Covers: tools/parts.py."""

import sys
from pathlib import Path

import parts
import pytest

THREE = """
import pytest
def test_right(): pass
def test_wrong(): assert False
@pytest.mark.skip
def test_left_out(): pass
"""


@pytest.fixture
def rows(monkeypatch, tmp_path):
    (tmp_path / "reports").mkdir()
    monkeypatch.setattr(parts, "WORK", tmp_path)
    monkeypatch.setattr(parts, "WORKERS", ())
    found = []
    monkeypatch.setattr(parts, "rows", found)
    return found


def test_tests_are_counted(rows, tmp_path, capfd):
    (tmp_path / "test_three.py").write_text(THREE)
    parts.pytest("three", Path(sys.executable), "test_three.py", "-p", "no:cacheprovider", cwd=tmp_path)
    (row,) = rows
    assert (row.passed, row.failed, row.skipped, row.problem) == (1, 1, 1, "exit status 1")


def test_a_run_that_ends_early_fails(rows, tmp_path, capfd):
    (tmp_path / "test_end.py").write_text("import os\ndef test_end(): os._exit(7)\n")
    parts.pytest("end", Path(sys.executable), "test_end.py", "-p", "no:cacheprovider", cwd=tmp_path)
    (row,) = rows
    assert (row.passed, row.failed, row.problem) == (0, 1, "exit status 7")


def test_the_table_ends_with_sums(rows, capsys):
    parts.measure("lint", [sys.executable, "-c", ""], minutes=1)
    rows.append(parts.Row("unit", 2.0, 5, 1, 3, "exit status 1"))
    parts.print_table()
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "6 passed, 1 failed" and "unit" in shown[-4] and shown[-4].endswith("exit status 1")
