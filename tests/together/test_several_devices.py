"""One curve on 1, 2 and 4 devices, with batches split and with weights split; processors stand for accelerators."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pictures
import pytest

pytest.importorskip("keras")
from keras_core import backend

ROOT = Path(__file__).parents[2]
FOUR = {
    "jax": {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
        "JAX_PLATFORMS": "cpu",
        "JAX_DISABLE_MOST_OPTIMIZATIONS": "true",
    }
}

BEGIN = """
import json
import os
import sys
import tempfile

import keras
import numpy as np
from keras import distribution, layers

rng = np.random.default_rng(0)
found = {}
"""

CURVES = """
x = rng.normal(size=(52, 8)).astype("float32")
y = (x[:, :1] * 2 + 1).astype("float32")
weights = np.linspace(0.5, 1, len(x))


def mlp():
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(16, activation="relu", name="first"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(4, name="second"),
            layers.Dense(1, name="last"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01, gradient_accumulation_steps=2), "mse", metrics=["mae"])
    return model


def curve(model):
    history = model.fit(x, y, batch_size=16, epochs=3, sample_weight=weights, validation_split=0.1, verbose=0).history
    return [*history["loss"], *history["mae"], *history["val_loss"], *map(float, model.predict(x[:5], verbose=0)[:, 0])]


found["alone"] = curve(mlp())
for count in (1, 2, 4):
    with distribution.DataParallel(devices=distribution.list_devices()[:count]).scope():
        model = mlp()
    found[f"{count} devices"] = curve(model)  # a model keeps what it was made with
assert model.layers[0].kernel.layout.axes == (None, None)
assert len(model.layers[0].kernel.value.devices()) == 4

model = mlp()  # made on one device, laid out when it is trained
with distribution.DataParallel().scope():
    found["laid out later"] = curve(model)
assert len(model.optimizer.variables[3].value.devices()) == 4

mesh = distribution.DeviceMesh((2, 2), ["batch", "model"])
layouts = distribution.LayoutMap(mesh)
layouts[".*first/kernel"] = (None, "model")
layouts[".*first/bias"] = ("model",)
layouts[".*second/kernel"] = ("model", None)
layouts[".*first/output"] = ("batch", "model")
with distribution.ModelParallel(layout_map=layouts).scope():
    model = mlp()
found["split weights"] = curve(model)
kernel = model.layers[0].kernel
assert kernel.value.addressable_shards[0].data.shape == (8, 8)
slot = next(v for v in model.optimizer.variables if v.path.endswith("first_kernel_momentum"))
assert slot.value.addressable_shards[0].data.shape == (8, 8)
kernel.assign(np.ones((8, 16), "float32"))
assert kernel.value.addressable_shards[0].data.shape == (8, 8) and kernel.numpy().sum() == 128

with tempfile.TemporaryDirectory() as folder:
    for ending in ("keras", "weights.h5", "safetensors"):
        path = os.path.join(folder, f"model.{ending}")
        whole = ending == "keras"
        model.save(path) if whole else model.save_weights(path)
        again = keras.models.load_model(path) if whole else mlp()
        if not whole:
            again.load_weights(path)
        assert len(again.layers[0].kernel.value.devices()) == 1
        for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
model = mlp()  # made on one device, shared out as in Keras 2
shared = keras.utils.multi_gpu_model(model, gpus=4)
shared.compile(keras.optimizers.Adam(0.01, gradient_accumulation_steps=2), "mse", metrics=["mae"])
found["multi_gpu_model"] = curve(shared)
np.testing.assert_array_equal(model.get_weights()[0], shared.get_weights()[0])
found["alone again"] = curve(mlp())  # draws without a seed are on one device again
"""

TRANSFORMER = """
tokens = rng.integers(0, 50, (24, 10))
labels = rng.integers(0, 3, 24)


