"""Every format gives back the same model, or the same weights, whatever the model is made of."""

from __future__ import annotations

import copy
import functools
import io
import pickle

import h5py
import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Model, Sequential
from keras_core.saving import load_model, register_keras_serializable

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies

MAKERS = {
    "dense": lambda units, name: layers.Dense(units, "tanh", name=name),
    "frozen": lambda units, name: layers.Dense(units, name=name, trainable=False),
    "norm": lambda units, name: layers.BatchNormalization(name=name),
    "dropout": lambda units, name: layers.Dropout(0.5, name=name),
    "bare": lambda units, name: layers.Dense(units, use_bias=False, name=name),
}


@register_keras_serializable("every_format")
class Stacked(Model):
    """A subclassed model of two layers and a list."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Dense(units, name="first")
        self.others = [layers.Dense(units, name="others_0"), layers.BatchNormalization(name="others_1")]

    def call(self, x):
        x = self.first(x)
        for layer in self.others:
            x = layer(x)
        return x

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@st.composite
def stacks(draw):
    """Arguments of a model: kind and units of its layers."""
    return draw(st.lists(st.tuples(st.sampled_from(sorted(MAKERS)), st.integers(1, 5)), min_size=1, max_size=5))


def chain(described, start):
    return [MAKERS[kind](units, f"{start}_{number}") for number, (kind, units) in enumerate(described)]


def model_of(kind, described):
    """A model of that kind, with weights that no initializer gives."""
    inputs = Input((4,), name="in")
    if kind == "sequential":
        model = Sequential([inputs, *chain(described, "layer")])
    elif kind == "nested":
        inner = Sequential([Input((4,)), *chain(described, "inner")], name="inner")
        model = Sequential([inputs, layers.Dense(4, name="before"), inner, layers.Dense(2, name="after")])
    elif kind == "shared":
        shared = layers.Dense(4, name="shared")
        x = shared(inputs)
        y = shared(x)
        for layer in chain(described, "layer"):
            y = layer(y)
        model = Model(inputs, {"x": x * 2.0, "y": y})
    else:
        model = Stacked(len(described))
        model(np.zeros((1, 4), "float32"))
    rng = np.random.default_rng(1)
    model.set_weights([rng.uniform(0.5, 1.5, w.shape).astype(w.dtype) for w in model.get_weights()])
    return model


def outputs_of(model):
    found = model(np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4))
    return {key: np.asarray(value) for key, value in (found if isinstance(found, dict) else {"": found}).items()}


def same(first, second):
    found, expected = outputs_of(first), outputs_of(second)
    assert found.keys() == expected.keys()
    for key, value in found.items():
        np.testing.assert_allclose(value, expected[key], rtol=1e-5, atol=1e-6)


def through_path(model, path, **options):
    model.save(path, **options)
    return load_model(path)


def through_stream(model, path, **options):
    stream = io.BytesIO()
    model.save(stream, **options)
    return load_model(stream.getvalue())


def through_group(model, path):
    with h5py.File(path, "w") as file:
        model.save(file.create_group("model"))
        return load_model(file["model"])


MODELS = {
    "keras": (through_path, ".keras", {}),
    "folder": (through_path, "", {"zipped": False}),
    "stream": (through_stream, "", {}),
    "h5": (through_path, ".h5", {}),
    "h5 stream": (through_stream, "", {"save_format": "h5"}),
    "h5 group": (through_group, ".h5", {}),
}
WEIGHTS = [".weights.h5", ".weights.json", ".safetensors", ".npz", ".h5"]
KINDS = ["sequential", "nested", "shared", "subclassed"]
few = hypothesis.settings(max_examples=6, deadline=None, derandomize=True)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", KINDS)
def test_models(name, kind, tmp_path):
    through, ending, options = MODELS[name]
    counter = iter(range(10_000))

    @few
    @hypothesis.given(stacks())
    def check(described):
        model = model_of(kind, described)
        same(functools.partial(through, **options)(model, tmp_path / f"m{next(counter)}{ending}"), model)

    check()


@pytest.mark.parametrize("ending", WEIGHTS)
@pytest.mark.parametrize("kind", KINDS)
def test_weights(ending, kind, tmp_path):
    @few
    @hypothesis.given(stacks())
    def check(described):
        model, other = model_of(kind, described), model_of(kind, described)
        other.set_weights([np.zeros_like(w) for w in other.get_weights()])
        model.save_weights(tmp_path / f"w{ending}", **({"max_shard_size": 1e-6} if ending == ".weights.json" else {}))
        other.load_weights(tmp_path / f"w{ending}")
        for found, expected in zip(other.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(found, expected)

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_copies(kind):
    joblib = pytest.importorskip("joblib")

    def through_joblib(model):
        stream = io.BytesIO()
        joblib.dump(model, stream)
        stream.seek(0)
        return joblib.load(stream)

    model = model_of(kind, [("dense", 3), ("norm", 2)])
    for again in (copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), through_joblib):
        same(again(model), model)
