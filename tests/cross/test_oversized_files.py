"""Work and memory that a file, JSON or config asks for: counted before anything is made, and refused at once.

What code and paths a file may try is in `test_untrusted_files.py`, what a damaged file does in `test_damaged_files.py`.
"""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from typing import TYPE_CHECKING, Any

import h5py
import keras_core
import keras_layers
import pytest
from keras_core import Sequential
from keras_core.config import set_loading_limits
from keras_core.layers import Input, deserialize
from keras_core.models import clone_model
from keras_core.saving import (
    DeserializationError,
    FileFormatError,
    deserialize_keras_object,
    file_content,
    load_model,
    model_from_config,
    model_from_json,
)
from keras_legacy.yaml_config import model_from_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

HUGE = 10**9


def look_into(path: Any) -> None:
    with file_content(path):
        pass


def instance(class_name: str, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}


def start(*sizes: int | None) -> dict[str, Any]:
    return instance("InputLayer", batch_shape=[None, *sizes], dtype="float32", name="start")


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return instance("Sequential", name="model", layers=list(layers))


def with_op(class_name: str, config: dict[str, Any], *args: Any) -> dict[str, Any]:
    """A functional model's config with one op, called with what is given or else with the model's input."""
    tensor = {"shape": [None, None], "dtype": "float32", "keras_history": ["start", 0, 0]}
    call = {"args": list(args) or [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}
    op = {
        "module": "keras.src.ops.numpy",
        "class_name": class_name,
        "config": {"name": "bad", **config},
        "registered_name": class_name,
        "name": "bad",
        "inbound_nodes": [call],
    }
    return instance(
        "Functional",
        "keras.src.models.functional",
        name="graph",
        input_layers=["start", 0, 0],
        output_layers=["bad", 0, 0],
        layers=[{**start(None), "name": "start", "inbound_nodes": []}, op],
    )


def archive(path: Any, config: Any) -> Any:
    """A `.keras` file with that config and no weights."""
    weights = io.BytesIO()
    with h5py.File(weights, "w"):
        pass
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        file.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
        file.writestr("model.weights.h5", weights.getvalue())
    return path


def hdf5(path: Any, config: Any) -> Any:
    """A Keras 2 file with that config and no weights."""
    with h5py.File(path, "w") as file:
        file.attrs.update({"keras_version": b"2.15.0", "backend": b"tensorflow"})
        file.attrs["model_config"] = json.dumps(config).encode()
        file.create_group("model_weights").attrs["layer_names"] = []
    return path


READERS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "load_model": lambda config, tmp: load_model(archive(tmp / "bad.keras", config)),
    "load_model_hdf5": lambda config, tmp: load_model(hdf5(tmp / "bad.h5", config)),
    "model_from_json": lambda config, tmp: model_from_json(json.dumps(config)),
    "model_from_yaml": lambda config, tmp: model_from_yaml(json.dumps(config)),
    "model_from_config": lambda config, tmp: model_from_config(config),
    "deserialize": lambda config, tmp: deserialize(config),
    "from_config": lambda config, tmp: (
        Sequential if config["class_name"] == "Sequential" else keras_core.Model
    ).from_config(config["config"]),
}


@pytest.fixture(params=list(READERS))
def read(request, tmp_path):
    """A way of loading a model's config."""
    return lambda config: READERS[request.param](config, tmp_path)


@pytest.fixture(autouse=True)
def limits_as_before():
    yield
    set_loading_limits()


