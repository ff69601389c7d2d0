"""Installs packages of this checkout, with what they need, into the environment of the Python that runs this.

    python tools/install.py jax                       everything, with JAX
    python tools/install.py tensorflow torch          everything, with two frameworks
    python tools/install.py numpy keras-layers        what runs a trained model, and no framework
    python tools/install.py jax keras keras-cli       the umbrella and the command line
    python tools/install.py torch -- --upgrade        what stands after -- goes to pip
    python tools/install.py jax --python ../my/python into the environment of another Python

Backends are added to what else is named; where nothing else is, that is the umbrella package `keras`.
"""

from __future__ import annotations

import argparse
import importlib.util
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

UMBRELLA = "keras"


def chosen(names: Sequence[str]) -> list[str]:
    """The packages to install for names of backends and packages: these and the siblings that they require.

    Raises:
        SystemExit: if a name is neither a backend nor a package, saying which there are.
    """
    backends = {name: package.name for name, package in _backends().items()}
    unknown = [name for name in names if name not in backends and name not in workspace.packages()]
    if unknown:
        raise SystemExit(
            f"There is no backend and no package {', '.join(unknown)}. Backends: {', '.join(backends)}. "
            f"Packages: {', '.join(workspace.packages())}."
        )
    wanted = [backends.get(name, name) for name in names]
    if all(name in backends.values() for name in wanted):
        wanted.insert(0, UMBRELLA)
    return workspace.with_siblings(*wanted)


def _backends() -> dict[str, workspace.Package]:
    """The package of every backend; those that compute in another Python come last, and need more than pip."""
    return {**workspace.backends(), **workspace.separate_backends()}


def pip_command(
    packages: Sequence[str], *, python: str | None = None, editable: bool = False, options: Sequence[str] = ()
) -> list[str]:
    """The one pip command that installs them; together, so that none is looked for on an index."""
    target = ["--python", python] if python else []
    folders = [str(workspace.packages()[name].folder) for name in packages]
    given = [part for folder in folders for part in ("--editable", folder)] if editable else folders
    return [sys.executable, "-m", "pip", *target, "install", *options, *given]


def check_environment() -> None:
    """Says what is wrong with this Python before pip does.

    Raises:
        SystemExit: if its version is not supported, or it has no pip.
    """
    bounds = workspace.packages()[UMBRELLA].metadata["requires-python"]
    lowest, below = (tuple(map(int, part.strip("<>=").split("."))) for part in bounds.split(","))
    if not lowest <= sys.version_info[:2] < below:
        raise SystemExit(f"Keras needs Python {bounds}; {sys.executable} is {sys.version.split()[0]}.")
    if importlib.util.find_spec("pip") is None:
        raise SystemExit(f"{sys.executable} has no pip. Run `{sys.executable} -m ensurepip` first.")


def main(arguments: Sequence[str]) -> int:
    """Installs what the arguments name; the exit status is pip's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="%(prog)s NAME... [-- OPTIONS]"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="backends and packages, see --list")
    parser.add_argument("--list", action="store_true", help="name the backends and packages, install nothing")
    parser.add_argument("--python", help="install into the environment of this Python")
    parser.add_argument("--editable", action="store_true", help="let the environment use this checkout's files")
    parser.add_argument("--dry-run", action="store_true", help="show the command of pip, install nothing")
    ours, for_pip = list(arguments), []
    if "--" in ours:
        cut = ours.index("--")
        ours, for_pip = ours[:cut], ours[cut + 1 :]
    options = parser.parse_args(ours)
    if options.list:
        for name, package in _backends().items():
            print(f"{name:<24}backend: {package.metadata['description']}")
        for name, package in workspace.packages().items():
            print(f"{name:<24}{package.metadata['description']}")
        return 0
    if not options.names:
        parser.error(f"name at least one backend ({', '.join(_backends())}) or package (--list)")
    check_environment()
    command = pip_command(chosen(options.names), python=options.python, editable=options.editable, options=for_pip)
    if options.dry_run:
        print(shlex.join(command))
        return 0
    status = subprocess.run(command, check=False).returncode
    for name, package in workspace.separate_backends().items():
        if not status and {name, package.name} & {*options.names}:
            print(f"Next: {options.python or sys.executable} -m {workspace.import_name(package.name)} setup")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
