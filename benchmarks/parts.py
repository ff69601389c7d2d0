"""The parts of RESULTS.md: each is written whole, from one run, and the others stay as they are."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import augmentation
import sides
from layers import CASES

HERE = Path(__file__).parent
PARTS = ("models", "layers", "augmentation")
FRAMEWORKS = ("tensorflow", "jax", "torch")


def put(text: str, part: str, content: str) -> str:
    """The page with a part replaced, or added at its end.

    Args:
        text: the page.
        part: one of `PARTS`.
        content: Markdown.

    Example:
        >>> put("a\\n\\n<!-- part: layers -->\\nold\\n<!-- end of layers -->\\n", "layers", "new")
        'a\\n\\n<!-- part: layers -->\\nnew\\n<!-- end of layers -->\\n'
    """
    begin, end = f"<!-- part: {part} -->\n", f"<!-- end of {part} -->\n"
    whole = f"{begin}{content.strip()}\n{end}"
    if begin not in text:
        return f"{text.rstrip()}\n\n{whole}"
    before, _, rest = text.partition(begin)
    return before + whole + rest.partition(end)[2]


def run(python: str, script: str, arguments: list[str], backend: str) -> Any:
    """The figures that a script writes, run by an interpreter on a backend; None where it wrote none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        command = [python, str(HERE / script), *arguments, "--json", str(path)]
        subprocess.run(command, env=sides.settings(backend), check=False)
        return json.loads(path.read_text()) if path.exists() else None


class Load:
    """How busy the machine was while something was measured."""

    def __init__(self) -> None:
        self.began, self.seen = time.strftime("%Y-%m-%d %H:%M"), [os.getloadavg()[0]]

    def look(self) -> None:
        """Take a reading."""
        self.seen.append(os.getloadavg()[0])

    def __str__(self) -> str:
        low, high = min(self.seen), max(self.seen)
        return f"Measured on {self.began}; the machine's load was {low:.0f} to {high:.0f} on {os.cpu_count()} cores."


def layers(pythons: dict[str, str], turns: int, versions: str, machine: str, accelerated: bool) -> str:
    """The part about single layers.

    Args:
        pythons: interpreters by the name of a backend, "upstream-" before it for upstream's.
        turns: how often everything is timed.
        versions: a table of what is measured.
        machine: what it is measured on.
        accelerated: whether accelerators compute, whose time is none of the processor.
    """
    load, found = Load(), {}
    for backend in (*FRAMEWORKS, "theano"):
        if not pythons.get(backend):
            continue
        upstream = pythons.get(f"upstream-{backend}")
        more = [*(["--upstream", upstream] if upstream else []), *([] if accelerated else ["--cpu"])]
        rows = run(
            pythons[backend],
            "layers.py",
            ["all", "--turns", str(turns), *more],
            backend,
        )
        found[backend] = {row["name"]: row["times"] for row in rows or []}
        load.look()
    columns = [backend for backend in FRAMEWORKS if backend in found]
    header = ["layer"]
    for backend in columns:
        header += [f"{backend}: ours, ms", "by hand", "ours/by hand", "upstream/ours"]
    if "theano" in found:
        header += ["theano: ours, ms", "times tensorflow's"]
    lines = [header, ["---"] * len(header)]
    for name, case in CASES.items():
        cells = [cell for backend in columns for cell in _beside(found[backend].get(name, {}))]
        if "theano" in found:
            cells += _guest(found["theano"].get(name, {}), found.get("tensorflow", {}).get(name, {}))
        if any(cells):
            lines.append([case.title, *cells])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    clock = "Time on the wall" if accelerated else "Processor time of all threads together, which others disturb less,"
    return f"""## Single layers: a training step

`nox -s benchmarks -- --parts layers`; sizes are in `layers.py`, the loops by hand in `raw/layers_*.py`.
{machine}. {load}

{versions}

{clock} of a step (forward, backward, update). Ours and by hand take turns in one process, upstream's Keras has its own;
medians of {turns} turns, all of one run. TensorFlow: ours has not yet turned to XLA; "by hand" is the better of a step
with and one without.

{table}
"""


def _beside(times: dict[str, float]) -> list[str]:
    if "ours" not in times:
        return [""] * 4
    ours = times["ours"]
    hand = min((value for way, value in times.items() if way.startswith("by hand")), default=None)
    upstream = times.get("upstream")
    of_hand = ["", ""] if hand is None else [f"{hand:.2f}", f"{ours / hand:.2f}"]
    return [f"{ours:.2f}", *of_hand, f"{upstream / ours:.2f}" if upstream else ""]


def _guest(times: dict[str, float], host: dict[str, float]) -> list[str]:
    if "ours" not in times:
        return ["", ""]
    return [f"{times['ours']:.2f}", f"{times['ours'] / host['ours']:.2f}" if "ours" in host else ""]


def pictures(pythons: dict[str, str], turns: int, versions: str, machine: str, accelerated: bool) -> str:
    """The part about layers for pictures; arguments as in `layers`, time always on the wall."""
    load, found = Load(), {}
    for backend in FRAMEWORKS:
        upstream = pythons.get(f"upstream-{backend}")
        if pythons.get(backend) and upstream:
            arguments = ["--upstream", upstream, "--backends", backend, "--turns", str(turns)]
            found |= run(pythons[backend], "augmentation.py", arguments, backend) or {}
            load.look()
    return f"""## Layers for pictures beside upstream's: ms for 16 pictures of 96x96x3

`nox -s benchmarks -- --parts augmentation`: both in turns, medians of {turns} turns, all of one run. "Arrays" calls the
layer on an array of NumPy, "pipeline" maps it over a data set of TensorFlow. {machine}. {load}

{versions}

{augmentation.table(found)}
"""
