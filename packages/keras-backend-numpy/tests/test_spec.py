"""The entry point's target loads nothing."""

from __future__ import annotations

import subprocess
import sys


def test_the_spec_does_not_load_the_backend() -> None:
    code = (
        "import sys; from keras_core.backend import spec; found = spec('numpy'); "
        "assert (found.name, found.trains) == ('numpy', False); "
        "assert 'keras_backend_numpy.backend' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
