"""`keras verify`: whether a file loads and holds numbers, found out in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import warnings
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import backend as backends
from keras_core.saving import file_content

from keras_cli.loading import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import PathLike

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Verification:
    """What was found out about a file.

    Attributes:
        file: its path.
        sha256: its hash; None for a folder.
        problems: what is wrong with it; empty when all is well.
        warnings: what loading it warned of.
        arrays: how many arrays were read.
        loaded: whether it holds a model, which was made.
    """

    file: str
    sha256: str | None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    arrays: int = 0
    loaded: bool = False

    def as_json(self) -> dict[str, Any]:
        """The same of JSON's types."""
        return asdict(self)


def verify(
    file: PathLike, modules: Sequence[str] = (), sha256: str | None = None, seconds: float = 600
) -> Verification:
    """Read all arrays of a file and make its model, in a process of its own, on NumPy where its backend is installed.

    Args:
        file: its path.
        modules: Python modules that define custom classes of the model.
        sha256: the hash that it shall have, in hexadecimal digits. Defaults to None, for any.
        seconds: how long that may take.

    Returns:
        What was found out; a file that is damaged or refused has problems.

    Raises:
        FileNotFoundError: when there is no such file.

    Example:
        >>> import tempfile, keras_core
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     keras_core.Sequential([keras_core.Input((2,))]).save(f"{folder}/empty.keras")
        ...     found = verify(f"{folder}/empty.keras")
        >>> found.problems, found.loaded
        ([], True)
    """
    path = os.fspath(file)
    if not os.path.exists(path):
        raise FileNotFoundError(f"There is no file '{path}'.")
    found = None if os.path.isdir(path) else _hash(path)
    problems = []
    if sha256 is not None and found != sha256.lower():
        problems.append(f"Its SHA-256 is {found}, not {sha256.lower()}.")
    told = _in_own_process(path, modules, seconds)
    problems += told.pop("problems")
    return Verification(path, found, problems, **told)


def _hash(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()


def _in_own_process(path: str, modules: Sequence[str], seconds: float) -> dict[str, Any]:
    light = [name for name in backends.available() if not backends.spec(name).trains]  # no framework to import
    chosen = {"KERAS_BACKEND": light[0]} if light else {}
    command = [sys.executable, "-m", "keras_cli.verifying", path, *modules]
    try:
        run = subprocess.run(
            command, env={**os.environ, **chosen}, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return {"problems": [f"It was not loaded in {seconds:g} seconds."]}
    lines = run.stdout.splitlines()
    if run.returncode or not lines:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        return {"problems": [f"Loading it ended the process with status {run.returncode}: {last}"]}
    told: dict[str, Any] = json.loads(lines[-1])
    return told


def _examine(path: str, modules: Sequence[str]) -> dict[str, Any]:
    """What the process of its own finds out."""
    problems: list[str] = []
    arrays, loaded = 0, False
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with file_content(path) as content:
                for stored in content.arrays():
                    arrays += 1
                    array = stored.read()
                    wrong = int(np.size(array) - np.count_nonzero(np.isfinite(array.astype("float64", copy=False))))
                    if wrong:
                        problems.append(f"{wrong:,} of the {array.size:,} numbers of '{stored.path}' are not finite.")
                holds_model = content.config is not None
            if holds_model:
                load(path, modules)
                loaded = True
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}")
    said = [str(one.message) for one in caught]
    return {"problems": problems, "warnings": said, "arrays": arrays, "loaded": loaded}


if __name__ == "__main__":
    print(json.dumps(_examine(sys.argv[1], sys.argv[2:])))
