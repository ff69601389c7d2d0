"""Makes the worker's environment: CPython 3.6, CNTK 2.7, NumPy 1.19 and a stub of MPI."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from keras_backend_cntk import mpi_stub
from keras_backend_cntk.framework import PYTHON, SITE, home, worker_python
from keras_backend_cntk.link import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUIREMENTS = ("cntk==2.7.post2", "numpy>=1.16,<1.20")
COMPILERS = ("cc", "gcc", "clang")
_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


class SetupError(RuntimeError):
    """What is missing for CNTK, in words."""


def interpreters() -> Iterator[Path]:
    """Where a CPython 3.6 may be: named by `KERAS_CNTK_PYTHON`, on the PATH, of pyenv, of conda."""
    named = os.environ.get(PYTHON)
    if named:
        yield Path(named)
        return
    found = shutil.which("python3.6")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob("versions/3.6*/bin/python3.6"), reverse=True)
    for root in ("miniconda3", "anaconda3", "miniforge3", ".conda"):
        yield from sorted(Path.home().glob(f"{root}/envs/*/bin/python3.6"))


def find_interpreter() -> Path:
    """The first that runs and is a CPython 3.6.

    Raises:
        SetupError: when there is none.
    """
    tried = []
    for path in interpreters():
        tried.append(str(path))
        if _says(path, _VERSION) == "3.6":
            return path
    looked = f" Tried: {', '.join(tried)}." if tried else ""
    raise SetupError(
        "There is no CPython 3.6 here, for which CNTK's last wheel is."
        + looked
        + " Install one (`pyenv install 3.6.15`, or "
        f"`conda create -n py36 python=3.6`), or name it by {PYTHON}."
    )


def check_machine() -> None:
    """Nothing, on the machines that CNTK's last wheel is for.

    Raises:
        SetupError: on another.
    """
    system, machine = platform.system(), platform.machine()
    if (system, machine) != ("Linux", "x86_64"):
        raise SetupError(
            f"CNTK's last wheel is for Linux on x86-64, and this is {system} on {machine}. Use another backend here."
        )


def find_compiler() -> str:
    """The C compiler for the stub of MPI.

    Raises:
        SetupError: when there is none, or no `nm`, which lists what the stub has to define.
    """
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        raise SetupError(
            f"There is no C compiler here to compile the stub of MPI with: {', '.join(COMPILERS)}. Install one of them "
            "(`apt install gcc`, `dnf install gcc`)."
        )
    if shutil.which("nm") is None:
        raise SetupError(
            "There is no program `nm` here, which lists what the stub of MPI has to define: install binutils."
        )
    return compiler


def set_up(folder: Path | None = None) -> Path:
    """Make the environment, or mend what is missing of it.

    Args:
        folder: where; that of `framework.home` by default.

    Returns:
        The folder.

    Raises:
        SetupError: when something is missing that it cannot make; it says what.
    """
    check_machine()
    folder = folder or home()
    python = worker_python(folder)
    if _says(python, _VERSION) != "3.6":
        found = find_interpreter()
        print(f"Making an environment of {found} in {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        _run([str(found), "-m", "venv", "--clear", str(folder / "env")], "make an environment")
    if not (folder / "env" / SITE / "cntk" / "libs").is_dir():
        print(f"Installing {', '.join(REQUIREMENTS)}, 440 MB")
        _run([str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS], "install CNTK")
    if not all((folder / "mpi" / name).exists() for name in mpi_stub.LIBRARIES):
        print("Compiling the stub of MPI")
        _build_stub(find_compiler(), folder)
    return folder


def _build_stub(compiler: str, folder: Path) -> None:
    package = folder / "env" / SITE / "cntk"
    symbols = mpi_stub.undefined_symbols([*package.glob("libs/*.so*"), *package.glob("*.so")])
    if not symbols:
        raise SetupError(f"`nm` found nothing in the libraries in {package}: remove {folder} and run setup again.")
    try:
        mpi_stub.build(symbols, compiler, folder / "mpi")
    except subprocess.CalledProcessError as error:
        raise SetupError(f"Could not compile the stub of MPI: `{compiler}` failed.\n{_last_lines(error)}") from None


def diagnosis(folder: Path | None = None) -> list[tuple[str, str | None]]:
    """What CNTK needs: pairs of what is looked at, and what is wrong with it, None where nothing is.

    Args:
        folder: that of `framework.home` by default.
    """
    folder = folder or home()
    python = worker_python(folder)
    remedy = "run `python -m keras_backend_cntk setup`"
    checks: list[tuple[str, str | None]] = []
    try:
        check_machine()
    except SetupError as error:
        return [("Linux on x86-64", str(error))]
    version = _says(python, _VERSION)
    if version != "3.6":
        wrong = f"{python} does not run" if version is None else f"{python} is Python {version}"
        return [("CPython 3.6", f"{wrong}; {_hint(lambda: f'{remedy}, which uses {find_interpreter()}')}")]
    checks.append(("CPython 3.6", None))
    libraries = folder / "env" / SITE / "cntk" / "libs"
    checks.append(("CNTK 2.7", None if libraries.is_dir() else f"{libraries} is not there; {remedy}"))
    stubs = [name for name in mpi_stub.LIBRARIES if not (folder / "mpi" / name).exists()]
    hint = _hint(lambda: f"{remedy}, which uses {find_compiler()}")
    checks.append(("the stub of MPI", f"{', '.join(stubs)} missing in {folder / 'mpi'}; {hint}" if stubs else None))
    if all(problem is None for _, problem in checks):
        checks.append(("a worker starts", _start_problem()))
    return checks


def _hint(remedy: Callable[[], str]) -> str:
    """What to do, or what that lacks."""
    try:
        return remedy()
    except SetupError as error:
        return str(error)


def _start_problem() -> str | None:
    try:
        Worker().close()
    except Exception as error:
        return str(error)
    return None


def _says(python: Path, code: str) -> str | None:
    try:
        done = subprocess.run([str(python), "-E", "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _run(command: list[str], what: str) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        raise SetupError(f"Could not {what}: `{' '.join(command)}` failed.\n{_last_lines(error)}") from None


def _last_lines(error: subprocess.CalledProcessError) -> str:
    return "\n".join((error.stderr or error.stdout or "").strip().splitlines()[-8:])
