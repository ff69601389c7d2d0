"""The plugin: tests that lack a package are skipped by its name, all others as without it."""

TESTS = """
import pytest, warnings


def test_good(): pass
def test_bad(): assert 1 == 2
def test_import(): import no_such_package.part
def test_attribute(): from os import no_such_thing
def test_part_of_what_is_there(): import json.no_such_part
def test_ours(): import keras_no_such_package
def test_own_message():
    try: import no_such_package
    except ImportError as error: raise ImportError("Saving needs no_such_package.") from error
def test_told_otherwise(): pytest.importorskip("no_such_package")
def test_expected_a_warning():
    with pytest.warns(UserWarning): import no_such_package
def test_no_warning():
    with pytest.warns(UserWarning): pass
def test_wrong_answer_after_a_fallback():
    try: import no_such_package
    except ImportError: assert 1 == 2


@pytest.fixture
def needy(): import no_such_package
def test_fixture(needy): pass
@pytest.fixture
def ending():
    yield
    raise ValueError("late")
def test_teardown(ending): pass
@pytest.mark.xfail(reason="cannot", strict=True)
def test_gap(): assert 1 == 2
"""
ABSENT = ("skipped", "no_such_package is not installed")


def test_outcomes(run_pytest):
    done, found = run_pytest(TESTS)
    assert done.returncode == 1
    assert found["test_good"] == ("passed", "")
    for name in ("import", "own_message", "told_otherwise", "expected_a_warning", "fixture"):
        assert found[f"test_{name}"] == ABSENT, name
    for name in ("bad", "attribute", "part_of_what_is_there", "ours", "no_warning", "wrong_answer_after_a_fallback"):
        assert found[f"test_{name}"][0] == "failed", name
    assert found["test_bad"][1].startswith("assert 1 == 2")
    assert found["test_teardown"] == ("failed", "ValueError: late")
    assert found["test_gap"] == ("skipped", "known gap: cannot")


def test_a_file_that_imports_what_is_absent(run_pytest):
    done, found = run_pytest("import no_such_package\ndef test_it(): pass\n")
    assert done.returncode == 5  # nothing was left to run
    assert found == {"test_it.py": ABSENT}


def test_a_file_that_is_wrong(run_pytest):
    done, found = run_pytest("import keras_no_such_package\ndef test_it(): pass\n")
    assert done.returncode == 2
    assert found["test_it.py"][0] == "failed"
