"""tools/architecture.py: what ARCHITECTURE.md repeats of the code is what the code says."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("architecture", ROOT / "tools" / "architecture.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(tool):
    page = tool.PAGE.read_text("utf-8")
    assert set(tool.GENERATED) == {part[1] for part in tool.PART.findall(page)}
    assert tool.updated(page) == page, "run python tools/architecture.py"


def test_every_state_of_a_module_says_why_it_is_there(tool):
    silent = [f"{state.module}.{state.name}" for state in tool.all_state() if len(state.why) < 20]
    assert not silent, "needs a comment '#: why' above it: " + ", ".join(silent)


def test_state_is_found(tool, tmp_path):
    source = tmp_path / "src" / "package" / "module.py"
    source.parent.mkdir(parents=True)
    source.write_text(
        "#: Scopes that are\n#: open.\n_SCOPES: ContextVar[int] = ContextVar('scopes')\n"
        "NAMES = ['a']\n_seen = {}\n_count = 0\nTYPES = dict(a=1)\n\n\n"
        "def more():\n    global _count\n    _count += 1\n"
    )
    found = list(tool.state_of(source))
    assert [(state.module, state.name, state.kind) for state in found] == [
        ("package.module", "_SCOPES", "ContextVar"),
        ("package.module", "_seen", "dict"),
        ("package.module", "_count", "rebound"),
    ]
    assert found[0].why == "Scopes that are open."
