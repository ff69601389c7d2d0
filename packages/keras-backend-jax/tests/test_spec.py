import subprocess
import sys
from importlib.metadata import entry_points

from keras_backend_jax.spec import SPEC


def test_the_spec_is_registered_and_trains() -> None:
    (point,) = entry_points(group="keras.backends", name="jax")
    assert point.load() is SPEC
    assert SPEC.trains and SPEC.name == "jax"


def test_reading_the_spec_loads_no_framework() -> None:
    code = "import sys, keras_backend_jax.spec; print('jax' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_loading_the_backend_leaves_the_configuration_of_jax_alone() -> None:
    code = (
        "import jax; before = dict(jax.config.values); import keras_backend_jax.backend;"
        "print(before == dict(jax.config.values), jax.numpy.ones(3).dtype)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["True", "float32"]