def transformer():
    keras.utils.set_random_seed(4)
    inputs = keras.Input((10,), dtype="int32")
    h = layers.Embedding(50, 16, name="embed")(inputs)
    a = layers.MultiHeadAttention(4, 4, name="attention")(h, h)
    h = layers.LayerNormalization()(h + a)
    f = layers.Dense(16, name="narrow")(layers.Dense(32, activation="gelu", name="wide")(h))
    h = layers.LayerNormalization()(h + f)
    outputs = layers.Dense(3)(layers.GlobalAveragePooling1D()(h))
    model = keras.Model(inputs, outputs)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def curve(model):
    return model.fit(tokens, labels, batch_size=8, epochs=3, verbose=0).history["loss"]


found["transformer alone"] = curve(transformer())
layouts = distribution.LayoutMap(distribution.DeviceMesh((2, 2), ["batch", "model"]))
layouts[".*embed/embeddings"] = (None, "model")
layouts[".*attention/(query|key|value)/kernel"] = (None, "model", None)
layouts[".*attention/attention_output/kernel"] = ("model", None, None)
layouts[".*wide/kernel"] = (None, "model")
layouts[".*narrow/kernel"] = ("model", None)
with distribution.ModelParallel(layout_map=layouts).scope():
    model = transformer()
found["transformer split"] = curve(model)
assert model.get_layer("attention").query_dense.kernel.value.addressable_shards[0].data.shape == (16, 2, 4)
"""

ERRORS = """
def message(action):
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


found["mesh"] = message(lambda: distribution.DeviceMesh((8,), ["batch"]))
absent = distribution.DeviceMesh((2,), ["batch"], ["cpu:0", "cpu:9"])
found["devices"] = message(lambda: distribution.set_distribution(distribution.DataParallel(absent)))
layouts = distribution.LayoutMap(distribution.DeviceMesh((1, 4), ["batch", "model"]))
layouts[".*first/kernel"] = (None, "model")
with distribution.ModelParallel(layout_map=layouts).scope():
    found["size"] = message(lambda: layers.Dense(6, name="first").build((None, 3)))
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, name="other")])
    model.compile("sgd", "mse")
    found["path"] = message(lambda: model.fit(np.ones((4, 3)), np.ones((4, 4)), verbose=0))
placed = distribution.distribute_tensor(np.arange(8.0), distribution.TensorLayout(["model"], layouts.device_mesh))
assert placed.addressable_shards[1].data.tolist() == [2.0, 3.0]
variable = keras.Variable(np.ones((4, 2)), layout=distribution.TensorLayout(["model", None], layouts.device_mesh))
assert variable.value.addressable_shards[0].data.shape == (1, 2)
"""

END = "\nprint(json.dumps(found))"


@pytest.fixture(scope="module", params=FOUR)
def on_four(request):
    """Run scripts on four devices of a backend; what they found."""
    if request.param not in backend.available():
        pytest.skip(f"the {request.param} backend is not installed")

    def run(*parts):
        settings = {**os.environ, "KERAS_BACKEND": request.param, **FOUR[request.param]}
        done = subprocess.run(
            [sys.executable, "-c", "".join([BEGIN, *parts, END])],
            env=settings,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_one_curve(on_four):
    page = "".join(pictures.examples(ROOT / "docs" / "distribution.md"))
    found = on_four(CURVES, TRANSFORMER, ERRORS, f"\nexec({page!r}, {{}})")
    for how in (
        "1 devices",
        "2 devices",
        "4 devices",
        "laid out later",
        "split weights",
        "multi_gpu_model",
        "alone again",
    ):
        np.testing.assert_allclose(found[how], found["alone"], rtol=2e-5, err_msg=how)
    np.testing.assert_allclose(found["transformer split"], found["transformer alone"], rtol=2e-5)
    assert "takes 8 devices, and there are 4" in found["mesh"]
    assert "not there: cpu:9. The devices are: cpu:0" in found["devices"]
    assert "Axis 1 of Variable 'first/kernel', of shape (3, 6), is to be split" in found["size"]
    assert "no path matches '.*first/kernel'. The paths are: sequential" in found["path"]
