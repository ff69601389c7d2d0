"""Says what is there, as one line of JSON: which backends can train, or (given a name) a backend's devices."""

import importlib.util
import json
import re
import sys
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import Any

from keras_core import backend, tree

POINTS = {point.name: point for point in entry_points(group="keras.backends")}


def devices(name: str) -> dict[str, Any]:
    """Devices and versions of a backend; or the package for want of which it does not load."""
    try:
        found = backend.load(name).devices()
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if not package or importlib.util.find_spec(package):
            raise
        return {"absent": package}
    distribution = POINTS[name].dist
    assert distribution is not None
    needed = [re.split(r"[^\w.-]", requirement)[0] for requirement in distribution.requires or ()]
    return {"package": distribution.name, "devices": found, "versions": versions(needed)}


def versions(names: list[str]) -> dict[str, str]:
    """Versions of those that are there and not ours."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # it may go by another name
            found[name] = getattr(sys.modules.get(name), "__version__", "")
    return {name: found[name] for name in names if found[name] and not name.startswith(("keras", "lazy"))}


def trainers() -> dict[str, Any]:
    """The backends that can train; fails when what the core cannot do without is not there."""
    tree.flatten([1])
    return {"trainers": [name for name in backend.available() if backend.spec(name).trains]}


if __name__ == "__main__":
    print(json.dumps(devices(sys.argv[1]) if len(sys.argv) > 1 else trainers()))
