"""The public names of installed packages with their parameters, and what a difference between two of them asks for.

    python tools/public_names.py keras_core keras_layers > names.json

A name is public if no part of it begins with an underscore and the modules before it are reached by attributes, as
`keras_layers.Dense` is. Run it in an environment that holds the packages and the NumPy backend.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import sys
from types import ModuleType
from typing import Any

Parameters = list[list[Any]]  # name, kind, whether it has a default
LEVELS = ("patch", "minor", "major")


def public_names(package: str) -> dict[str, Parameters | None]:
    """Dotted name → the parameters of a function, class or method; None for what is not called."""
    found: dict[str, Parameters | None] = {}
    _collect(importlib.import_module(package), package, found, set())
    return found


def _collect(module: ModuleType, package: str, found: dict[str, Parameters | None], seen: set[str]) -> None:
    seen.add(module.__name__)
    for name in sorted(set(getattr(module, "__all__", dir(module)))):
        value = None if name.startswith("_") else getattr(module, name, None)
        if value is None:
            continue
        dotted = f"{module.__name__}.{name}"
        if isinstance(value, ModuleType):
            if value.__name__.partition(".")[0] == package and value.__name__ not in seen:
                found[dotted] = None
                _collect(value, package, found, seen)
        elif inspect.isclass(value):
            found[dotted] = parameters(value)
            methods = {key: getattr(value, key) for key in dir(value) if not key.startswith("_")}
            found |= {f"{dotted}.{key}": parameters(one) for key, one in methods.items() if callable(one)}
        else:
            found[dotted] = parameters(value) if callable(value) else None


def parameters(value: Any) -> Parameters | None:
    """Name, kind and whether there is a default, of each parameter; None where Python does not know them."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    return [[p.name, p.kind.name, p.default is not p.empty] for p in signature.parameters.values()]


def differences(old: dict[str, Parameters | None], new: dict[str, Parameters | None]) -> dict[str, list[str]]:
    """What changed, by what it asks for: "major" or "minor"."""
    found: dict[str, list[str]] = {"major": [], "minor": []}
    found["major"] += [f"{name} is gone" for name in sorted(old.keys() - new.keys())]
    found["minor"] += [f"{name} is new" for name in sorted(new.keys() - old.keys())]
    for name in sorted(old.keys() & new.keys()):
        before, after = old[name], new[name]
        if before is None or after is None or before == after:
            continue
        for level, words in _changed(before, after):
            found[level].append(f"{name}: {words}")
    return found


def _changed(before: Parameters, after: Parameters) -> list[tuple[str, str]]:
    now = {name: (kind, default) for name, kind, default in after}
    was = {name: (kind, default) for name, kind, default in before}
    found = []
    for name, (kind, default) in was.items():
        if name not in now:
            found.append(("major", f"{name} is gone"))
        elif kind != now[name][0]:
            found.append(("major", f"{name} was {kind}, is {now[name][0]}"))
        elif default and not now[name][1]:
            found.append(("major", f"{name} lost its default"))
    for name, (kind, default) in now.items():
        if name not in was:
            optional = default or kind.startswith("VAR")
            found.append(("minor" if optional else "major", f"{name} is new{'' if optional else ' and required'}"))
    places = [[name for name, kind, _ in one if kind.startswith("POSITIONAL")] for one in (before, after)]
    kept = [name for name in places[0] if name in places[1]]
    if places[1][: len(kept)] != kept:
        found.append(("major", f"positions changed from {places[0]} to {places[1]}"))
    return found


def needed(found: dict[str, list[str]]) -> str:
    """The part of a version that must go up: "major", "minor" or "patch"."""
    return next((level for level in reversed(LEVELS) if found.get(level)), "patch")


def bump(old: str, new: str) -> str:
    """Which part of a version goes up from `old` to `new`.

    Raises:
        ValueError: if a version is not of three numbers, or the new one does not follow the old one.
    """
    before, after = (tuple(map(int, version.split("."))) for version in (old, new))
    if not len(before) == len(after) == 3:
        raise ValueError(f"A version has three numbers, such as 4.1.0; got {old} and {new}.")
    for level, place in zip(reversed(LEVELS), range(3), strict=True):
        if after == (*before[:place], before[place] + 1, *[0] * (2 - place)):
            return level
    following = [(*before[:k], before[k] + 1, *[0] * (2 - k)) for k in range(3)]
    choices = ", ".join(".".join(map(str, one)) for one in reversed(following))
    raise ValueError(f"After {old} comes one of {choices}; got {new}.")


def main(arguments: list[str]) -> int:
    """Prints the names of packages as JSON; the exit status is 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("packages", nargs="+", help="import names")
    options = parser.parse_args(arguments)
    print(json.dumps({name: value for package in options.packages for name, value in public_names(package).items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
