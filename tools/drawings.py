"""Draws the structure of the code into docs/images: `python tools/drawings.py`, on the backend that is active.

packages.svg is drawn from the pyprojects: arrows lead to what a package needs, without those that follow from others.
fit.svg and load.svg are drawn from a run: each module of the core stands behind the one that called it first.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import workspace
from keras_visualization.drawing import scene_of, svg_of
from keras_visualization.models.diagram import Box, Diagram, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

IMAGES = Path(__file__).parents[1] / "docs" / "images"
# What is behind a call of `fit` or `load_model`: folders of the core; backends are one box for each module.
FOLDERS = {
    "fit.svg": {"models": "model", "training": "layer", "staging": "op"},
    "load.svg": {"saving": "layer", "models": "model"},
}
Needs = dict[str, set[str]]


def package_needs() -> Needs:
    """Which packages of the family each needs, without those that another one brings along."""
    direct: Needs = {}
    for name, package in workspace.packages().items():
        names = map(workspace.requirement_name, package.requirements)
        direct[name] = {other for other in names if other in workspace.packages()}

    def all_of(name: str) -> set[str]:
        return direct[name].union(*map(all_of, direct[name]))

    return {name: needs.difference(*map(all_of, needs)) for name, needs in direct.items()}


def first_calls(run: Callable[[], Any], folders: Mapping[str, str]) -> Needs:
    """Which modules each module is the first to call, as ``folder.module``, or ``keras_backend_jax.module``.

    Args:
        run: what is run.
        folders: the folders of the core that count.
    """
    callers: dict[str, str] = {}

    def name_of(frame: FrameType) -> str | None:
        package, *parts = str(frame.f_globals.get("__name__", "")).split(".")
        if package == "keras_core" and len(parts) > 1 and parts[0] in folders:
            return ".".join(parts)
        return f"{package}.{parts[0]}" if package.startswith("keras_backend_") and parts[:1] != ["ops"] else None

    def note(frame: FrameType, event: str, _: object) -> None:
        name = name_of(frame) if event == "call" else None
        if name is None or name in callers:
            return
        outer = frame.f_back
        while outer is not None and (name_of(outer) is None):
            outer = outer.f_back
        callers[name] = (name_of(outer) or "") if outer is not None else ""

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, caller in callers.items():
        found[name] |= set()
        if caller not in ("", name):
            found[caller].add(name)
    return dict(found)


def drawing(needs: Mapping[str, set[str]], roles: Mapping[str, str]) -> str:
    """An SVG of boxes and arrows, from left to right.

    Args:
        needs: for each box those that its arrows lead to.
        roles: what a box is, which gives its colour, by its name.
    """
    boxes: list[Box | Group] = [Box(name, name, (), roles.get(name, "layer"), name) for name in needs]
    arrows = tuple((name, target) for name, targets in needs.items() for target in sorted(targets))
    return svg_of(scene_of(Diagram(Group("root", "", boxes), arrows), "LR", "curved"))


def packages_drawing() -> str:
    """Which packages need which."""
    needs = package_needs()
    roles = {name: "weights" for name in needs if name.startswith("keras-backend-")}
    return drawing(needs, {**roles, "keras": "model", "keras-core": "input"})


def runs_drawing(name: str, run: Callable[[], Any]) -> str:
    """Which modules a run reaches, each behind the one that called it first."""
    needs = first_calls(run, FOLDERS[name])
    return drawing(needs, {module: FOLDERS[name].get(module.partition(".")[0], "weights") for module in needs})


def named_modules(svg: str) -> set[str]:
    """The modules that a drawing of a run shows."""
    return set(re.findall(r">(\w+\.\w+)<", svg))


def main() -> None:
    """Writes the drawings."""
    import keras
    import numpy as np

    def compiled() -> Any:
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
        model.compile("sgd", "mse")
        return model

    x, y = np.ones((64, 4), "float32"), np.ones((64, 3), "float32")
    compiled().fit(x, y, verbose=0)  # what is imported for the first time is not drawn
    model = compiled()
    (IMAGES / "packages.svg").write_text(packages_drawing(), "utf-8")
    (IMAGES / "fit.svg").write_text(runs_drawing("fit.svg", lambda: model.fit(x, y, verbose=0)), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        keras.saving.load_model(path)
        drawn = runs_drawing("load.svg", lambda: keras.saving.load_model(path))
    (IMAGES / "load.svg").write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
