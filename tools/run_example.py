"""The examples of examples/: which there are, what each measures, and whether that is what it shall reach.

python tools/run_example.py NAME [--short]    runs one where the command is given, which is where its picture is written

An example is a folder with a program of the same name. The program prints what it measures as lines
``held-out accuracy: 0.987``; what these must lie between is in examples/figures.toml, for the full form and the short
one.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "examples"
FIGURE = re.compile(r"^(?P<name>[a-z][^:\n]*): (?P<value>-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|nan|-?inf)$", re.MULTILINE)


def names() -> list[str]:
    """The examples that are a folder with a program of that name."""
    return sorted(path.stem for path in FOLDER.glob("*/*.py") if path.stem == path.parent.name)


def program(name: str) -> Path:
    """The program of an example."""
    return FOLDER / name / f"{name}.py"


def package(name: str) -> str | None:
    """The package that an example is, which has to be installed before; None for a program alone."""
    path = FOLDER / name / "pyproject.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["project"]["name"] if path.exists() else None


def bounds(name: str, *, short: bool) -> dict[str, tuple[float, float]]:
    """What an example measures, and the least and most that it may find."""
    table = tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))[name]
    form = "short" if short else "full"
    return {figure: tuple(limits[form]) for figure, limits in table.items() if form in limits}


def problems(name: str, output: str, *, short: bool) -> list[str]:
    """Which figures are missing from the output of an example or are not what they shall be."""
    found = {match["name"]: float(match["value"]) for match in FIGURE.finditer(output)}
    wrong = []
    for figure, (least, most) in bounds(name, short=short).items():
        if figure not in found:
            wrong.append(f"{figure} was not printed")
        elif not least <= found[figure] <= most:  # nan is not, either
            wrong.append(f"{figure} is {found[figure]:g}, expected {least:g} to {most:g}")
    return wrong


def main() -> None:
    """Runs one example, shows what it prints, and fails where a figure is not reached."""
    parser = argparse.ArgumentParser(prog="tools/run_example.py")
    parser.add_argument("name", choices=names())
    parser.add_argument("--short", action="store_true", help="smaller sizes and fewer epochs: does it run?")
    options = parser.parse_args()
    command = [sys.executable, "-u", program(options.name), *(["--short"] if options.short else [])]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace") as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise SystemExit(f"{options.name}: exit status {process.returncode}")
    if wrong := problems(options.name, "".join(lines), short=options.short):
        raise SystemExit(f"{options.name}: {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
