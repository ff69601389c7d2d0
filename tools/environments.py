"""Commands, the supported Pythons of this machine, the environments under .nox/envs, and the wheels that they hold.

For the noxfile, which may run on an older Python than Keras.
"""

from __future__ import annotations

import glob
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = workspace.ROOT
WORK = ROOT / ".nox"
WHEELS = WORK / "wheels"
SUPPORTED = ("3.13", "3.12", "3.11")

BACKENDS = {name: package.name for name, package in workspace.backends().items()}
SEPARATE = {name: package.name for name, package in workspace.separate_backends().items()}
KIT = workspace.kit()
ALL_PACKAGES = tuple(workspace.packages())
TEST_TOOLS = ("pytest", "pytest-timeout", "pytest-xdist")
CHECK_TOOLS = ("mypy", "ruff", "towncrier")
WITH_MORE = "jax"  # whose environment also has the extras of `tested-once-with`
ON_OLDEST = ("torch", "all", "upstream-torch")
UPSTREAM = "keras==3.15.1"
KERAS_2 = "tf_keras==2.21.0"  # beside upstream Keras, on the TensorFlow that both need

# A home without keras.json, no windows for pictures, no words from pip about itself.
SETTINGS = {"KERAS_HOME": str(WORK / "keras-home"), "MPLBACKEND": "Agg", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


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
    """The environment of commands: the caller's, without what would leak settings or code into it.

    Bytecode is always kept: a framework whose source is compiled in every process takes three times as long to import.
    """
    leaks = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "KERAS_BACKEND", "PYTHONDONTWRITEBYTECODE")
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


def pip_install(python: Path, *options: object) -> list[object]:
    """The command of pip that installs by the versions that this repository is tested with."""
    return [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", ROOT / "constraints.txt", *options]


# ---------------------------------------------------------------------------- environments


def in_environment(folder: Path) -> Path:
    """Where the Python of an environment is."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


_made: dict[str, bool] = {}  # environments of this run, and whether they hold what tests need
_ahead: dict[str, Future[Path]] = {}  # those that a thread makes


def make_ahead(names: Iterable[str]) -> None:
    """Makes environments one after the other while something else runs; `environment` waits for those it needs.

    The wheels must have been built, since that is done once a run.
    """
    coming: dict[str, Future[Path]] = {name: Future() for name in names}
    _ahead.update(coming)

    def work() -> None:
        for name, future in coming.items():
            try:
                future.set_result(_make(name, version_for(name)))
            except BaseException as error:  # a SystemExit of pip, too, belongs to the part that needs the environment
                future.set_exception(error)

    threading.Thread(target=work, daemon=True).start()


def environment(name: str, version: str = "", *, bare: bool = False) -> Path:
    """Makes or updates an environment, once a run; returns its Python.

    `name` is a backend, "all" for every backend, or "upstream-" and a framework for upstream Keras on it.
    `bare` leaves out what only tests need.
    """
    if name in _ahead and version in ("", version_for(name)):
        return _ahead[name].result()
    return _make(name, version or version_for(name), bare=bare)


def _make(name: str, version: str, *, bare: bool = False) -> Path:
    python, new = interpreter_of(f"{name}-{version}", version)
    folder = f"{name}-{version}"
    if _made.get(folder, False) or (bare and folder in _made):
        return python
    pip = pip_install(python)
    if name.startswith("upstream-"):
        others = [KERAS_2] if name == "upstream-tensorflow" else []
        check([*pip, UPSTREAM, *others, name.removeprefix("upstream-"), "pytest"], minutes=20)
        _made[folder] = True
        return python
    chosen = BACKENDS.values() if name == "all" else ((BACKENDS | SEPARATE)[name],)
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
