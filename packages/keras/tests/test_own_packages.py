"""A script's folder may hold a package that has the name of one of Keras's."""

import subprocess
import sys

import pytest

DENSE, MINE = "from keras.layers import Dense\n", "from keras_layers.mine import Mine\n"
HALF = "from keras_layers import HALF\n"
SCRIPTS = {
    "keras first": DENSE + MINE + HALF,
    "own folder first": HALF + MINE + DENSE,
    "own names by their module": f"import keras_layers.mine\n{DENSE}{HALF}Mine = keras_layers.mine.Mine\n",
}


@pytest.fixture
def folder(tmp_path):
    own = tmp_path / "keras_layers"
    own.mkdir()
    (own / "__init__.py").write_text("HALF = 0.5\n")
    (own / "mine.py").write_text("from keras.layers import Layer\n\n\nclass Mine(Layer):\n    pass\n")
    return tmp_path


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_folder_of_the_user_s_hides_nothing(folder, script):
    lines = [
        script,
        "import keras",
        "assert issubclass(Mine, keras.layers.Layer) and HALF == 0.5",
        "assert keras.layers.Dense(2).name == 'dense' and keras.layers.LSTM(2).units == 2",
    ]
    (folder / "main.py").write_text("\n".join(lines))
    done = subprocess.run([sys.executable, folder / "main.py"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_names_that_nobody_has(folder):
    (folder / "main.py").write_text("import keras\nfrom keras_layers import Nothing\n")
    done = subprocess.run([sys.executable, folder / "main.py"], capture_output=True, text=True)
    assert done.returncode == 1 and "cannot import name 'Nothing'" in done.stderr
