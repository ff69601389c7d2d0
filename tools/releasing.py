"""Sessions of nox that make a release: what has changed, its version and tag, wheels and sdists."""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import nox
import release as releases
import workspace
from environments import (
    ALL_PACKAGES,
    BACKENDS,
    ROOT,
    WORK,
    build_wheels,
    check,
    environment,
    interpreter_of,
    pip_install,
    variables,
    version_for,
    wheels_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def checkout_of(ref: str, folder: Path) -> Path:
    """The files of a commit in a folder of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    archive = subprocess.run(["git", "archive", ref], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def last_tag() -> str:
    """The last tag before this commit, "" where there is none."""
    command = ["git", "describe", "--tags", "--abbrev=0"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


@nox.session
def changelog(session: nox.Session) -> None:
    """Shows the section of a package's CHANGELOG that its fragments make: nox -s changelog -- keras-layers 4.1.0."""
    parser = argparse.ArgumentParser(prog="nox -s changelog --")
    parser.add_argument("package", choices=ALL_PACKAGES)
    parser.add_argument("version")
    options = parser.parse_args(session.posargs)
    folder = ROOT / "packages" / options.package
    command = ["towncrier", "build", "--config", ROOT / "towncrier.toml", "--dir", folder, "--name", options.package]
    check([environment("numpy"), "-m", *command, "--version", options.version, "--draft"])


@nox.session
def release(session: nox.Session) -> None:
    """Version, CHANGELOG, commit and tag of one package, all on this machine: nox -s release -- keras-layers 4.1.0."""
    parser = argparse.ArgumentParser(prog="nox -s release --")
    parser.add_argument("package", choices=ALL_PACKAGES)
    parser.add_argument("version")
    options = parser.parse_args(session.posargs)
    command = [environment("numpy"), ROOT / "tools" / "release.py", options.package, options.version]
    check([*command, "--check"])
    if last := releases.last_tag(options.package):
        folder = WORK / "release"
        python = environment("numpy")
        old = wheels_of(python, checkout_of(last, folder / "checkout"), folder / "last")
        new = build_wheels(python)
        command += ["--names", *(names_of(options.package, wheels) for wheels in (old, new))]
    check(command)


def names_of(package: str, wheels: dict[str, Path]) -> Path:
    """A file with the public names of a package, seen where it alone is installed with what it needs."""
    described = workspace.packages()[package]
    backend = next(iter(described.backends), "numpy")
    version, when = version_for(backend), wheels[package].parent.name
    python, _ = interpreter_of(f"names-{version}", version, clear=True)
    chosen = workspace.with_siblings(package, BACKENDS["numpy"])
    check(pip_install(python, *(wheels[name] for name in chosen)), minutes=20)
    target = WORK / "release" / f"names-in-{when}.json"
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
    moment = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    settings = {"SOURCE_DATE_EPOCH": moment} if moment else {}
    made = []
    for folder in (target, WORK / "dist-again"):
        shutil.rmtree(folder, ignore_errors=True)
        for name in chosen:
            command = [python, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", folder]
            check(command, cwd=ROOT / "packages" / name, **settings)
        made.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())})
    if made[0] != made[1]:
        changed = [name for name in made[0] if made[0][name] != made[1].get(name)]
        raise SystemExit(f"Built twice, these differ: {', '.join(changed)}")
    sums = "".join(f"{digest}  {name}\n" for name, digest in made[0].items())
    (target / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(sums, end="")
