"""Prints how large the packages are when they are installed, without their dependencies.

    python tools/sizes.py [CHECKOUT ...]

Several checkouts stand side by side. `docstrings` is the part that documentation takes.
"""

from __future__ import annotations

import argparse
import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALONE = ("keras-core", "keras-layers", "keras-backend-numpy")  # what runs a trained model without a framework


def sizes(package: Path) -> tuple[int, int]:
    """Bytes of all files of a package, and of its docstrings."""
    files = [path for path in (package / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    whole = sum(path.stat().st_size for path in files)
    return whole, sum(docstrings(path.read_text(encoding="utf-8")) for path in files if path.suffix == ".py")


def docstrings(source: str) -> int:
    """Bytes of the docstrings of a module."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return sum(len((ast.get_docstring(node, clean=False) or "").encode()) for node in nodes)


def table(checkouts: list[Path]) -> str:
    """One line for each package, and one for the smallest useful set."""
    found = [
        {path.parent.name: sizes(path.parent) for path in root.glob("packages/*/pyproject.toml")} for root in checkouts
    ]
    names = sorted({name for one in found for name in one})
    rows = [(name, [one.get(name, (0, 0)) for one in found]) for name in names]
    together = [tuple(sum(one.get(name, (0, 0))[k] for name in ALONE) for k in (0, 1)) for one in found]
    lines = [f"{'package':24}" + f"{'bytes':>12}{'docstrings':>12}" * len(found)]
    for name, counts in [*rows, (" + ".join(n.removeprefix("keras-") for n in ALONE), together)]:
        lines.append(f"{name:24}" + "".join(f"{whole:12,}{documented:12,}" for whole, documented in counts))
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT])
    print(table(parser.parse_args().checkouts))
