import subprocess
import sys
from importlib.metadata import entry_points

from keras_backend_torch.spec import SPEC


def test_the_spec_is_registered_and_trains() -> None:
    (point,) = entry_points(group="keras.backends", name="torch")
    assert point.load() is SPEC
    assert SPEC.trains and SPEC.name == "torch"


def test_reading_the_spec_loads_no_framework() -> None:
    code = "import sys, keras_backend_torch.spec; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
