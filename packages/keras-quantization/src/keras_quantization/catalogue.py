"""What this distribution provides: public name → where it is. Loading it loads nothing else."""

import re
from pathlib import Path

_STUB = Path(__file__).with_name("__init__.pyi").read_text("utf-8")
_LISTED = re.findall(r"^from \.(\w+) import (\w+) as", _STUB, re.MULTILINE)

# Classes alone: functions of this package are nothing that a config may name.
CATALOGUE: dict[str, str] = {name: f"{__package__}.{module}:{name}" for module, name in _LISTED if name[0].isupper()}
