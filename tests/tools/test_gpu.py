"""tools/gpu.py: what it installs, how it runs and counts, what it says, and a whole small run."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def wheel(folder, name, *requirements, tag="py3-none-any", version="1.0", backend=False):
    """A wheel of one module, with these requirements."""
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requirements]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(f"{info}/METADATA", "\n".join(lines) + "\n\nRequires-Dist: words\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        if backend:
            archive.writestr(f"{info}/entry_points.txt", "[keras.backends]\nsome = some:SPEC\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def names(paths):
    return {path.name.partition("-")[0] for path in paths}


class TestChoosing:
    def test_ours_and_what_is_missing_with_what_that_needs(self, gpu, tmp_path):
        wheels = [
            wheel(tmp_path, "keras_core", "numpy>=2.0", "missing_one>=1"),
            wheel(tmp_path, "missing_one", "missing_two"),
            wheel(tmp_path, "missing_two"),
            wheel(tmp_path, "unneeded"),
            wheel(tmp_path, "numpy", version="9.0"),
        ]
        chosen, left_out = gpu.chosen(wheels)
        assert names(chosen) == {"keras_core", "missing_one", "missing_two"}
        assert left_out == []

    def test_what_every_package_asks_for_but_no_extra(self, gpu, tmp_path):
        core = wheel(tmp_path, "keras_core", 'missing_two; extra == "more"')
        kit = wheel(tmp_path, "keras_conformance", "keras-core>=4", "missing_one")
        wheels = [core, kit, *(wheel(tmp_path, f"missing_{n}") for n in ("one", "two"))]
        assert names(gpu.chosen(wheels)[0]) == {"keras_core", "keras_conformance", "missing_one"}

    def test_what_is_too_old_here_is_replaced(self, gpu, tmp_path):
        wheels = [wheel(tmp_path, "keras_core", "numpy>=999"), wheel(tmp_path, "numpy", version="999.1")]
        assert names(gpu.chosen(wheels)[0]) == {"keras_core", "numpy"}

    def test_what_is_for_another_python_stays(self, gpu, tmp_path):
        wheels = [wheel(tmp_path, "keras_core", "missing_one"), wheel(tmp_path, "missing_one", tag="cp27-cp27m-any")]
        assert names(gpu.chosen(wheels)[0]) == {"keras_core"}

    def test_a_backend_without_its_framework_is_left_out(self, gpu, tmp_path):
        wheels = [
            wheel(tmp_path, "keras_backend_some", "keras-core>=4", "no_such_framework", backend=True),
            wheel(tmp_path, "keras_backend_other", "keras-core>=4", "numpy", backend=True),
            wheel(tmp_path, "keras_core"),
        ]
        chosen, left_out = gpu.chosen(wheels)
        assert names(chosen) == {"keras_core", "keras_backend_other"}
        assert left_out == ["no_such_framework: not installed, so keras_backend_some is left out"]

    def test_a_framework_that_goes_by_another_name_is_there(self, gpu, tmp_path, monkeypatch):
        (tmp_path / "no_such_framework.py").write_text("")
        monkeypatch.syspath_prepend(str(tmp_path))
        wheels = [wheel(tmp_path, "keras_backend_some", "no_such_framework>=2", backend=True)]
        assert gpu.chosen(wheels) == (wheels, [])

    def test_lacking_says_what_is_asked_for_and_held(self, gpu):
        lacks = gpu.lacking([Requirement("numpy>=2"), Requirement("numpy>=999"), Requirement("missing-one>1")])
        assert [str(lack) for lack in lacks] == [
            f"numpy: {np.__version__} is installed, >=999 is asked for",
            "missing-one: not installed",
        ]


@pytest.mark.parametrize("pip", [True, False])
def test_install(gpu, tmp_path, monkeypatch, pip):
    if not pip:
        monkeypatch.setattr(gpu.importlib.util, "find_spec", lambda name: None)
    paths = [wheel(tmp_path, "keras_core", "missing_one"), wheel(tmp_path, "missing_two")]
    site = tmp_path / "site"
    gpu.install(paths, site)
    assert {path.stem for path in site.glob("*.py")} == {"keras_core", "missing_two"}
    assert gpu.held("keras-core", [str(site)]) == "1.0"
    origin = json.loads((site / "keras_core-1.0.dist-info" / "direct_url.json").read_text("utf-8"))
    assert origin["url"] == paths[0].as_uri()


class TestRunning:
    @pytest.fixture
    def machine(self, gpu, tmp_path):
        return gpu.Machine(tmp_path / "site", tmp_path / "log", minutes=1)

    def test_the_exit_status_is_told_and_the_output_kept(self, machine):
        assert machine.run([sys.executable, "-c", "print('said')"], 60) == ""
        assert machine.run([sys.executable, "-c", "raise SystemExit(3)"], 60) == "exit status 3"
        assert "said" in machine.log.read_text("utf-8")

    @pytest.mark.skipif(os.name != "posix", reason="needs signals")
    def test_what_takes_too_long_may_write_what_it_has(self, machine, tmp_path):
        script = (
            "import pathlib, sys, time\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\n"
            "except KeyboardInterrupt:\n    pathlib.Path(sys.argv[1]).write_text('counted')\n"
        )
        found = machine.run([sys.executable, "-c", script, str(tmp_path / "counts")], 5)
        assert found == "not finished after 5 s"
        assert (tmp_path / "counts").read_text() == "counted"

    def test_wheels_come_first_on_the_path_and_what_was_there_stays(self, gpu, tmp_path, monkeypatch):
        monkeypatch.setenv("PYTHONPATH", "frameworks")
        monkeypatch.setenv("KERAS_BACKEND", "other")
        settings = gpu.Machine(tmp_path, tmp_path / "log", 1).settings
        assert settings["PYTHONPATH"].split(os.pathsep) == [str(tmp_path), str(gpu.TOOLS), "frameworks"]
        assert "KERAS_BACKEND" not in settings

    def test_time_is_shared_by_what_is_left(self, gpu, tmp_path):
        machine = gpu.Machine(tmp_path, tmp_path / "log", minutes=10)
        assert 145 < machine.left(4) <= 150
        machine.end -= 700
        assert machine.left(1) == 0

    def test_answers_and_errors_of_a_file(self, machine, tmp_path):
        file = tmp_path / "file.py"
        file.write_text('import sys\nprint("words")\nprint(\'{"a": "%s"}\' % sys.argv[1])')
        assert machine.answer(str(file), "b") == {"a": "b"}
        file.write_text("raise ValueError('why')")
        assert machine.answer(str(file)) == {"error": "ValueError: why"}


def test_counting(gpu):
    row = gpu.Row("kit", "some", "gpu:0")
    results = [("a", "passed", ""), ("b", "passed", ""), ("b", "failed", "no"), ("c", "skipped", "x is not installed")]
    row.count(json.dumps(dict(zip(("test", "outcome", "reason"), result))) for result in results)
    assert (row.passed, row.failed, row.skipped) == (1, 1, 1)
    assert row.failures == ["b: no"] and row.reasons == {"x is not installed": 1}
    assert not row.ok
    row.failed = 0
    assert row.ok


def test_what_is_wrong_with_a_run(gpu):
    processor, accelerator = (gpu.Seen("some", "keras-backend-some", devices, {}) for devices in (["cpu:0"], ["gpu:0"]))
    good, bad = gpu.Row("kit", "some", "gpu:0", passed=3), gpu.Row("kit", "some", "gpu:0", passed=3, failed=2)
    ended = gpu.Row("matrix", "some", "gpu:0", passed=3, problem="not finished after 9 s")
    assert gpu.verdict([processor, accelerator], [good], False) == []
    assert gpu.verdict([accelerator], [good, bad, ended], False) == [
        "kit some: 2 failed",
        "matrix some: not finished after 9 s",
    ]
    assert gpu.verdict([processor], [good], False) == ["No backend saw an accelerator."]
    assert gpu.verdict([processor], [good], True) == []
    assert gpu.verdict([], [], True) == ["No backend could be run."]


def test_the_device_that_is_used_unasked(gpu):
    assert gpu.Seen("some", "", ["cpu:0", "gpu:0", "gpu:1"], {}).device == "gpu:0"
    assert gpu.Seen("some", "", ["cpu:0"], {}).device == "cpu:0"


def test_the_page(gpu):
    row = gpu.Row("kit", "some", "gpu:0", 3, 1, 2, 4.56, failures=["t: no"], reasons={"x is not installed": 2})
    seen = [gpu.Seen("some", "", ["gpu:0"], {"some": "1.2"})]
    page = gpu.page({"gpu": "Fast 1"}, seen, [row], ["x: not installed"], ["kit some: 1 failed"])
    assert "| kit | some | gpu:0 | 3 | 1 | 2 | 4.6 |  |" in page
    for line in ("some: gpu:0 (some 1.2)", "kit some: t: no", "x: not installed", "kit some: 2: x is not installed"):
        assert f"- {line}\n" in page


def test_an_unknown_part_is_refused(gpu, capsys):
    with pytest.raises(SystemExit):
        gpu.parse(["--parts", "kit,kitchen"])
    assert "there is no part kitchen; the parts are device, kit, matrix, benchmarks" in capsys.readouterr().err


def test_every_package_that_ours_require_is_carried(gpu):
    """What a package that is needed there requires has a line in carried.txt, except NumPy, pytest and frameworks."""
    import tomllib

    carried = {line for line in (ROOT / "tools" / "carried.txt").read_text("utf-8").splitlines() if line[:1] not in "#"}
    backends = [path.parent.name for path in ROOT.glob("packages/keras-backend-*/pyproject.toml")]
    for path in (ROOT / "packages" / name / "pyproject.toml" for name in (*gpu.COMMON, *backends, "keras-conformance")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        found = {Requirement(text).name for text in project["dependencies"]}
        ours = {name for name in found if name.startswith("keras")}
        provided = {"numpy", "pytest", "tensorflow", "pytensor", "numba", "jax", "torch"}
        assert found - ours - provided <= carried, path


@pytest.fixture
def wheels():
    if "KERAS_WHEELS" not in os.environ:
        pytest.skip("nox builds the wheels and says by KERAS_WHEELS where they are")
    return Path(os.environ["KERAS_WHEELS"]).resolve()


def command(wheels, output, *more):
    options = ["--wheels", str(wheels), "--output", str(output), "--backends", "numpy", *more]
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "gpu.py"), *options], capture_output=True, text=True, timeout=300
    )
    report = output / "gpu.json"
    return done, json.loads(report.read_text(encoding="utf-8")) if report.exists() else None


@pytest.mark.slow
def test_a_small_run(wheels, tmp_path):
    select = [
        "--parts",
        "device,kit,matrix",
        "-k",
        "predictions or no_op_is or (standardize and dtypes)",
        "--minutes",
        "4",
    ]
    done, report = command(wheels, tmp_path / "out", *select, "--allow-cpu")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["part"]: row for row in report["rows"]}
    assert list(rows) == ["device", "kit", "matrix"]
    assert all(row["passed"] > 0 and row["failed"] == 0 and row["device"] == "cpu:0" for row in rows.values())
    assert rows["device"]["passed"] == 4 and rows["kit"]["passed"] == 2
    assert report["backends"]["numpy"]["versions"] == {"numpy": np.__version__}
    assert "| kit | numpy | cpu:0 | 2 | 0 |" in (tmp_path / "out" / "gpu.md").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"gpu.json", "gpu.md", "gpu.log"}


@pytest.mark.slow
def test_a_machine_without_an_accelerator_fails(wheels, tmp_path):
    done, report = command(wheels, tmp_path / "out", "--parts", "kit", "-k", "no_op_is")
    assert done.returncode == 1
    assert report["problems"] == ["No backend saw an accelerator."]


def test_no_wheels(tmp_path):
    done, report = command(tmp_path, tmp_path / "out")
    assert done.returncode == 1 and report is None
    assert "run `nox -s wheels`" in done.stdout
