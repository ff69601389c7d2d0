"""Importing Keras loads neither a framework nor what is needed later only."""

import json
import subprocess
import sys

import pytest
import workspace

FRAMEWORKS = {name for package in workspace.backends().values() for name in package.frameworks}
HEAVY = {*FRAMEWORKS, "numba", "llvmlite", "h5py", "pandas", "scipy", "matplotlib"}


@pytest.mark.parametrize(
    "statement",
    [
        "import keras_core",
        "import keras",
        "import keras_layers",
        "import keras_applications",
        "import keras_optimizers",
        "import keras; keras.Sequential; keras.layers.Dense; keras.optimizers.SGD; keras.losses; keras.metrics",
        "from keras.models import Sequential; from keras.layers import Dense; import keras.backend as K",
        "from importlib.metadata import entry_points; [p.load() for p in entry_points(group='keras.backends')]",
        "from importlib.metadata import entry_points; [p.load() for p in entry_points(group='keras.objects')]",
    ],
)
def test_import_is_light(statement):
    script = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr
    loaded = HEAVY & {name.split(".")[0] for name in json.loads(found.stdout)}
    assert not loaded, f"{statement} loads {sorted(loaded)}"
