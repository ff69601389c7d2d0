"""The table of attacks is that of the tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def attacks() -> Any:
    path = Path(__file__).parents[2] / "tools" / "attacks.py"
    spec = importlib.util.spec_from_file_location("attacks", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_the_table_of_the_tests(attacks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["attacks.py", "--check"])
    assert attacks.main() == 0, "run python tools/attacks.py"


def test_tests_are_counted_by_attack_and_reader(attacks: Any) -> None:
    tests = [
        f"{attacks.UNTRUSTED}::TestHdf5::test_load_weights[x]",
        f"{attacks.UNTRUSTED}::TestBombs::test_deep_json[[]",
    ]
    tests.append(f"{attacks.UNTRUSTED}::TestPickledLayers::test_no_such_layer[load_model_h5-JaxLayer]")
    found = {attack.tests[0].split("::")[-1]: counts for attack, counts in attacks.counted(tests) if counts}
    assert found == {
        "TestHdf5": {"`load_weights`": 1},
        "TestBombs": {"others": 1},
        "TestPickledLayers": {"`load_model` of `.h5`": 1},
    }
    with pytest.raises(ValueError, match="names no attack"):
        attacks.counted([f"{attacks.UNTRUSTED}::TestOther::test_x"])


def test_what_failed_is_shown(attacks: Any) -> None:
    test = f"{attacks.UNTRUSTED}::TestHdf5::test_load_weights[x]"
    start = f'<testcase file="{attacks.UNTRUSTED}" classname="tests.cross.test_untrusted_files.TestHdf5"'
    report = f'<r>{start} name="test_load_weights[x]"><failure/></testcase>{start} name="test_load_model[x]"/></r>'
    assert attacks.failed_in(report) == {test}
    assert f"**1 failed**: {test}" in attacks.table([test], frozenset([test]))
