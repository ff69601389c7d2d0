"""What this distribution provides for models: public name → where it is. Loading it loads nothing else.

Only layers are listed: the functions of this package read and write files, and no model file may name one.
"""

import re
from pathlib import Path

_STUB = Path(__file__).parent / "layers" / "__init__.pyi"

# The stub of the layers is the one list of their names; a FeatureSpace and its parts are layers of files.
CATALOGUE: dict[str, str] = {
    name: f"{__package__}.layers.{module}:{name}"
    for module, name in re.findall(r"^from \.([\w.]+) import (\w+) as", _STUB.read_text("utf-8"), re.MULTILINE)
} | {
    "FeatureSpace": f"{__package__}.features.feature_space:FeatureSpace",
    "TFDConcat": f"{__package__}.features.table_parts:TFDConcat",
    "TFDIdentity": f"{__package__}.features.table_parts:TFDIdentity",
}
