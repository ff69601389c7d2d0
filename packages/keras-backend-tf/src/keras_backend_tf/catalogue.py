"""What this distribution provides: public name → where it is. Loading it loads nothing else."""

import re
from pathlib import Path

_STUB = Path(__file__).with_name("__init__.pyi")

# The layers in the package's stub, which is the one list of public names.
CATALOGUE: dict[str, str] = {
    name: f"{__package__}.{module}:{name}"
    for module, name in re.findall(r"^from \.(layers[\w.]+) import (\w+) as", _STUB.read_text("utf-8"), re.MULTILINE)
}
