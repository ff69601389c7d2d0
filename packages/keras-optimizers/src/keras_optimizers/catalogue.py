"""What this distribution provides: public name → where it is. Loading it loads nothing else."""

import re
from pathlib import Path

_FOLDER = Path(__file__).parent


def _listed(family: str = "") -> dict[str, str]:
    """What the stub of the package, or of a folder in it, exports: the stubs are the list of public names."""
    stub = _FOLDER.joinpath(family, "__init__.pyi").read_text("utf-8")
    package = f"{__package__}.{family}" if family else __package__
    found = re.findall(r"^from \.(\w+) import (\w+) as", stub, re.MULTILINE)
    return {name: f"{package}.{module}:{name}" for module, name in found}


CATALOGUE: dict[str, str] = _listed() | _listed("schedules")
