"""Files in Keras 2's layout, written with h5py alone."""

import json

import h5py
import numpy as np
import pytest


@pytest.fixture
def write_weights(tmp_path):
    """Write layers, each a name with its pairs of weight name and array, as Keras 2 laid them out."""

    def write(layers, version="2.2.4", backend="tensorflow", name="old.h5"):
        path = tmp_path / name
        with h5py.File(path, "w") as file:
            put_weights(file, layers, version, backend)
        return path

    return write


def put_weights(file, layers, version="2.2.4", backend="tensorflow"):
    file.attrs["layer_names"] = [layer.encode() for layer, _ in layers]
    if version is not None:
        file.attrs["keras_version"] = version.encode()
    if backend is not None:
        file.attrs["backend"] = backend.encode()
    for layer, weights in layers:
        group = file.create_group(layer)
        group.attrs["weight_names"] = [weight.encode() for weight, _ in weights]
        for weight, array in weights:
            group[weight] = array


@pytest.fixture
def normal():
    """Arrays of normal numbers by shape."""
    rng = np.random.default_rng(0)
    return lambda *shape: rng.normal(size=shape).astype("float32")


@pytest.fixture
def write_model(tmp_path):
    """Write a whole model as Keras 2 did: configs as JSON in attributes, weights and optimizer state in groups."""

    def write(config, weights, training=None, state=None, version="2.3.1"):
        path = tmp_path / "old.h5"
        with h5py.File(path, "w") as file:
            file.attrs["keras_version"], file.attrs["backend"] = version.encode(), b"tensorflow"
            file.attrs["model_config"] = json.dumps(config).encode()
            put_weights(file.create_group("model_weights"), weights, version)
            if training is not None:
                file.attrs["training_config"] = json.dumps(training).encode()
            if state is not None:
                group = file.create_group("optimizer_weights")
                group.attrs["weight_names"] = [name.encode() for name, _ in state]
                for name, array in state:
                    group[name] = array
        return path

    return write
