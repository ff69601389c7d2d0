import subprocess
import sys


def test_the_spec_loads_no_framework():
    code = "import sys, keras_backend_theano.spec; print('pytensor' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
