"""State and data stay on the device that a model was made on; two processors stand for two accelerators."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

keras = pytest.importorskip("keras")

# How a framework is made to see two devices on any machine.
TWO = {
    "tensorflow": (
        {},
        "import tensorflow as tf\n"
        "tf.config.set_logical_device_configuration(\n"
        "    tf.config.list_physical_devices('CPU')[0], [tf.config.LogicalDeviceConfiguration()] * 2)\n"
        "where = lambda tensor: tensor.device.rpartition('device:')[2].lower()\n",
    ),
    "jax": (
        {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"},
        "import jax\nwhere = lambda tensor: f'cpu:{next(iter(tensor.devices())).id}'\n",
    ),
}

SCRIPT = """
import numpy as np
import keras
from keras import layers, ops

assert keras.config.list_devices() == keras.distribution.list_devices("cpu") == ["cpu:0", "cpu:1"]
assert keras.config.list_devices("gpu") == []

x = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
y = x[:, :1]


def make():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([layers.Dense(4, activation="tanh"), layers.Dropout(0.1), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


with keras.device("cpu:1"):
    assert where(ops.ones((2,))) == "cpu:1"
    variable, model = keras.Variable([1.0, 2.0]), make()
    with keras.device("CPU"):
        assert where(ops.ones((2,))) == "cpu:0"
assert where(ops.ones((2,))) == "cpu:0"
assert where(variable.value) == "cpu:1"

expected = make()
histories = []
for one in (model, expected):
    keras.utils.set_random_seed(2)
    histories.append(one.fit(x, y, batch_size=8, epochs=2, verbose=0, validation_split=0.2).history)
assert histories[0] == histories[1]
variables = [*model.variables, *model.optimizer.variables, *(v for m in model.metrics for v in m.variables)]
assert len(variables) > 15
for one in variables:
    assert one.device_name == "cpu:1" and where(one.value) == "cpu:1", one
assert {where(v.value) for v in expected.variables} == {"cpu:0"}
assert where(model(x)) == where(model(x)) == "cpu:1"
np.testing.assert_allclose(model.predict(x, verbose=0), expected.predict(x, verbose=0), rtol=1e-5)
model.train_on_batch(x, y)

with keras.device("cpu:1"):
    copy = expected.to_backend(keras.config.backend())
assert {where(v.value) for v in copy.variables} == {"cpu:1"}
copy.fit(x, y, verbose=0)

for name in ("gpu", "cpu:2", "nonsense"):
    try:
        with keras.device(name):
            raise SystemExit(f"{name} was accepted")
    except ValueError as error:
        assert "cpu:0" in str(error) and "cpu:1" in str(error)
"""


@pytest.mark.parametrize("name", TWO)
def test_a_model_stays_on_its_device(name):
    from keras_core import backend

    if name not in backend.available():
        pytest.skip(f"the {name} backend is not installed")
    variables, start = TWO[name]
    environment = {**os.environ, "KERAS_BACKEND": name, "CUDA_VISIBLE_DEVICES": "", **variables}
    command = [sys.executable, "-c", start + SCRIPT]
    found = subprocess.run(command, capture_output=True, text=True, timeout=200, env=environment)
    assert found.returncode == 0, found.stderr[-3000:]


def test_a_device_of_one_backend_is_not_that_of_another(trainers):
    with keras.use_backend(trainers[0]), keras.device("cpu:0"):
        here = keras.Variable([1.0])
        with keras.use_backend(trainers[1]):
            there = keras.Variable([1.0])
    assert (here.device_name, there.device_name) == ("cpu:0", None)


def test_every_backend_has_a_processor(name):
    with keras.use_backend(name):
        assert "cpu:0" in keras.config.list_devices()
        with keras.device("cpu"):
            assert keras.ops.convert_to_numpy(keras.ops.ones((2,))).tolist() == [1, 1]
        with pytest.raises(ValueError, match="cpu:0"), keras.device("gpu:77"):
            pass
