"""Installs into empty environments: the commands of the README, and every package alone from its wheel."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import workspace

ROOT = Path(__file__).parents[2]
PACKAGES = list(workspace.packages())
NUMPY = workspace.backends()["numpy"].name
FRAMEWORKS = {name for package in workspace.backends().values() for name in package.frameworks}
# TensorFlow itself declares `keras`, so its backend brings the umbrella.
BROUGHT = {package.name: ["keras"] for package in workspace.backends().values() if "tensorflow" in package.frameworks}
OURS = {*PACKAGES, "learned-swish", "op-profile"}
ORIGINS = """
import importlib.metadata as metadata, json
found = {d.name.lower(): d.read_text("direct_url.json") for d in metadata.distributions()}
print(json.dumps({name: json.loads(text)["url"] if text else None for name, text in found.items()}))
"""
PUBLIC_NAMES = """
import importlib, sys
root = importlib.import_module(sys.argv[1])
for name in root.__all__:
    getattr(root, name)
print(len(root.__all__))
"""
TRAIN = """
import numpy as np, keras
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
losses = model.fit(x, y, epochs=3, verbose=0).history["loss"]
assert losses[-1] < losses[0], losses
"""
PREDICT = """
import sys, numpy as np
from keras_core import Input, Sequential
from keras_core.saving import load_model
from keras_layers import Dense
kernel, bias = np.ones((3, 2), "float32"), np.array([1, 2], "float32")
model = Sequential([Input((3,)), Dense(2)])
model.set_weights([kernel, bias])
model.save("model.keras")
x = np.arange(6, dtype="float32").reshape(2, 3)
np.testing.assert_allclose(load_model("model.keras").predict(x, verbose=0), x @ kernel + bias)
try:
    model.compile("sgd", "mse")
    model.fit(x, x[:, :2], verbose=0)
except Exception as error:
    assert "keras-optimizers" in str(error) or "keras-backend" in str(error), error
else:
    raise SystemExit("trained without a framework")
assert not set(sys.argv[1:]) & sys.modules.keys()
"""
COMPILED = """
import sys, warnings
import numpy as np
from keras_core import Input, Sequential
from keras_core.saving import load_model
warnings.simplefilter("error")
x = np.arange(6, dtype="float32").reshape(2, 3)
if sys.argv[1] == "save":
    from keras_layers import Dense
    from keras_optimizers import Adam
    model = Sequential([Input((3,)), Dense(2)], name="digits")
    model.compile(Adam(0.01), "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    model.save(sys.argv[2])
else:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = load_model(sys.argv[2])
    (warning,) = caught
    assert "'digits' was loaded without being compiled" in str(warning.message), warning.message
    assert "pip install ./packages/keras-optimizers" in str(warning.message), warning.message
    assert not model.compiled
np.save(sys.argv[3], model.predict(x, verbose=0))
"""
THIRD_PARTY = """
from keras_core import Input, Model
from learned_swish import GatedSwish, LearnedSwish
inputs = Input((3,))
model = Model(inputs, LearnedSwish(2.0)(GatedSwish(4)(inputs)))
assert model.output_shape == (None, 3)
again = Model.from_config(model.get_config())
assert type(again.layers[-2]) is GatedSwish and again.layers[-2].hidden == 4
assert type(again.layers[-1]) is LearnedSwish and again.layers[-1].initial_beta == 2.0
"""


def commands():
    """The install commands of the README as words, by the backend that is named first, or the example."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^pip install .*\./examples/.*$", text, re.M)
    found = {re.search(r"\./examples/(\w+)", line)[1]: shlex.split(line)[2:] for line in lines}
    lines = re.findall(r"^python tools/install\.py (.*)$", text, re.M)
    return found | {words[0]: words for words in map(shlex.split, reversed(lines))}


class Empty:
    """An environment with nothing in it, and nothing of the caller's."""

    def __init__(self, folder, interpreter=sys.executable):
        self.folder = folder
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.run([interpreter, "-m", "venv", "--without-pip", folder])

    def run(self, command, **settings):
        kept = {key: value for key, value in os.environ.items() if key not in ("KERAS_BACKEND", "PYTHONPATH")}
        pip = {"PIP_CONSTRAINT": str(ROOT / "constraints.txt"), "PIP_NO_COMPILE": "1"}
        environment = {**kept, **pip, "KERAS_HOME": str(self.folder), **settings}
        words = [str(word) for word in command]
        found = subprocess.run(
            words, capture_output=True, text=True, cwd=self.folder.parent, env=environment, timeout=800
        )
        assert found.returncode == 0, f"{' '.join(words)}\n{found.stdout[-3000:]}\n{found.stderr[-3000:]}"
        return found.stdout

    def pip(self, *arguments):
        return self.run([sys.executable, "-m", "pip", "--python", self.python, *arguments])

    def install(self, words):
        """Installs, paths taken from the repository, and checks where every sibling came from."""
        words = [word.replace("./", f"{ROOT}/", 1) if word.startswith("./") else word for word in words]
        self.pip("install", "--quiet", *words)
        return self.origins()

    def install_by_name(self, names):
        """Installs by tools/install.py, as the README says, and checks the same."""
        self.run([sys.executable, ROOT / "tools" / "install.py", *names, "--python", self.python, "--", "--quiet"])
        return self.origins()

    def origins(self):
        """What is installed, every sibling of it from this checkout."""
        self.pip("check")
        origins = json.loads(self.script(ORIGINS))
        for name in OURS & origins.keys():
            url = origins[name]
            assert url and url.startswith((ROOT.as_uri(), wheels().as_uri())), f"{name} came from {url or 'an index'}"
        return origins.keys()

    def script(self, text, *arguments, **settings):
        return self.run([self.python, "-c", text, *arguments], **settings)


