"""The page of ops and layers by backend, made of the sources of the packages and the gaps.toml of the backends."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING

import reference
import workspace
from reference import Home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OPS = "keras_core.ops"
HOST_LAYER = Home("keras_core.layers.host_layer", "HostLayer")
LAYERS = ("keras_layers", "keras_preprocessing.layers")
OWN, COMPOSED, LACKS, HOST = "●", "○", "–", "◐"
SHOWN = {"jax": "JAX", "numpy": "NumPy", "tensorflow": "TensorFlow", "theano": "Theano", "torch": "PyTorch"}


@cache
def implemented(backend: str) -> dict[str, set[str]]:
    """The names that the modules of a backend's op families define or import: family → names."""
    found: dict[str, set[str]] = {}
    for path in (workspace.backends()[backend].source / "ops").glob("*.py"):
        names = found.setdefault(path.stem, set())
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name for alias in node.names}
    return found


@cache
def gaps(backend: str) -> dict[str, str]:
    """Test of the conformance kit → why the backend fails it."""
    path = workspace.backends()[backend].source / "gaps.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("gap", []) if path.exists() else []
    return {entry["test"]: entry["reason"] for entry in entries}


def gap_of(backend: str, op: str) -> list[str]:
    """What a backend lacks of an op: the kind of test and the reason."""
    found = []
    for test, reason in gaps(backend).items():
        if re.search(rf"\[(?:[^\]]*-)?{op}(?:-[^\]]*)?\]", test):
            found.append(f"{'no gradient' if 'gradient' in test else test.partition('::')[0]}: {reason}")
    return found


def kind_of(home: Home) -> str:
    """How an op is declared: "primitive", "derived", or "" for a function that only calls ops."""
    source = reference.module(home.module)
    node = source.definitions[home.name][0] if source else None
    for decorator in getattr(node, "decorator_list", []):
        name = getattr(decorator.func if isinstance(decorator, ast.Call) else decorator, "id", "")
        if name in ("primitive", "derived"):
            return name
    return ""


def cell(backend: str, home: Home) -> str:
    """The sign of how a backend computes an op.

    Raises:
        ValueError: if it is a primitive that the backend does not implement.
    """
    kind = kind_of(home)
    family = reference.family(home, OPS) if kind else "control"  # where functions outside of the op table are
    own = home.name in implemented(backend).get(family, ())
    if kind == "primitive" and not own:
        raise ValueError(f"{backend} does not implement the primitive {home.name}.")
    return OWN if own else COMPOSED


def is_computed_on_the_host(home: Home) -> bool:
    """Whether a layer's class derives from `HostLayer`."""
    return any(base == HOST_LAYER or is_computed_on_the_host(base) for base in reference.bases(home))


def layers() -> Iterator[tuple[Home, dict[str, str]]]:
    """Every layer with what each backend does for it."""
    for module in LAYERS:
        for name in reference.exports(module):
            home = reference.public_names()[f"{module}.{name}"]
            source = reference.module(home.module)
            if name == home.name and source and isinstance(source.definitions[name][0], ast.ClassDef):
                sign = HOST if is_computed_on_the_host(home) else OWN
                yield home, dict.fromkeys(workspace.backends(), sign)
    for backend, package in workspace.backends().items():
        for home in reference.exports(package.import_name).values():
            if home.module.startswith("layers.", len(package.import_name) + 1):
                found = reference.home_of(home)
                yield found, {one: OWN if one == backend else LACKS for one in workspace.backends()}


def _table(first: str, rows: Iterable[tuple[str, dict[str, str]]]) -> str:
    head = " | ".join(SHOWN.get(name, name) for name in workspace.backends())
    lines = [f"| {first} | {head} |", f"| --- |{' :-: |' * len(workspace.backends())}"]
    for name, cells in rows:
        lines.append(f"| {name} | {' | '.join(cells[one] for one in workspace.backends())} |")
    return "\n".join(lines) + "\n\n"


def _linked(home: Home) -> str:
    return f"[`{home.name}`]({reference.places()[home]}#{home.dotted})"


def text() -> str:
    """The page in Markdown, for the folder of the reference."""
    ops = sorted({home for home in map(reference.home_of, reference.exports(OPS).values()) if home.name}, key=str)
    counts = {one: sum(cell(one, home) == OWN for home in ops) for one in workspace.backends()}
    parts = [
        "# Ops and layers by backend\n\n",
        "Made of the sources, so it says what this version does.\n\n",
        f"- {OWN} the backend's own code\n- {COMPOSED} composed of other ops, the same on every backend\n"
        f"- {HOST} computed with NumPy on the processor, before a batch reaches the program\n",
        f"- {LACKS} not there\n\n",
        "TensorFlow, JAX, PyTorch and Theano train. NumPy predicts: it has no gradients, by design.\n\n",
        "## Gaps\n\n",
        "What the conformance kit asks for and a backend does not do, from its `gaps.toml`:\n\n",
    ]
    parts += [
        f"- **{SHOWN.get(one, one)}**: "
        + ("; ".join(f"`{test}` ({reason})" for test, reason in gaps(one).items()) or "none")
        + "\n"
        for one in workspace.backends()
    ]
    parts += ["\n## Ops\n\n", "How many of them are a backend's own: "]
    parts.append(", ".join(f"{SHOWN.get(one, one)} {count} of {len(ops)}" for one, count in counts.items()) + ".\n\n")
    notes = []
    for family in sorted({reference.family(home, OPS) for home in ops}):
        rows = []
        for home in (home for home in ops if reference.family(home, OPS) == family):
            cells = {}
            for one in workspace.backends():
                said = gap_of(one, home.name)
                notes += said
                cells[one] = cell(one, home) + "".join(f"[^{len(notes) - len(said) + k + 1}]" for k in range(len(said)))
            rows.append((_linked(home), cells))
        parts += [f"### {family.replace('_', ' ').capitalize()}\n\n", _table("op", rows)]
    parts += ["## Layers\n\n", "A layer written in ops runs wherever its ops do.\n\n"]
    parts.append(_table("layer", ((_linked(home), cells) for home, cells in layers())))
    parts += [f"[^{number + 1}]: {note}\n" for number, note in enumerate(notes)]
    return "".join(parts)
