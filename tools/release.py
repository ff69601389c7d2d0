"""The release of one package: its version, its CHANGELOG, a commit and a tag; nothing else moves and nothing is pushed.

`nox -s release -- keras-layers 4.1.0` runs it, with a Python that has towncrier.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import public_names
import workspace

ROOT = workspace.ROOT


def git(*words: str, root: Path = ROOT) -> str:
    """What a git command prints.

    Raises:
        SystemExit: if it fails, with its own words.
    """
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def tag_name(package: str, version: str) -> str:
    """The tag of a release, such as "keras-layers-v4.1.0"."""
    return f"{package}-v{version}"


def last_tag(package: str, root: Path = ROOT) -> str | None:
    """The tag of a package's last release before this commit; None where there is none."""
    pattern = re.compile(re.escape(package) + r"-v\d+\.\d+\.\d+")
    tags = git("tag", "--merged", "HEAD", "--sort=-version:refname", root=root).splitlines()
    return next((tag for tag in tags if pattern.fullmatch(tag)), None)


def check_state(package: str, version: str, root: Path = ROOT) -> None:
    """Refuses what could not be released as it stands.

    Raises:
        SystemExit: if files were changed and not committed, the tag exists, there is nothing to say, or the version
            does not follow the last one.
    """
    if changed := git("status", "--porcelain", root=root):
        raise SystemExit(f"Commit or stash these first, a release is what a commit holds:\n{changed}")
    if git("tag", "--list", tag_name(package, version), root=root):
        raise SystemExit(f"The tag {tag_name(package, version)} exists; choose the next version.")
    if last := last_tag(package, root):
        fragments = [path for path in (root / "packages" / package / "changes").glob("*.md") if path.name[0] != "."]
        if not fragments:
            raise SystemExit(f"packages/{package}/changes holds nothing, so nothing changed since {last}.")
        try:
            public_names.bump(last.rpartition("-v")[2], version)
        except ValueError as error:
            raise SystemExit(str(error)) from error


def check_names(old: Path, new: Path, old_version: str, version: str) -> None:
    """Compares the public names of the last release with those of now, files that public_names.py wrote.

    Raises:
        SystemExit: if they differ by more than the version says.
    """
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (old, new))
    found = public_names.differences(before, after)
    least, level = public_names.needed(found), public_names.bump(old_version, version)
    if public_names.LEVELS.index(level) < public_names.LEVELS.index(least):
        lines = "\n".join(f"  {line}" for line in found[least][:30])
        raise SystemExit(f"{version} is a {level} release after {old_version}, these ask for a {least} one:\n{lines}")


def write_version(folder: Path, version: str) -> list[Path]:
    """Writes a version into a package's pyproject.toml and `_version.py`, if it has one; returns the files."""
    written = []
    for path in (folder / "pyproject.toml", *folder.glob("src/*/_version.py")):
        text = path.read_text(encoding="utf-8")
        new, count = re.subn(r'^((?:__)?version(?:__)? = )"[^"]*"', rf'\g<1>"{version}"', text, count=1, flags=re.M)
        if count != 1:
            raise SystemExit(f"{path} states no version.")
        path.write_text(new, encoding="utf-8")
        written.append(path)
    return written


def release(package: str, version: str, root: Path = ROOT) -> str:
    """Writes version and CHANGELOG of a package, commits both and tags the commit; the tag."""
    check_state(package, version, root)
    folder = root / "packages" / package
    write_version(folder, version)
    command = ["towncrier", "build", "--config", root / "towncrier.toml", "--dir", folder, "--name", package]
    subprocess.run([sys.executable, "-m", *map(str, command), "--version", version, "--yes"], cwd=root, check=True)
    git("add", "--all", "--", f"packages/{package}", root=root)
    git("commit", "--quiet", "-m", f"{package} {version}", root=root)
    tag = tag_name(package, version)
    git("tag", "--annotate", tag, "-m", f"{package} {version}", root=root)
    return tag


def main(arguments: list[str]) -> int:
    """Releases, or with --names compares two files of public names; the exit status is 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("package", choices=workspace.packages())
    parser.add_argument("version")
    parser.add_argument("--names", nargs=2, type=Path, metavar=("OLD", "NEW"), help="public names, then and now")
    parser.add_argument("--check", action="store_true", help="refuse what cannot be released, change nothing")
    options = parser.parse_args(arguments)
    check_state(options.package, options.version)
    if options.names and (last := last_tag(options.package)):
        old, new = options.names
        check_names(old, new, last.rpartition("-v")[2], options.version)
    if not options.check:
        tag = release(options.package, options.version)
        print(f"Committed and tagged {tag}. Nothing was pushed: git push origin HEAD {tag}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
