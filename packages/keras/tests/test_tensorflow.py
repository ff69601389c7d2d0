"""TensorFlow finds this Keras as `tf.keras`, whichever of the two is imported first."""

import importlib.util
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed")

CHECKS = """
from tensorflow.keras.layers import Dense
from tensorflow.keras import backend as K
import tensorflow.keras.optimizers as optimizers
assert tf.keras.Model is keras.Model
assert Dense is keras.layers.Dense
assert K.dot is keras.backend.dot
assert optimizers.SGD is tf.optimizers.SGD is keras.optimizers.SGD
assert tf.losses.MeanSquaredError is keras.losses.MeanSquaredError
assert tf.keras.__version__ == keras.__version__
"""


@pytest.mark.parametrize(
    "imports",
    [
        "import keras\nimport tensorflow as tf",
        "import tensorflow as tf\nimport keras",
        "import keras.src.optimizers, keras\nimport tensorflow as tf",
        "import keras_core; keras_core.backend.load('tensorflow'); import keras\nimport tensorflow as tf",
    ],
)
def test_both_orders(imports):
    run = subprocess.run([sys.executable, "-c", imports + CHECKS], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr


def test_the_probe_loads_nothing():
    script = "import sys, keras.src.optimizers; print(*(m for m in sys.modules if m.startswith('keras_')))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert run.stdout.split() == [], run.stderr
