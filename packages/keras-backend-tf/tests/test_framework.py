import os
import subprocess
import sys

import pytest


def _run(code: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**environment, **extra}
    )


@pytest.mark.slow
def test_importing_is_silent_and_leaves_other_messages() -> None:
    code = (
        "import os, keras_backend_tf.framework as f\n"
        "f.tf.constant(1) + 1\n"
        "os.write(2, b'later')\n"
        "print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    )
    result = _run(code)
    assert result.stderr == "later"
    assert result.stdout.strip() == "2"


@pytest.mark.slow
def test_a_level_set_by_the_user_stays() -> None:
    code = "import os, keras_backend_tf.framework; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    result = _run(code, TF_CPP_MIN_LOG_LEVEL="3")
    assert result.stdout.strip() == "3"


@pytest.mark.slow
def test_a_failing_import_is_not_hidden() -> None:
    code = (
        "import sys, os\n"
        "class Broken:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'tensorflow':\n"
        "            os.write(2, b'a real message\\n')\n"
        "            raise ImportError('broken installation')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "try:\n"
        "    import keras_backend_tf.framework\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    result = _run(code)
    assert result.stdout.strip() == "broken installation"
    assert "a real message" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("order", ["import keras, tensorflow as tf", "import tensorflow as tf, keras"])
def test_tensorflow_finds_our_keras(order: str) -> None:
    pytest.importorskip("keras")
    code = (
        f"{order}\n"
        "from tensorflow.keras.layers import Dense\n"
        "from keras.layers import Dense as ours\n"
        "print(tf.keras.Model is keras.Model, Dense is ours, tf.keras.Sequential([ours(2)])(tf.ones((1, 3))).shape)"
    )
    assert _run(code).stdout.strip() == "True True (1, 2)"