def wheels():
    """Where nox put the wheels of this checkout."""
    if "KERAS_WHEELS" not in os.environ:
        pytest.skip("nox builds the wheels and says by KERAS_WHEELS where they are")
    return Path(os.environ["KERAS_WHEELS"]).resolve()


@pytest.fixture
def empty(tmp_path, request):
    named = set(request.node.callspec.params.values()) if hasattr(request.node, "callspec") else set()
    oldest = os.environ.get("KERAS_OLDEST_PYTHON", sys.executable)
    yield Empty(tmp_path / "environment", oldest if named & {"torch", "keras-backend-torch"} else sys.executable)
    shutil.rmtree(tmp_path)


def wheel(name):
    (path,) = wheels().glob(f"{name.replace('-', '_')}-[0-9]*.whl")
    return str(path)


def everything_trains(backend, empty):
    """The README's command for a backend, after its package: the framework, of hundreds of megabytes, is there."""
    empty.install_by_name(commands()[backend])
    assert empty.script("import keras; print(keras.config.backend())").strip() == backend
    empty.script(TRAIN)
    if backend == "tensorflow":
        empty.script("import tensorflow as tf, keras; assert tf.keras.Model is keras.Model")
        empty.script("import keras, tensorflow as tf; assert tf.keras.Model is keras.Model")


def test_packages_by_others_pass_their_tests_and_the_kit(empty):
    """Layers and a backend that no file of this repository names, together.

    It takes long, so it begins first.
    """
    family = workspace.with_siblings("keras-layers", *workspace.kit())
    empty.install([*map(wheel, family), *(f"./examples/third_party_{kind}" for kind in ("package", "backend"))])
    folders = [ROOT / "examples" / f"third_party_{kind}" / "tests" for kind in ("package", "backend")]
    for tests in ([*folders], ["--pyargs", "keras_conformance", "--keras-backend", "numpy-profiled"]):
        options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--rootdir", empty.folder.parent]
        command = [empty.python, "-m", "pytest", *options, "-c", os.devnull, *tests]
        found = empty.run(command, KERAS_BACKEND="numpy-profiled")
        assert " passed" in found


@pytest.mark.parametrize("name", PACKAGES)
def test_package_alone(name, empty):
    expected = workspace.with_siblings(name, *BROUGHT.get(name, ()))
    installed = empty.install([*map(wheel, expected)])
    assert set(PACKAGES) & installed == set(expected)
    assert int(empty.script(PUBLIC_NAMES, name.replace("-", "_"))) > 0
    for backend in workspace.trainers():
        if workspace.backends()[backend].name == name:
            everything_trains(backend, empty)


def test_subset_predicts_without_a_framework(empty):
    installed = empty.install_by_name(commands()["numpy"])
    assert not {*FRAMEWORKS, "keras", "keras-optimizers", "pytest"} & installed
    empty.script(PREDICT, *FRAMEWORKS)


def test_compiled_model_predicts_without_the_optimizers(empty, tmp_path):
    model, here, there = tmp_path / "model.keras", tmp_path / "here.npy", tmp_path / "there.npy"
    settings = {"KERAS_BACKEND": "numpy"}
    empty.run([sys.executable, "-c", COMPILED, "save", model, here], **settings)
    assert "keras-optimizers" not in empty.install_by_name(commands()["numpy"])
    empty.script(COMPILED, "load", model, there, **settings)
    assert there.read_bytes() == here.read_bytes()


def test_layers_by_someone_else(empty):
    installed = empty.install(commands()["third_party_package"])
    assert set(PACKAGES) & installed == {"keras-core", "keras-layers"}
    empty.script(THIRD_PARTY)


def test_backend_by_someone_else(empty):
    installed = empty.install(commands()["third_party_backend"])
    assert set(PACKAGES) & installed == {"keras-core", NUMPY}
    assert empty.script("from keras_core import backend; print(backend.available())").strip() == str(
        ["numpy", "numpy-profiled"]
    )