MODELS = {
    "Diff": with_op("Diff", {"n": HUGE}),
    "Unstack": with_op("Unstack", {"num": HUGE, "axis": 1}),
    "Split": with_op("Split", {"indices_or_sections": HUGE, "axis": 1}),
    # An op that takes no tensor of the model would be computed while the file is read.
    "Linspace": with_op("Linspace", {"num": 5 * 10**8}, 0.0, 1.0),
    "Repeat": with_op("Repeat", {"repeats": 5 * 10**8}, [1.0]),
    "Tile": with_op("Tile", {"repeats": [5 * 10**8]}, [1.0]),
    "OneHot": with_op("OneHot", {"num_classes": 5 * 10**8}, [1]),
    "Dense": sequential(start(4), instance("Dense", name="bad", units=1 << 40)),
    "LSTM": sequential(start(4, 4), instance("LSTM", name="bad", units=1 << 20)),
    "Embedding": sequential(start(4), instance("Embedding", name="bad", input_dim=1 << 30, output_dim=1 << 20)),
    "LocallyConnected1D": sequential(
        start(1 << 24, 1), instance("LocallyConnected1D", name="bad", filters=1, kernel_size=1, implementation=3)
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_layers_and_ops(name, read):
    what = r"set_loading_limits\(|more memory than|on no tensor of the model"
    with pytest.raises(ValueError, match=what):
        read(MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_the_error_names_the_file_and_the_place(name, tmp_path):
    for path in (archive(tmp_path / "bad.keras", MODELS[name]), hdf5(tmp_path / "bad.h5", MODELS[name])):
        with pytest.raises(ValueError) as error:
            load_model(path)
        assert str(path) in str(error.value)
        assert re.search(r"['/]bad['/]", str(error.value)) or name.lower() in str(error.value)


METRICS: dict[str, dict[str, Any]] = {
    "AUC": {},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
}


@pytest.mark.parametrize("name", METRICS)
def test_thresholds_of_metrics(name, tmp_path):
    metric = instance(name, "keras.metrics", num_thresholds=1 << 28, **METRICS[name])
    with pytest.raises(DeserializationError, match=rf"rebuild {name}: .*num_thresholds=268435456 takes more steps"):
        deserialize_keras_object(metric)
    model = sequential(start(4), instance("Dense", name="d", units=1))
    model["compile_config"] = {"optimizer": "sgd", "loss": "mse", "metrics": [metric]}
    with pytest.raises(ValueError, match=r"bad\.keras.*num_thresholds=268435456 takes more steps"):
        load_model(archive(tmp_path / "bad.keras", model))


def test_classes_of_a_metric():
    with pytest.raises(DeserializationError, match=r"MeanIoU 'iou': .*16777216 classes takes more steps"):
        deserialize_keras_object(instance("MeanIoU", "keras.metrics", name="iou", num_classes=1 << 24))
    set_loading_limits(memory=1 << 20)
    with pytest.raises(DeserializationError, match="more memory than"):
        deserialize_keras_object(instance("MeanIoU", "keras.metrics", name="iou", num_classes=1000))


@pytest.mark.parametrize("number", [10**4000, -(10**30), float("inf"), float("nan")], ids=["4000", "-30", "inf", "nan"])
def test_numbers_that_are_no_sizes(number, read):
    layers = [
        instance("Dense", name="bad", units=number),
        instance("Reshape", name="bad", target_shape=[number, 1]),
        instance("RepeatVector", name="bad", n=number),
        instance("Embedding", name="bad", input_dim=number, output_dim=2),
    ]
    shape = instance("InputLayer", name="bad", batch_shape=[None, number], dtype="float32")
    built = {**instance("Dense", name="bad", units=1), "build_config": {"input_shape": [None, number]}}
    for model in [*(sequential(start(4), layer) for layer in layers), sequential(shape)]:
        with pytest.raises(ValueError):
            read(model)
    with pytest.raises(DeserializationError):
        deserialize(built)


@pytest.mark.parametrize("shared", [[1], {}, "x", 1.5, None])
def test_a_shared_object_id_that_is_no_number(shared, read):
    layer = {**instance("Activation", name="relu", activation="relu"), "shared_object_id": shared}
    assert [one.name for one in read(sequential(start(4), layer)).layers] == ["relu"]


def test_seven_million_brackets(tmp_path):
    many = "[" + "[]," * 7_000_000 + "[]]"
    with pytest.raises(FileFormatError, match=r"more than 1,000,000 lists and dicts.*config_lists="):
        model_from_json(many)
    path = archive(tmp_path / "bad.keras", many.encode())
    for reading in (load_model, look_into):
        with pytest.raises(FileFormatError, match=r"config.json in '.*bad\.keras' has more than 1,000,000 lists"):
            reading(path)


def test_a_list_in_itself():
    nested: Any = [1]
    for _ in range(60):
        nested = [nested, nested]
    model = sequential(start(4), instance("Dense", name="d", units=nested))
    for reading in (deserialize, deserialize_keras_object, model_from_config, READERS["from_config"]):
        arguments = (model, None) if reading is READERS["from_config"] else (model,)
        with pytest.raises(DeserializationError, match="more than 1,000,000 lists"):
            reading(*arguments)


def test_work_grows_no_faster_than_the_number_of_layers():
    def seconds(count: int) -> float:
        layers = [instance("Activation", name=f"a{k}", activation="relu") for k in range(count)]
        began = time.process_time()
        assert len(deserialize_keras_object(sequential(start(4), *layers)).layers) == count
        return time.process_time() - began

    seconds(100)
    # 20 times and more where each layer looks at all others; a busy machine may be slow once.
    assert any(seconds(8000) < 12 * seconds(1000) + 0.5 for _ in range(3))


def test_limits_can_be_raised(tmp_path):
    model = sequential(start(4), *(instance("Dense", name=f"d{k}", units=4) for k in range(5)))
    path = archive(tmp_path / "m.keras", {**model, "config": {**model["config"]}})
    set_loading_limits(steps=5)
    for reading in (lambda: model_from_config(model), lambda: load_model(path)):
        with pytest.raises(ValueError, match=r"than the 5 that a load may take.*set_loading_limits\(steps=\)"):
            reading()
    set_loading_limits(steps=500)
    assert len(model_from_config(model).layers) == 5


def test_what_a_program_makes_itself_has_no_limit():
    set_loading_limits(steps=1, memory=1, config_lists=1)
    model = Sequential([Input((4,)), keras_layers.Dense(3)])
    assert model.count_params() == clone_model(model).count_params() == 15
    assert keras_core.metrics.AUC(num_thresholds=1000).num_thresholds == 1000


def test_a_thousand_layers_load(tmp_path):
    layers = [keras_layers.Dense(2, name=f"d{k}") for k in range(1000)]
    model = Sequential([Input((2,)), *layers])
    model.save(tmp_path / "m.keras")
    assert load_model(tmp_path / "m.keras").count_params() == 6000
