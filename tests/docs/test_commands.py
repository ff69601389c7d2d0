"""Every command that README and CONTRIBUTING show exists, or is run by another test."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pictures
import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "RELEASING.md")
FIRST_LINE = "python3 -m venv .venv && .venv/bin/pip install nox && .venv/bin/nox -s quickstart"


def shown():
    """(document, command) for each command in a shell block or between back ticks."""
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        blocks = re.findall(r"^```(?:sh|powershell)\n(.*?)^```", text, re.M | re.S)
        lines = [line for block in blocks for line in block.splitlines()]
        prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        lines += re.findall(r"`((?:\.venv/bin/)?(?:nox|pip|python3?|pytest) [^`]+)`", prose)
        for line in lines:
            for command in re.split(r"\s*(?:&&|;)\s*", line):
                yield document, command


@pytest.fixture(scope="module")
def sessions():
    """Names of the sessions that nox lists."""
    if "KERAS_NOX_PYTHON" not in os.environ:
        pytest.skip("nox says by KERAS_NOX_PYTHON which Python has it")
    command = [os.environ["KERAS_NOX_PYTHON"], "-m", "nox", "--list", "--nocolor", "-f", str(ROOT / "noxfile.py")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    names = re.findall(r"^[*-] (.+?)(?: ->|$)", found.stdout, re.M)
    return {*names, *(name.partition("(")[0] for name in names)}


@pytest.mark.parametrize(("document", "command"), list(shown()))
def test_command_exists(document, command, sessions):
    words = shlex.split(command.replace("\\", "/").replace("./S", "S"))
    program = words[0].rsplit("/", 1)[-1]
    if program == "nox":
        for name in selected(words):
            assert name in sessions, f"{document}: nox has no session {name}"
    elif program == "pip" and words[1] == "install":
        for word in words[2:]:
            path = word.partition("[")[0]
            assert path == "nox" or (ROOT / path / "pyproject.toml").exists(), f"{document}: {word}"
    elif program in ("python3", "python", "py"):
        assert words[1:-1] == ["-m", "venv"] or (ROOT / words[1]).exists(), f"{document}: {command}"
        if words[1] == "tools/install.py":
            shown = [sys.executable, *words[1:], "--dry-run"]
            subprocess.run(shown, cwd=ROOT, check=True, capture_output=True, timeout=60)
    else:
        assert words[:3] == ["pytest", "--pyargs", "keras_conformance"], f"{document}: {command}"


def selected(words):
    """The sessions that a nox command runs."""
    if "--list" in words:
        return []
    own = words[: words.index("--")] if "--" in words else words
    return own[own.index("-s") + 1 :]


def test_documents_show_the_two_lines():
    for document in ("README.md", "README.zh-CN.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        assert FIRST_LINE in text and ".venv/bin/nox -s tests\n" in text, document


def test_the_translation_shows_the_same_code_and_commands():
    blocks = [re.findall(r"^```.*?^```", (ROOT / name).read_text("utf-8"), re.M | re.S) for name in DOCUMENTS[:2]]
    assert blocks[0] == blocks[1]


def test_readers_see_the_code_that_runs():
    (block,) = pictures.examples(ROOT / "README.md")
    assert block in (ROOT / "examples" / "quickstart.py").read_text(encoding="utf-8")


def test_guides_are_short():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for title, guide in re.findall(r"^## (Add [^\n]+)\n(.*?)(?=^## |\Z)", text, re.M | re.S):
        assert len(guide.strip().splitlines()) < 20, title
