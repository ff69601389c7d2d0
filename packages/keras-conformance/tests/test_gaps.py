"""Known gaps: reading them, matching test names, finding stale ones; and the kit's command itself.

Covers: conftest.py, plugin.py.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from keras_conformance import gaps
from keras_core.backend.discovery import active_name

TEXT = """
[[gap]]
test = "test_ops.py::test_values[erf]"
reason = "why"

[[gap]]
test = "test_ops.py::test_body[conv*]"
reason = "why else"
"""


def test_read() -> None:
    assert [gap.reason for gap in gaps.read(TEXT)] == ["why", "why else"]
    with pytest.raises(ValueError, match="needs a test and a reason"):
        gaps.read('[[gap]]\ntest = "test_ops.py::test_values[erf]"')


def test_covers() -> None:
    exact, pattern = gaps.read(TEXT)
    assert exact.covers("test_ops.py::test_values[erf]")
    assert not exact.covers("test_ops.py::test_values[erfc]")
    assert pattern.covers("test_ops.py::test_body[conv_transpose]")


def test_short_name() -> None:
    path = Path("a") / "test_ops.py"
    assert gaps.short_name(path, "a/test_ops.py::test_values[erf]") == "test_ops.py::test_values[erf]"
    assert gaps.short_name(path, "::test_values[erf]") == "test_ops.py::test_values[erf]"


def test_stale() -> None:
    known = gaps.read(TEXT)
    assert gaps.stale(known, ["test_ops.py::test_values[erf]"]) == known[1:]
    assert gaps.stale(known, ["test_control.py::test_x"]) == []
    assert gaps.stale(known, ["test_ops.py::test_values[erf]", "test_ops.py::test_body[conv]"]) == []


BACKEND = """
from types import MappingProxyType
from keras_core.backend import BackendSpec, load

numpy = load("numpy")


class Wrong(type(numpy)):
    name = "wrong"
    ops = MappingProxyType({**numpy.ops, "sin": numpy.ops["cos"], "erf": numpy.ops["sin"]})


BACKEND = Wrong()
SPEC = BackendSpec(name="wrong", target="wrong_backend:BACKEND", protocol=1, trains=False)
"""


@pytest.fixture
def wrong_backend(tmp_path: Path) -> Path:
    """A backend package whose sin and erf are wrong, and that admits the first."""
    package = tmp_path / "wrong_backend"
    package.mkdir()
    (package / "__init__.py").write_text(BACKEND, encoding="utf-8")
    metadata = tmp_path / "wrong_backend-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: wrong-backend\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[keras.backends]\nwrong = wrong_backend:SPEC\n", encoding="utf-8")
    (package / "gaps.toml").write_text(
        '[[gap]]\ntest = "test_ops.py::test_values[sin]"\nreason = "cosine"\n', encoding="utf-8"
    )
    return tmp_path


ON_NUMPY = pytest.mark.skipif(active_name() != "numpy", reason="the wrong backend is made from that of NumPy")


def _run(folder: Path, select: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("hypothesis")
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    arguments = ["--pyargs", "keras_conformance.test_ops", "--keras-backend", "wrong", "-q", "-k", select]
    return subprocess.run(
        [sys.executable, "-c", code, *arguments, "-p", "no:cacheprovider", "--rootdir", str(folder)],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@ON_NUMPY
@pytest.mark.slow
def test_the_kit_finds_what_is_wrong_and_accepts_what_is_admitted(wrong_backend: Path) -> None:
    admitted = _run(wrong_backend, "test_values and (sin or tan) and not arc and not sinh and not sinc")
    assert admitted.returncode == 0, admitted.stdout
    assert "1 xfailed" in admitted.stdout
    found = _run(wrong_backend, "test_values and erf")
    assert found.returncode == 1
    assert "test_values[erf]" in found.stdout


@ON_NUMPY
@pytest.mark.slow
def test_a_gap_that_is_closed_or_names_no_test_fails(wrong_backend: Path) -> None:
    path = wrong_backend / "wrong_backend" / "gaps.toml"
    path.write_text('[[gap]]\ntest = "test_ops.py::test_values[tan]"\nreason = "none"\n', encoding="utf-8")
    closed = _run(wrong_backend, "test_values and tan")
    assert closed.returncode == 1
    assert "XPASS(strict)" in closed.stdout
    path.write_text('[[gap]]\ntest = "test_ops.py::test_values[nothing]"\nreason = "none"\n', encoding="utf-8")
    stale = _run(wrong_backend, "test_values and tan")
    assert stale.returncode not in (0, 1)
    assert "names no test: test_ops.py::test_values[nothing]" in stale.stdout + stale.stderr
