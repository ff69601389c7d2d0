"""Writes the table of attacks in docs/threat_model.md: `python tools/attacks.py` runs the tests that make them.

With --check no test is run: the table is compared with the tests that there are. An attack of the table is a few
classes and functions of tests; a try is one of their cases, by the reader that it is tried on.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "threat_model.md"
PART = re.compile(r"(<!-- generated: attacks -->\n).*?(<!-- end -->)", re.S)
UNTRUSTED, OVERSIZED, DAMAGED = (f"tests/cross/test_{name}_files.py" for name in ("untrusted", "oversized", "damaged"))
ARCHIVES = "packages/keras-core/tests/data_utils/test_archives.py"


class Attack(NamedTuple):
    """A row of the table.

    Attributes:
        what: what a file does.
        tests: beginnings of the names of tests, as pytest writes them.
        answer: what it must give.
    """

    what: str
    tests: tuple[str, ...]
    answer: str


ATTACKS = [
    Attack(
        "bytecode in a Lambda (CVE-2024-3660, CVE-2025-9905, CVE-2026-12481)",
        (f"{UNTRUSTED}::TestBytecodeInALambda",),
        "refused, with layer and remedy; a function that is passed is used",
    ),
    Attack(
        "modules and functions by name, the switch that turns safety off (CVE-2025-1550, -8747, -9906)",
        (f"{UNTRUSTED}::TestNamesOfModules", f"{UNTRUSTED}::TestCloneModel"),
        "unknown names",
    ),
    Attack(
        "pickled layers and arrays, foreign models (CVE-2025-49655, CVE-2026-1462)",
        (f"{UNTRUSTED}::TestPickledLayers",),
        "refused",
    ),
    Attack(
        "vocabularies that are paths or URLs (CVE-2025-12058)",
        (f"{UNTRUSTED}::TestPathsInConfigs::test_vocabulary",),
        "refused, nothing is read",
    ),
    Attack(
        "names of layers as paths (CVE-2026-12479)",
        (f"{UNTRUSTED}::TestPathsInConfigs::test_names_of_layers",),
        "nothing is written elsewhere",
    ),
    Attack(
        "`../`, absolute names and links in models",
        (f"{UNTRUSTED}::TestPathsInConfigs::test_members", f"{UNTRUSTED}::TestPathsInConfigs::test_links"),
        "refused",
    ),
    Attack(
        "`../`, absolute names, links and bombs in downloads that are unpacked (CVE-2025-12060, CVE-2025-12638, "
        "CVE-2024-55459, GHSA-hqp4-2352-xf5r)",
        (ARCHIVES,),
        "refused; files stay in the folder",
    ),
    Attack(
        "shapes larger than the file, external storage, external and soft links, virtual data sets (CVE-2026-0897, "
        "-12570, -1669)",
        (f"{UNTRUSTED}::TestHdf5",),
        "refused before memory is taken",
    ),
    Attack(
        "packed zeros, deep JSON and configs",
        (f"{UNTRUSTED}::TestBombs",),
        "refused by the budget",
    ),
    Attack(
        "work and sizes that a config asks for",
        (OVERSIZED,),
        "refused by the budget, which can be raised",
    ),
    Attack(
        "truncated, empty, of another kind or version; YAML with tags (CVE-2021-37678)",
        (f"{UNTRUSTED}::TestNoSuchFile",),
        "said which of these it is",
    ),
    Attack(
        "changed bytes and cut ends, in every format; one of these reads 40 files",
        (DAMAGED,),
        "whole, or an error that names the file",
    ),
]

READERS = {
    "`load_model`": r"\[load_model(_graph|_keras_2)?\b|::test_load_model\b",
    "`load_model` of `.h5`": r"\[load_model_h5\b",
    "`load_weights`": r"::test_load_weights\b",
    "`model_from_json`, `model_from_config`": r"\[model_from_",
    "`deserialize`": r"\[(layers_deserialize|deserialize_keras_object)\b",
    "`from_config`": r"\[(sequential|functional)_from_config\b",
}
"""Columns: the names of cases that stand for readers; what none of them fits is tried in ways of its own."""


def reader_of(test: str) -> str:
    """The column of a test."""
    return next((reader for reader, pattern in READERS.items() if re.search(pattern, test)), "others")


def counted(tests: list[str]) -> list[tuple[Attack, Counter[str]]]:
    """How many tests there are of each attack, by reader.

    Args:
        tests: their names.

    Raises:
        ValueError: for a test of these files that is of no attack.
    """
    rows = [(attack, Counter[str]()) for attack in ATTACKS]
    for test in tests:
        counts = next((counts for attack, counts in rows if test.startswith(attack.tests)), None)
        if counts is None:
            raise ValueError(f"tools/attacks.py names no attack for {test}")
        counts[reader_of(test)] += 1
    return rows


def table(tests: list[str], failed: frozenset[str] = frozenset()) -> str:
    """The table, and a line with the sums.

    Args:
        tests: the names of all tests.
        failed: those that did not get the answer.
    """
    columns = [*READERS, "others"]
    lines = [f"| attack | {' | '.join(columns)} | what happened |", f"| --- |{' ---: |' * len(columns)} --- |"]
    for attack, counts in counted(tests):
        wrong = sorted(test for test in failed if test.startswith(attack.tests))
        answer = attack.answer if not wrong else f"**{len(wrong)} failed**: {', '.join(wrong)}"
        cells = " | ".join(str(counts[column] or "") for column in columns)
        lines.append(f"| {attack.what} | {cells} | {answer} |")
    return "\n".join(
        [*lines, "", f"{len(tests):,} tries, {len(tests) - len(failed):,} with the answer of the last column."]
    )


def _pytest(*arguments: str) -> str:
    files = sorted({test.partition("::")[0] for attack in ATTACKS for test in attack.tests})
    command = [sys.executable, "-m", "pytest", *files, "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "KERAS_BACKEND": "numpy"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout


def collected() -> list[str]:
    """The names of all tests of attacks."""
    return sorted(line for line in _pytest("--collect-only", "-n", "0").splitlines() if "::" in line)


def failures() -> frozenset[str]:
    """The names of those that fail, or are skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        _pytest("-o", "junit_family=xunit1", f"--junitxml={report}")
        return failed_in(report.read_text("utf-8"))


def failed_in(report: str) -> frozenset[str]:
    """The names of tests that failed or were skipped.

    Args:
        report: what pytest writes in the form xunit1.
    """
    found = set()
    for case in ElementTree.fromstring(report).iter("testcase"):
        if any(child.tag in ("failure", "error", "skipped") for child in case):
            last = (case.get("classname") or "").rpartition(".")[2]
            inside = [last] if last.startswith("Test") else []
            found.add("::".join([str(case.get("file")), *inside, str(case.get("name"))]))
    return frozenset(found)


def main() -> int:
    """Write the table, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail if the table is not that of the tests; run none")
    options = parser.parse_args()
    tests = collected()
    text = PAGE.read_text("utf-8")
    new = table(tests, frozenset() if options.check else failures())
    page = PART.sub(lambda found: f"{found[1]}{new}\n{found[2]}", text)
    if options.check:
        if page != text:
            print(f"{PAGE.relative_to(ROOT)} has another table than the tests: run python tools/attacks.py")
        return int(page != text)
    PAGE.write_text(page, "utf-8")
    print(new)
    return int("**" in new)


if __name__ == "__main__":
    sys.exit(main())
